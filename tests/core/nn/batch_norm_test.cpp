#include "tests/core/autodiff/expect_derivatives.h"

#include "core/nn/batch_norm.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Inputs = std::vector<T>;
using Use = BatchStatistics<double>::Use;

struct Norm {
    ParameterLayout layout, averages;
    BatchNorm norm{layout, averages, "norm", 3, {.momentum = 0.25}};
};

} // namespace

class BatchNormTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void derivativesAgreeWithCentralDifferences() {
        const Norm model;
        for (const Use use : {Use::batch, Use::running})
            expectDerivatives({.shapes = {{model.layout.size()}, {2, 2, 2, 3}},
                               .build =
                                   [&](Graph<double>& graph, const Inputs& in) {
                                       BatchStatistics<double> statistics(
                                           model.averages,
                                           graph.constant({model.averages.size()}, 0.7), use);
                                       return model.norm(in[0], in[1], statistics);
                                   },
                               .seed = 21});
    }

    /// Three batches, and the same averages by plain arithmetic.
    void runningAveragesFollowTheirFormula() {
        const Norm model;
        Graph<double> graph;
        const auto theta = graph.input({model.layout.size()}), x = graph.input({5, 3});
        const auto running = graph.input({model.averages.size()});
        BatchStatistics<double> training(model.averages, running, Use::batch);
        const auto y = model.norm(theta, x, training), next = training.next();
        Program<double> program(graph, {y, next});
        model.layout.initialize(program.value(theta), 1);
        Eigen::VectorXd averages(6);
        model.averages.initialize({averages.data(), 6}, 1);
        QVERIFY(averages.head(3) == Eigen::VectorXd::Zero(3));
        QVERIFY(averages.tail(3) == Eigen::VectorXd::Ones(3));
        program.bind(running, {averages.data(), 6});
        Eigen::VectorXd expected = averages;
        RandomStream stream({.seed = 5, .purpose = "batches"});
        for (int batch = 0; batch < 3; ++batch) {
            stream.fillNormal(program.value(x), 2.0);
            program.run();
            const Eigen::MatrixXd X = program.matrix(x);
            const Eigen::RowVectorXd mean = X.colwise().mean();
            const Eigen::MatrixXd centered = X.rowwise() - mean;
            const Eigen::RowVectorXd squares = centered.colwise().squaredNorm();
            expected.head(3) = 0.75 * expected.head(3) + 0.25 * mean.transpose();
            expected.tail(3) = 0.75 * expected.tail(3) + 0.25 * squares.transpose() / 4.0;
            averages = program.vector(next);
            expectNear(averages, expected, 1e-13);
            for (Index c = 0; c < 3; ++c)
                expectNear(program.matrix(y).col(c),
                           centered.col(c) / std::sqrt(squares[c] / 5.0 + 1e-5), 1e-12);
        }
    }

    void evaluationTakesTheAveragesAlone() {
        const Norm model;
        Graph<double> graph;
        const auto theta = graph.input({model.layout.size()}), x = graph.input({2, 3});
        const auto running = graph.input({model.averages.size()});
        BatchStatistics<double> evaluation(model.averages, running, Use::running);
        const auto y = model.norm(theta, x, evaluation);
        QCOMPARE(evaluation.next(), running);
        Program<double> program(graph, {y});
        program.vector(theta) << 1.0, 2.0, -1.0, 0.5, 0.0, 1.0; // gain, bias
        program.vector(running) << 0.5, -1.0, 0.0, 4.0, 1.0, 0.25;
        program.vector(x) << 1.0, 2.0, 3.0, -1.0, 0.0, 1.0;
        program.run();
        const Eigen::RowVector3d gain(1.0, 2.0, -1.0), bias(0.5, 0.0, 1.0), mean(0.5, -1.0, 0.0),
            variance(4.0, 1.0, 0.25);
        for (Index row = 0; row < 2; ++row)
            for (Index c = 0; c < 3; ++c)
                expectNear(program.matrix(y)(row, c),
                           gain[c] * (program.matrix(x)(row, c) - mean[c]) /
                                   std::sqrt(variance[c] + 1e-5) +
                               bias[c],
                           1e-14);
    }

    /// A second layer's averages stay when only the first was used.
    void averagesOfLayersLeftOutStay() {
        ParameterLayout layout, averages;
        const BatchNorm first(layout, averages, "first", 2), second(layout, averages, "second", 2);
        Graph<double> graph;
        const auto theta = graph.input({layout.size()}), x = graph.input({3, 2});
        const auto running = graph.input({averages.size()});
        BatchStatistics<double> training(averages, running, Use::batch);
        (void)first(theta, x, training);
        const auto next = training.next();
        Program<double> program(graph, {next});
        program.vector(running).setLinSpaced(1.0, 8.0);
        program.vector(x) << 1.0, 2.0, 3.0, -1.0, 0.0, 1.0;
        program.run();
        QVERIFY(program.vector(next).tail(4) == program.vector(running).tail(4));
        QVERIFY(program.vector(next).head(4) != program.vector(running).head(4));
        (void)second;
    }

    void singleSamplesCannotBeNormalized() {
        const Norm model;
        Graph<double> graph;
        const auto theta = graph.input({model.layout.size()}), x = graph.input({1, 3});
        BatchStatistics<double> training(model.averages, graph.input({model.averages.size()}),
                                         Use::batch);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, model.norm(theta, x, training));
    }
};

REGISTER_TEST(BatchNormTest)
#include "batch_norm_test.moc"
