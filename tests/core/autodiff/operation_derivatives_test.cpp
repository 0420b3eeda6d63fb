#include "tests/core/autodiff/expect_derivatives.h"

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Inputs = std::vector<T>;

Indices<double> fixedIndices(Graph<double>& graph, const Shape& shape, const T& rows) {
    // Indices that need no setting: where random rows are largest.
    Q_UNUSED(graph);
    Q_UNUSED(shape);
    return largestIndex(rows);
}

struct NamedProblem {
    const char* name;
    DifferenceProblem problem;
};

template <typename F>
Build unary(F f) {
    return [f](Graph<double>&, const Inputs& in) { return f(in[0]); };
}
template <typename F>
Build binary(F f) {
    return [f](Graph<double>&, const Inputs& in) { return f(in[0], in[1]); };
}

std::vector<NamedProblem> problems() {
    std::vector<NamedProblem> all;
    const Shape some{3, 5};
    const auto onReals = [&](const char* name, auto f) {
        all.push_back({name, {{some}, unary(f)}});
    };
    const auto onPositive = [&](const char* name, auto f) {
        all.push_back({name, {{some}, unary(f), 0.3, 2.0}});
    };
    onReals("exp", [](T x) { return exp(x); });
    onReals("square", [](T x) { return square(x); });
    onReals("sin", [](T x) { return sin(x); });
    onReals("cos", [](T x) { return cos(x); });
    onReals("erf", [](T x) { return erf(x); });
    onReals("tanh", [](T x) { return tanh(x); });
    onReals("sigmoid", [](T x) { return sigmoid(x); });
    onReals("gelu", [](T x) { return gelu(x); });
    onReals("silu", [](T x) { return silu(x); });
    onReals("softplus", [](T x) { return softplus(x); });
    onReals("affine", [](T x) { return 3.0 * x - 1.0; });
    onReals("cube", [](T x) { return power(x, 3.0); });
    onReals("smooth relu", [](T x) { return square(relu(x)) * exp(x); });
    onReals("abs", [](T x) { return abs(x) * x; });
    onReals("clamp", [](T x) { return clamp(x, -0.7, 1.1) * sin(x); });
    onReals("stop gradient", [](T x) { return x * exp(x) + 0.0 * stopGradient(x); });
    onPositive("log", [](T x) { return log(x); });
    onPositive("sqrt", [](T x) { return sqrt(x); });
    onPositive("reciprocal", [](T x) { return 2.0 / x; });
    onPositive("power", [](T x) { return power(x, -1.7); });

    const std::vector<std::pair<Shape, Shape>> broadcasts = {{{4, 3}, {4, 3}},
                                                             {{4, 3}, {3}},
                                                             {{4, 3}, {4, 1}},
                                                             {{4, 1}, {1, 3}},
                                                             {{2, 3, 4}, {3, 1}},
                                                             {{2, 1, 4}, {3, 1}},
                                                             {{}, {2, 3}},
                                                             {{2, 3, 2, 2}, {2, 1, 2, 1}},
                                                             {{1, 3, 1, 2}, {2, 1, 4, 2}},
                                                             {{5}, {2, 3, 5}}};
    for (const auto& [a, b] : broadcasts) {
        all.push_back({"add", {{a, b}, binary([](T x, T y) { return square(x + y); })}});
        all.push_back({"subtract", {{a, b}, binary([](T x, T y) { return square(x - y); })}});
        all.push_back({"multiply", {{a, b}, binary([](T x, T y) { return x * y; })}});
        all.push_back({"divide", {{a, b}, binary([](T x, T y) { return x / y; }), 0.5, 2.0}});
        all.push_back({"maximum", {{a, b}, binary([](T x, T y) { return maximum(x, y * y); })}});
        all.push_back({"minimum", {{a, b}, binary([](T x, T y) { return minimum(x * x, y); })}});
    }
    all.push_back({"broadcast", {{{3, 1}}, unary([](T x) {
                                     return square(broadcastTo(x, {2, 3, 4}));
                                 })}});
    for (int axis = 0; axis < 3; ++axis)
        all.push_back({"sum over an axis",
                       {{{2, 3, 4}}, unary([axis](T x) { return exp(0.3 * sum(x, axis)); })}});
    all.push_back({"mean", {{{2, 3, 4}}, unary([](T x) {
                                return square(mean(x, 1, ReducedAxis::kept) - x);
                            })}});
    all.push_back({"largest", {{{4, 5}}, unary([](T x) { return square(largest(x)); })}});
    all.push_back(
        {"largest mask", {{{4, 5}}, unary([](T x) { return x * x * largestMask(x, 2); })}});

    for (const auto& [flag, a, b] : {std::tuple{Transposed::neither, Shape{4, 3}, Shape{3, 5}},
                                     {Transposed::left, {3, 4}, {3, 5}},
                                     {Transposed::right, {4, 3}, {5, 3}},
                                     {Transposed::both, {3, 4}, {5, 3}},
                                     {Transposed::neither, {2, 4, 3}, {2, 3, 5}},
                                     {Transposed::left, {2, 3, 4}, {2, 3, 5}},
                                     {Transposed::right, {2, 2, 4, 3}, {2, 2, 5, 3}},
                                     {Transposed::both, {2, 3, 4}, {2, 5, 3}},
                                     {Transposed::neither, {2, 4, 3}, {3, 5}},
                                     {Transposed::right, {2, 4, 3}, {5, 3}},
                                     {Transposed::neither, {1, 3}, {3, 1}}})
        all.push_back(
            {"matmul", {{a, b}, binary([flag = flag](T x, T y) { return matmul(x, y, flag); })}});

    all.push_back({"reshape", {{{2, 6}}, unary([](T x) { return square(reshape(x, {3, 4})); })}});
    for (const auto& order :
         std::vector<std::vector<int>>{{0, 2, 1, 3}, {3, 1, 0, 2}, {2, 3, 0, 1}, {1, 0, 2, 3}})
        all.push_back({"permute", {{{2, 3, 4, 2}}, unary([order](T x) {
                                       return square(permute(x, order));
                                   })}});
    for (int axis = 0; axis < 3; ++axis)
        all.push_back(
            {"slice", {{{3, 4, 3}}, unary([axis](T x) { return square(slice(x, axis, 1, 2)); })}});
    all.push_back({"overlapping parts", {{{12}}, unary([](T x) {
                                             return square(part(x, 0, {2, 3})) *
                                                        part(x, 4, {2, 3}) +
                                                    part(x, 0, {2, 3}) * part(x, 6, {2, 3});
                                         })}});
    for (int axis = 0; axis < 2; ++axis)
        all.push_back({"concatenate", {{{2, 3}, {2, 3}}, binary([axis](T x, T y) {
                                           return square(concatenate<double>({x, y, x}, axis));
                                       })}});
    all.push_back(
        {"gather",
         {{{4, 3}}, [](Graph<double>& graph, const Inputs& in) {
              const auto rows = fixedIndices(graph, {6}, randomConstant(graph, {6, 4}, 5));
              return square(gatherRows(in[0], rows));
          }}});
    all.push_back(
        {"scatter",
         {{{6, 3}}, [](Graph<double>& graph, const Inputs& in) {
              const auto rows = fixedIndices(graph, {6}, randomConstant(graph, {6, 4}, 5));
              return square(scatterAddRows(in[0], rows, 4));
          }}});
    all.push_back({"softmax", {{{3, 4}}, unary([](T x) { return softmax(x); })}});
    all.push_back({"log softmax", {{{3, 4}}, unary([](T x) { return logSoftmax(x); })}});
    all.push_back(
        {"cross-entropy",
         {{{5, 4}}, [](Graph<double>& graph, const Inputs& in) {
              const auto labels = fixedIndices(graph, {5}, randomConstant(graph, {5, 4}, 9));
              return square(crossEntropy(in[0], labels));
          }}});
    for (const auto centering : {Centering::mean, Centering::none})
        all.push_back({"standardize rows", {{{3, 5}}, unary([centering](T x) {
                                                return standardizeRows(x, centering);
                                            })}});
    all.push_back(
        {"batch norm", {{{2, 3, 2, 3}}, unary([](T x) { return standardizeChannels(x).value; })}});
    for (const auto& [stride, padding] : {std::pair<Index, Index>{1, 0}, {1, 1}, {2, 1}, {2, 2}}) {
        all.push_back(
            {"conv2d",
             {{{2, 5, 6, 2}, {3, 2, 2, 3}}, binary([stride = stride, padding = padding](T x, T w) {
                  return conv2d(x, w, stride, padding);
              })}});
        all.push_back(
            {"transposed conv2d",
             {{{1, 3, 4, 2}, {4, 5, 3, 2}}, binary([stride = stride, padding = padding](T x, T w) {
                  return transposedConv2d(x, w, stride, padding);
              })}});
    }
    for (const auto& [stride, padding] : {std::pair<Index, Index>{1, 0}, {2, 1}, {3, 2}}) {
        const Window window{3, 2, stride, padding};
        all.push_back({"unfold", {{{2, 5, 4, 3}}, unary([window](T x) {
                                      return square(unfold(x, window));
                                  })}});
        const Shape pictures{2, 5, 4, 3};
        Graph<double> shapes;
        all.push_back(
            {"fold",
             {{unfold(shapes.input(pictures), window).shape()},
              unary([window, pictures](T x) { return square(fold(x, window, pictures)); })}});
    }
    all.push_back({"transpose", {{{2, 3, 4}}, unary([](T x) { return square(transpose(x)); })}});
    all.push_back({"assemble", {{{2, 3}, {4}}, binary([](T x, T y) {
                                    return square(assemble<double>({20}, {x, y}, {2, 11}));
                                })}});
    all.push_back({"relu", {{{4, 5}}, unary([](T x) { return relu(x); })}});
    all.push_back({"straight through itself",
                   {{{4, 5}}, unary([](T x) { return straightThrough(tanh(x), tanh(x)) * x; })}});
    all.push_back({"average pool",
                   {{{2, 5, 4, 2}}, unary([](T x) { return square(averagePool(x, 2, 1)); })}});
    all.push_back(
        {"max pool", {{{2, 4, 6, 2}}, unary([](T x) { return square(maxPool(x, 2, 2)); })}});
    all.push_back(
        {"dropout", {{{4, 6}}, unary([](T x) { return square(dropout(x, 0.4, 1, 2)); })}});
    for (const auto attending : {Attending::toThePast, Attending::everywhere})
        all.push_back(
            {"attention",
             {{{2, 4, 6}, {2, 4, 6}, {2, 4, 6}}, [attending](Graph<double>&, const Inputs& in) {
                  return attention(in[0], in[1], in[2], {2, attending});
              }}});
    all.push_back({"attention with dropout",
                   {{{2, 4, 6}, {2, 4, 6}, {2, 4, 6}}, [](Graph<double>& graph, const Inputs& in) {
                        const auto kept = randomMask(graph, {4, 4, 4}, 0.6, 1, 2) / 0.6;
                        return attention(in[0], in[1], in[2], {.heads = 2, .kept = kept});
                    }}});
    all.push_back({"attention to itself", {{{2, 3, 4}}, unary([](T x) {
                                               return attention(x, x, tanh(x), {.heads = 2});
                                           })}});
    // Of 3 × 4, with an empty row and an empty column.
    const auto pattern = std::make_shared<SparsePattern>(
        3, 4, std::vector<SparsePattern::Place>{{2, 3}, {0, 1}, {0, 3}, {2, 0}, {0, 0}});
    all.push_back({"sparse product", {{{5}, {4, 3}}, binary([pattern](T values, T x) {
                                          return square(sparseProduct(pattern, values, x));
                                      })}});
    all.push_back({"transposed sparse product",
                   {{{5}, {3, 2}}, binary([pattern](T values, T x) {
                        return square(sparseProduct(pattern, values, x, SparseSide::transposed));
                    })}});
    all.push_back({"sampled product", {{{3, 2}, {4, 2}}, binary([pattern](T u, T x) {
                                           return square(sampledProduct(pattern, u, x));
                                       })}});
    return all;
}

