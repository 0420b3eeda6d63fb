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

T randomConstant(Graph<double>& graph, const Shape& shape, std::uint64_t seed) {
    RandomStream stream({.seed = seed, .purpose = "test constant"});
    std::vector<double> values(static_cast<std::size_t>(shape.elements()));
    fill(values, stream, -1.0, 1.0);
    return graph.constant(shape, values);
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

class OperationsTest : public QObject {
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

    /// H v of ¼ (xᵀ A x)² with A = B + Bᵀ by its formula: (xᵀAx) A v + 2 A x (xᵀ A v).
    void hessianProductsAgreeWithTheirFormula() {
        constexpr Index n = 6;
        RandomStream stream({.seed = 12, .purpose = "Hessian"});
        Graph<double> graph;
        const auto x = graph.input({n, 1}), v = graph.input({n, 1}), B = graph.input({n, n});
        const auto A = B + transpose(B);
        const auto loss = 0.25 * square(sum(x * matmul(A, x)));
        const auto product = hessianProduct(loss, x, v);
        Program<double> program(graph, {product});
        for (const auto& leaf : {x, v, B})
            stream.fillNormal(program.value(leaf));
        program.run();
        const Eigen::MatrixXd a = program.matrix(B) + program.matrix(B).transpose();
        const Eigen::VectorXd X = program.vector(x), V = program.vector(v);
        const Eigen::VectorXd expected = X.dot(a * X) * (a * V) + 2.0 * X.dot(a * V) * (a * X);
        expectNear(program.vector(product), expected, 1e-12 * expected.norm());
    }

    void sparseProductsAgreeWithDenseOnes() {
        constexpr Index rows = 50, columns = 30, width = 45; // all widths of the inner loop
        RandomStream stream({.seed = 13, .purpose = "sparse"});
        std::vector<SparsePattern::Place> places;
        for (Index i = 0; i < rows; ++i)
            for (Index j = 0; j < columns; ++j)
                if (stream.uniform() < 0.1)
                    places.push_back({i, j});
        const auto pattern = std::make_shared<SparsePattern>(rows, columns, places);
        Graph<double> graph;
        const auto values = graph.input({pattern->entries()}), x = graph.input({columns, width}),
                   u = graph.input({rows, width});
        const auto plain = sparseProduct(pattern, values, x),
                   transposed = sparseProduct(pattern, values, u, SparseSide::transposed),
                   sampled = sampledProduct(pattern, u, x);
        Program<double> program(graph, {plain, transposed, sampled});
        for (const auto& leaf : {values, x, u})
            stream.fillNormal(program.value(leaf));
        program.run();
        Eigen::MatrixXd A = Eigen::MatrixXd::Zero(rows, columns);
        const Eigen::MatrixXd products = program.matrix(u) * program.matrix(x).transpose();
        for (Index e = 0; e < pattern->entries(); ++e) {
            const auto [row, column] = pattern->place(e);
            A(row, column) = program.vector(values)[e];
            expectNear(program.vector(sampled)[e], products(row, column), 1e-12);
        }
        expectNear(program.matrix(plain), A * program.matrix(x), 1e-12);
        expectNear(program.matrix(transposed), A.transpose() * program.matrix(u), 1e-12);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, sparseProduct(pattern, values, u));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, SparsePattern(2, 2, {{0, 2}}));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, SparsePattern(2, 2, {{0, 1}, {0, 1}}));
    }

    /// Values against plain loops on random shapes: forward passes of everything that moves or
    /// multiplies, where a mistake could be consistent with its own derivative.
    void productsAgreeWithPlainLoops() {
        constexpr std::uint64_t seed = 3;
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        RandomStream stream({.seed = seed, .purpose = "shapes"});
        for (int trial = 0; trial < 60; ++trial) {
            const auto size = [&](std::uint64_t bound) {
                return static_cast<Index>(1 + stream.integer(bound));
            };
            const Index m = size(70), n = size(90), k = trial % 5 == 0 ? size(600) : size(40);
            const bool left = stream.integer(2) == 1, right = stream.integer(2) == 1;
            Graph<float> graph;
            const auto a = graph.input(left ? Shape{k, m} : Shape{m, k});
            const auto b = graph.input(right ? Shape{n, k} : Shape{k, n});
            const auto c = matmul(a, b,
                                  left ? (right ? Transposed::both : Transposed::left)
                                       : (right ? Transposed::right : Transposed::neither));
            Program<float> program(graph, {c});
            stream.fillNormal(program.value(a));
            stream.fillNormal(program.value(b));
            program.run();
            Eigen::MatrixXd A = program.matrix(a).cast<double>(),
                            B = program.matrix(b).cast<double>();
            if (left)
                A.transposeInPlace();
            if (right)
                B.transposeInPlace();
            Eigen::MatrixXd C(m, n);
            for (Index i = 0; i < m; ++i)
                for (Index j = 0; j < n; ++j)
                    C(i, j) = A.row(i).dot(B.col(j));
            expectNear(program.matrix(c).cast<double>(), C, 1e-5 * C.norm(),
                       fmt::format("{} × {} × {}", m, k, n));
        }
    }

    void convolutionAgreesWithPlainLoops() {
        Graph<double> graph;
        const auto x = graph.input({2, 5, 7, 3}), w = graph.input({3, 2, 3, 4});
        const auto y = conv2d(x, w, 2, 1);
        QCOMPARE(y.shape(), (Shape{2, 3, 4, 4}));
        Program<double> program(graph, {y});
        RandomStream stream({.seed = 4, .purpose = "convolution"});
        stream.fillNormal(program.value(x));
        stream.fillNormal(program.value(w));
        program.run();
        const auto at = [](std::span<const double> v, const Shape& s, Index a, Index b, Index c,
                           Index d) {
            return v[static_cast<std::size_t>(((a * s[1] + b) * s[2] + c) * s[3] + d)];
        };
        for (Index n = 0; n < 2; ++n)
            for (Index i = 0; i < 3; ++i)
                for (Index j = 0; j < 4; ++j)
                    for (Index o = 0; o < 4; ++o) {
                        double expected = 0.0;
                        for (Index p = 0; p < 3; ++p)
                            for (Index q = 0; q < 2; ++q)
                                for (Index c = 0; c < 3; ++c) {
                                    const Index row = 2 * i + p - 1, column = 2 * j + q - 1;
                                    if (row >= 0 && row < 5 && column >= 0 && column < 7)
                                        expected +=
                                            at(program.value(x), x.shape(), n, row, column, c) *
                                            at(program.value(w), w.shape(), p, q, c, o);
                                }
                        expectNear(at(program.value(y), y.shape(), n, i, j, o), expected, 1e-12);
                    }
    }

    void attentionAgreesWithItsFormula() {
        Graph<double> graph;
        const auto q = graph.input({1, 5, 4}), k = graph.input({1, 5, 4}),
                   v = graph.input({1, 5, 4});
        const auto kept = randomMask(graph, {2, 5, 5}, 0.5, 1, 2) / 0.5;
        const auto y = attention(q, k, v, {.heads = 2});
        const auto p = attentionProbabilities(q, k, 2);
        const auto dropped = attention(q, k, v, {.heads = 2, .kept = kept});
        Program<double> program(graph, {y, p, kept, dropped});
        RandomStream stream({.seed = 5, .purpose = "attention"});
        for (const auto& leaf : {q, k, v})
            stream.fillNormal(program.value(leaf));
        program.run();
        for (Index head = 0; head < 2; ++head)
            for (Index i = 0; i < 5; ++i) {
                Eigen::VectorXd weight(i + 1);
                for (Index j = 0; j <= i; ++j)
                    weight[j] = std::exp(program.matrix(q)
                                             .row(i)
                                             .segment(2 * head, 2)
                                             .dot(program.matrix(k).row(j).segment(2 * head, 2)) /
                                         std::sqrt(2.0));
                weight /= weight.sum();
                const Eigen::RowVectorXd expected =
                    weight.transpose() * program.matrix(v).block(0, 2 * head, i + 1, 2);
                expectNear(program.matrix(y).row(i).segment(2 * head, 2), expected, 1e-13);
                const Index row = 5 * head + i;
                expectNear(program.matrix(p).row(row).head(i + 1), weight.transpose(), 1e-13);
                QCOMPARE(program.matrix(p).row(row).tail(4 - i).norm(), 0.0);
                const Eigen::RowVectorXd thinned =
                    weight.transpose().cwiseProduct(program.matrix(kept).row(row).head(i + 1)) *
                    program.matrix(v).block(0, 2 * head, i + 1, 2);
                expectNear(program.matrix(dropped).row(i).segment(2 * head, 2), thinned, 1e-13);
            }
    }

    /// Values and slopes, also of sequences longer than a block of queries.
    void attentionAgreesWithSimplerOperations() {
        for (const Index length : {5, 33, 70})
            for (const auto attending : {Attending::toThePast, Attending::everywhere}) {
                Graph<double> graph;
                const Shape shape{1, length, 4};
                const auto q = graph.input(shape), k = graph.input(shape), v = graph.input(shape);
                const auto weights = randomConstant(graph, shape, 8);
                // Of dropout, for every second length.
                const auto kept =
                    length % 2 == 0 ? randomConstant(graph, {2, length, length}, 9) : T();
                const auto y = attention(q, k, v, {2, attending, kept});
                std::vector<double> future(static_cast<std::size_t>(length * length), 0.0);
                if (attending == Attending::toThePast)
                    for (Index i = 0; i < length; ++i)
                        for (Index j = i + 1; j < length; ++j)
                            future[static_cast<std::size_t>(i * length + j)] = -1e30;
                const auto mask = graph.constant({length, length}, future);
                std::vector<T> heads;
                for (Index head = 0; head < 2; ++head) {
                    const auto of = [&](T x) {
                        return reshape(slice(x, -1, 2 * head, 2), {length, 2});
                    };
                    const auto scores = matmul(of(q), of(k), Transposed::right) / std::sqrt(2.0);
                    auto p = softmax(scores + mask);
                    if (kept.exists())
                        p = p * reshape(slice(kept, 0, head, 1), {length, length});
                    heads.push_back(matmul(p, of(v)));
                }
                const auto simple = reshape(concatenate(heads, -1), shape);
                const auto slopes = gradient(dot(y, weights), {q, k, v}),
                           simpleSlopes = gradient(dot(simple, weights), {q, k, v});
                Program<double> program(graph, {y, simple, slopes[0], slopes[1], slopes[2],
                                                simpleSlopes[0], simpleSlopes[1], simpleSlopes[2]});
                RandomStream stream({.seed = 5, .purpose = "attention"});
                for (const auto& leaf : {q, k, v})
                    stream.fillNormal(program.value(leaf));
                program.run();
                expectNear(program.vector(y), program.vector(simple), 1e-12);
                for (std::size_t i = 0; i < 3; ++i)
                    expectNear(program.vector(slopes[i]), program.vector(simpleSlopes[i]), 1e-12);
            }
    }

    void masksDependOnSeedStreamAndStepAlone() {
        Graph<float> graph;
        const auto a = randomMask(graph, {10000}, 0.3, 1, 1);
        const auto b = randomMask(graph, {10000}, 0.3, 1, 2);
        Program<float> program(graph, {a, b}), other(graph, {a, b});
        program.run(7);
        other.run(6);
        QVERIFY(program.vector(a) != other.vector(a));
        other.run(7);
        QVERIFY(program.vector(a) == other.vector(a));
        QVERIFY(program.vector(a) != program.vector(b));
        // 5 standard deviations of a binomial mean
        expectNear(program.vector(a).mean(), 0.3F, 5.0F * std::sqrt(0.21F / 10000.0F));
    }

    void permutedElementsAreWhereTheyShouldBe() {
        Graph<double> graph;
        const auto x = graph.input({2, 3, 4, 5});
        const auto y = permute(x, {2, 0, 3, 1});
        Program<double> program(graph, {y});
        const auto in = program.value(x);
        for (std::size_t i = 0; i < in.size(); ++i)
            in[i] = static_cast<double>(i);
        program.run();
        const auto out = program.value(y);
        for (std::size_t a = 0; a < 2; ++a)
            for (std::size_t b = 0; b < 3; ++b)
                for (std::size_t c = 0; c < 4; ++c)
                    for (std::size_t d = 0; d < 5; ++d)
                        QCOMPARE(out[((c * 2 + a) * 5 + d) * 3 + b],
                                 in[((a * 3 + b) * 4 + c) * 5 + d]);
    }

    void straightThroughTakesTheValueOfOneAndTheSlopeOfTheOther() {
        Graph<double> graph;
        const auto x = graph.input({3});
        const auto y = straightThrough(sign(x), tanh(x));
        const auto slope = gradient(sum(y), x);
        Program<double> program(graph, {y, slope});
        program.vector(x) << -0.5, 0.25, 2.0;
        program.run();
        QCOMPARE(program.value(y)[0], -1.0);
        for (std::size_t i = 0; i < 3; ++i) {
            const double t = std::tanh(program.value(x)[i]);
            expectNear(program.value(slope)[i], 1.0 - t * t, 1e-12);
        }
    }

    void whatNothingDependsOnHasZeroGradient() {
        Graph<double> graph;
        const auto x = graph.input({2}), z = graph.input({3});
        const auto slope = gradient(sum(exp(x)), z);
        Program<double> program(graph, {slope});
        program.run();
        QCOMPARE(program.vector(slope).norm(), 0.0);
    }

    void shapesThatDoNotFitAreRefused() {
        Graph<double> graph;
        const auto a = graph.input({2, 3}), b = graph.input({2, 4});
        QVERIFY_THROWS_EXCEPTION(std::logic_error, a + b);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, matmul(a, b));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, reshape(a, {5}));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, slice(a, 1, 2, 2));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, gradient(a, a));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, sumTo(a, {4}));
    }

    void indicesOutOfRangeAreRefusedWhenRun() {
        Graph<double> graph;
        const auto table = graph.input({4, 2});
        const auto rows = graph.indexInput({3});
        const auto logits = graph.input({3, 4});
        const auto gathered = gatherRows(table, rows);
        const auto losses = crossEntropy(logits, rows);
        Program<double> gathering(graph, {gathered}), losing(graph, {losses});
        for (const std::int32_t bad : {-1, 4}) {
            gathering.value(rows)[1] = bad;
            losing.value(rows)[1] = bad;
            expectRefusal([&] { gathering.run(); }, "An index is", "from 0 to 3");
            expectRefusal([&] { losing.run(); }, "A label is", "from 0 to 3");
        }
    }
};

REGISTER_TEST(OperationsTest)
#include "operations_test.moc"
