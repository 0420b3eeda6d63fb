#include "tests/core/autodiff/expect_derivatives.h"

#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Inputs = std::vector<T>;

/// Positive weights that need not sum to 1.
T positive(T x) {
    return softplus(x);
}

} // namespace

class LossesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// In logits, in targets and in both again.
    void softTargetsHaveDerivatives() {
        for (const Shape& shape : {Shape{5, 4}, Shape{2, 3, 4}, Shape{6}})
            expectDerivatives(
                {.shapes = {shape, shape}, .build = [](Graph<double>&, const Inputs& in) {
                     return square(crossEntropy(in[0], positive(in[1])));
                 }});
    }
    void weightedMeansHaveDerivatives() {
        expectDerivatives(
            {.shapes = {{5, 4}, {5, 4}, {5}}, .build = [](Graph<double>&, const Inputs& in) {
                 const auto losses = crossEntropy(in[0], softmax(in[1]));
                 return square(weightedMean(losses, sigmoid(in[2])));
             }});
    }

    /// By hand: logits (0, ln 3) have probabilities ¼ and ¾.
    void softTargetsByHand() {
        Graph<double> graph;
        const auto logits = graph.constant({2, 2}, {0.0, std::log(3.0), 0.0, std::log(3.0)});
        const auto targets = graph.constant({2, 2}, {0.9, 0.1, 2.0, 0.0});
        const auto losses = crossEntropy(logits, targets);
        const auto slope = gradient(sum(losses), logits);
        Program<double> program(graph, {losses, slope});
        program.run();
        const double both = 0.9 * std::log(4.0) + 0.1 * std::log(4.0 / 3.0);
        expectNear(program.value(losses), (std::vector{both, 2.0 * std::log(4.0)}), 1e-15);
        // (∑ t) p − t.
        expectNear(program.value(slope), (std::vector{-0.65, 0.65, -1.5, 1.5}), 1e-15);
    }
    void oneHotTargetsAreLabels() {
        Graph<double> graph;
        const auto logits = graph.input({3, 4});
        const auto labels = graph.indexInput({3});
        const auto hot = putIntoRows(graph.constant({3}, 1.0), labels, 4);
        const auto hard = crossEntropy(logits, labels), soft = crossEntropy(logits, hot);
        const auto hardSlope = gradient(mean(hard), logits),
                   softSlope = gradient(mean(soft), logits);
        Program<double> program(graph, {hard, soft, hardSlope, softSlope});
        RandomStream stream({.seed = 3, .purpose = "logits"});
        stream.fillNormal(program.value(logits), 4.0);
        std::ranges::copy(std::array{2, 0, 3}, program.value(labels).begin());
        program.run();
        expectNear(program.value(soft), program.value(hard), 1e-14);
        expectNear(program.value(softSlope), program.value(hardSlope), 1e-14);
    }
    void largeLogitsDoNotOverflow() {
        Graph<float> graph;
        const auto logits = graph.constant({1, 2}, {1e4F, -1e4F});
        const auto targets = graph.constant({1, 2}, {0.5F, 0.5F});
        const auto loss = crossEntropy(logits, targets);
        Program<float> program(graph, {loss});
        program.run();
        expectNear(program.value(loss)[0], 1e4, 1e-3);
    }

    /// Weights 3 and 0 of two losses give 3ℓ/2 and not ℓ; the slope in a weight is ℓ/2.
    void weightedMeansAreDividedByTheBatch() {
        Graph<double> graph;
        const auto losses = graph.constant({2}, {5.0, 7.0});
        const auto weights = graph.constant({2}, {3.0, 0.0});
        const auto total = weightedMean(losses, weights);
        const auto slope = gradient(total, weights);
        Program<double> program(graph, {total, slope});
        program.run();
        expectNear(program.scalar(total), 7.5, 0.0);
        expectNear(program.value(slope), (std::vector{2.5, 3.5}), 0.0);
    }

    void shapesThatDoNotFitAreRefused() {
        Graph<double> graph;
        const auto a = graph.input({2, 3}), b = graph.input({3, 2}), c = graph.input({3});
        QVERIFY_THROWS_EXCEPTION(std::logic_error, crossEntropy(a, b));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, weightedMean(a, c));
    }
};

REGISTER_TEST(LossesTest)
#include "losses_test.moc"
