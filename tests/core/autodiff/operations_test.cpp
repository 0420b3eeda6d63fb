#include "tests/core/autodiff/expect_derivatives.h"

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;

} // namespace

class OperationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
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
