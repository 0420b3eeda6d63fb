#include "tests/core/autodiff/central_differences.h"

#include "core/error.h"
#include "core/nn/graph_convolution.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Inputs = std::vector<T>;
using Edge = std::pair<std::int32_t, std::int32_t>;

/// A triangle with a tail, and a node by itself.
const std::vector<Edge> edges = {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 2}};

Eigen::MatrixXd dense(const SparseMatrix& matrix) {
    Eigen::MatrixXd full = Eigen::MatrixXd::Zero(matrix.pattern->rows(), matrix.pattern->columns());
    for (Index e = 0; e < matrix.pattern->entries(); ++e) {
        const auto [row, column] = matrix.pattern->place(e);
        full(row, column) = matrix.values[static_cast<std::size_t>(e)];
    }
    return full;
}

} // namespace

class GraphConvolutionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void adjacencyIsNormalizedByDegrees() {
        Eigen::MatrixXd A = Eigen::MatrixXd::Identity(5, 5);
        for (const auto& [from, to] : edges)
            A(from, to) = A(to, from) = 1.0;
        const Eigen::VectorXd scale = A.rowwise().sum().cwiseSqrt().cwiseInverse();
        const Eigen::MatrixXd expected = scale.asDiagonal() * A * scale.asDiagonal();
        expectNear(dense(normalizedAdjacency(5, edges)), expected, 1e-15);
    }

    void edgesThatLeadNowhereAreRefused() {
        for (const Edge& bad : {Edge{0, 5}, Edge{-1, 2}, Edge{3, 3}})
            QVERIFY_THROWS_EXCEPTION(InputError, normalizedAdjacency(5, std::vector{bad}));
    }

    void derivativesAgreeWithCentralDifferences() {
        const SparseMatrix adjacency = normalizedAdjacency(5, edges);
        for (const auto& [inputs, outputs] : {std::pair<Index, Index>{4, 2}, {2, 4}}) {
            ParameterLayout layout;
            const GraphConvolution first(layout, "first", inputs, outputs),
                second(layout, "second", outputs, 3);
            expectDerivatives({.shapes = {{layout.size()}, {5, inputs}},
                               .build = [&](Graph<double>&, const Inputs& in) {
                                   return second(in[0], adjacency,
                                                 tanh(first(in[0], adjacency, in[1])));
                               }});
        }
    }

    void layerAgreesWithItsFormula() {
        const SparseMatrix adjacency = normalizedAdjacency(5, edges);
        for (const auto& [inputs, outputs] : {std::pair<Index, Index>{40, 37}, {3, 70}}) {
            ParameterLayout layout;
            const GraphConvolution layer(layout, "layer", inputs, outputs);
            Graph<double> graph;
            const auto theta = graph.input({layout.size()}), x = graph.input({5, inputs});
            const auto y = layer(theta, adjacency, x);
            Program<double> program(graph, {y});
            RandomStream stream({.seed = 6, .purpose = "graph convolution"});
            stream.fillNormal(program.value(theta));
            stream.fillNormal(program.value(x));
            program.run();
            using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
            const Eigen::Map<const Rows> W(program.value(theta).data(), inputs, outputs);
            const Eigen::RowVectorXd b = program.vector(theta).tail(outputs);
            const Eigen::MatrixXd expected =
                (dense(adjacency) * program.matrix(x) * W).rowwise() + b;
            expectNear(program.matrix(y), expected, 1e-12 * expected.norm());
        }
    }

    /// Two communities of a random graph, one labelled node each: features are useless, the graph
    /// tells all.
    void labelsSpreadAlongEdges() {
        constexpr Index nodes = 40;
        RandomStream stream({.seed = 8, .purpose = "communities"});
        std::vector<Edge> random;
        for (std::int32_t i = 0; i < nodes; ++i)
            for (std::int32_t j = 0; j < i; ++j)
                if (stream.uniform() < (i % 2 == j % 2 ? 0.4 : 0.02))
                    random.emplace_back(i, j);
        const SparseMatrix adjacency = normalizedAdjacency(nodes, random);
        ParameterLayout layout;
        const GraphConvolution first(layout, "first", nodes, 8), second(layout, "second", 8, 2);
        Graph<double> graph;
        const auto theta = graph.input({layout.size()}), x = graph.input({nodes, nodes});
        const auto labels = graph.indexInput({2});
        const auto logits = second(theta, adjacency, tanh(first(theta, adjacency, x)));
        const auto loss = mean(crossEntropy(slice(logits, 0, 0, 2), labels));
        const auto slope = gradient(loss, theta);
        Program<double> program(graph, {slope, logits});
        layout.initialize(program.value(theta), 2);
        program.matrix(x).setIdentity();
        program.value(labels)[1] = 1;
        for (int step = 0; step < 300; ++step) {
            program.run();
            program.vector(theta) -= 0.5 * program.vector(slope);
        }
        int right = 0;
        for (Index i = 0; i < nodes; ++i)
            right += (program.matrix(logits)(i, 1) > program.matrix(logits)(i, 0)) == (i % 2 == 1);
        QVERIFY2(right >= 38, qPrintable(QString::number(right)));
    }
};

REGISTER_TEST(GraphConvolutionTest)
#include "graph_convolution_test.moc"