/// The same kinds of operations on shapes that are drawn: broadcasting, strides, orders.
DifferenceProblem randomProblem(std::uint64_t seed) {
    RandomStream stream({.seed = seed, .purpose = "random problem"});
    const auto upTo = [&](std::uint64_t bound) {
        return static_cast<Index>(1 + stream.integer(bound));
    };
    DifferenceProblem problem{.seed = seed};
    switch (seed % 6) {
    case 0: { // any pair of shapes that broadcast
        const auto rank = upTo(4), missing = static_cast<Index>(stream.integer(3));
        Shape a, b;
        for (Index axis = 0; axis < rank; ++axis) {
            const Index size = upTo(4);
            a.append(stream.uniform() < 0.3 ? 1 : size);
            if (axis >= missing)
                b.append(stream.uniform() < 0.3 ? 1 : size);
        }
        problem.shapes = {a, b};
        problem.build =
            binary([](T x, T y) { return (x + sin(y)) * exp(x * y - y) / (2.0 + y * y); });
        problem.low = -1.0;
        problem.high = 1.0;
        return problem;
    }
    case 1: {
        const Index m = upTo(6), n = upTo(6), k = upTo(6), stack = upTo(3);
        const bool left = stream.integer(2) == 1, right = stream.integer(2) == 1;
        problem.shapes = {left ? Shape{stack, k, m} : Shape{stack, m, k},
                          right ? Shape{stack, n, k} : Shape{stack, k, n}};
        problem.build = binary([left, right](T x, T y) {
            return matmul(x, y,
                          left ? (right ? Transposed::both : Transposed::left)
                               : (right ? Transposed::right : Transposed::neither));
        });
        return problem;
    }
    case 2: {
        const Index height = upTo(3), width = upTo(3), stride = upTo(3), padding = upTo(3) - 1;
        problem.shapes = {{upTo(2), height + upTo(3), width + upTo(3), upTo(2)}, {}};
        problem.shapes[1] = {height, width, problem.shapes[0][3], upTo(3)};
        problem.build =
            binary([stride, padding](T x, T w) { return conv2d(x, w, stride, padding); });
        return problem;
    }
    case 3: {
        const Index size = upTo(3), stride = upTo(3);
        problem.shapes = {{upTo(2), size + upTo(4), size + upTo(4), upTo(5)}};
        problem.build = unary([size, stride](T x) {
            return square(maxPool(x, size, stride)) * averagePool(x, size, stride);
        });
        return problem;
    }
    case 4: {
        Shape shape;
        std::vector<int> order;
        for (const auto axis : stream.permutation(static_cast<std::size_t>(upTo(4)))) {
            shape.append(upTo(4));
            order.push_back(static_cast<int>(axis));
        }
        const int axis = static_cast<int>(stream.integer(order.size()));
        problem.shapes = {shape};
        problem.build = unary([order, axis](T x) {
            const auto moved = permute(x, order);
            const auto head = slice(moved, axis, 0, (moved.shape()[axis] + 1) / 2);
            return square(concatenate<double>({moved, head, sin(moved)}, axis)) +
                   0.0 * sum(mean(x, axis));
        });
        return problem;
    }
    default: {
        const Index heads = upTo(3), depth = upTo(3);
        const Shape shape{upTo(2), upTo(5), heads * depth};
        problem.shapes = {shape, shape, shape};
        problem.build = [heads](Graph<double>&, const Inputs& in) {
            return attention(in[0], in[1], in[2], {.heads = heads});
        };
        return problem;
    }
    }
}

} // namespace

/// First and second derivatives of every operation against central differences.
class OperationDerivativesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void derivativesAgreeWithCentralDifferences_data() {
        QTest::addColumn<int>("index");
        const auto all = problems();
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::addRow("%s %zu", all[i].name, i) << static_cast<int>(i);
    }

    void derivativesAgreeWithCentralDifferences() {
        QFETCH(int, index);
        auto problem = problems()[static_cast<std::size_t>(index)].problem;
        problem.seed += static_cast<std::uint64_t>(index);
        qInfo("seed %llu", static_cast<unsigned long long>(problem.seed));
        expectDerivatives(problem);
    }

    void derivativesAgreeOnRandomShapes() {
        for (std::uint64_t seed = 100; seed < 160; ++seed) {
            const auto problem = randomProblem(seed);
            expectDerivatives(problem);
            if (QTest::currentTestFailed())
                QFAIL(qPrintable(QString("seed %1").arg(seed)));
        }
    }
};

REGISTER_TEST(OperationDerivativesTest)
#include "operation_derivatives_test.moc"
