// Training on what a crowd says.

#include <QtTest>

#include "core/error.h"
#include "core/statistics/soft_labels.h"
#include "tests/core/statistics/crowds.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::MatrixXf;

class SoftLabelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Where every input is one of three corners, cross-entropy is least at the mean target of each
    // corner, whatever the single targets are.
    void theProbabilitiesAreTheMeanTargets() {
        const Index examples = 300;
        MatrixXf inputs = MatrixXf::Zero(3, examples), targets(4, examples);
        MatrixXf sums = MatrixXf::Zero(4, 3);
        RandomStream stream({.seed = 1, .purpose = "targets"});
        for (Index j = 0; j < examples; ++j) {
            inputs(j % 3, j) = 1.0F;
            for (Index c = 0; c < 4; ++c)
                targets(c, j) = static_cast<float>(stream.uniform()) + (c == j % 3 ? 1.0F : 0.1F);
            targets.col(j) /= targets.col(j).sum();
            sums.col(j % 3) += targets.col(j) / 100.0F;
        }
        const SoftmaxRegression trained(
            inputs, targets, {.passes = 600, .batch = 300, .rate = 1.0F, .momentum = 0.5F});
        expectNear(trained.probabilities(MatrixXf::Identity(3, 3)), sums, 1e-4, "seed 1");
        const std::vector<std::uint8_t> labels{0, 1, 3};
        expectNear(trained.accuracy(MatrixXf::Identity(3, 3), labels), 2.0 / 3.0, 1e-12);
    }

    void targetsAddUpToOne() {
        const CrowdEstimate estimate{
            .pairs = {{2, 0}, {1, 3}}, .reliability = {}, .clarity = Eigen::Vector2d(0.75, 0.9)};
        MatrixXf hard(4, 2), pair(4, 2), votes(4, 2);
        hard << 0, 0, 0, 1, 1, 0, 0, 0;
        pair << 0.25F, 0, 0, 0.9F, 0.75F, 0, 0, 0.1F;
        votes << 0.25F, 0, 0, 0.5F, 0.75F, 0, 0, 0.5F;
        expectNear(hardTargets(estimate, 4), hard, 0.0);
        expectNear(pairTargets(estimate, 4), pair, 1e-6);
        expectNear(voteTargets(*crowdOf(4, {{2, 2, 0, 2}, {1, 3, -1, -1}})), votes, 1e-6);
    }

    void examplesWithoutTargetsAreRefused() {
        expectRefusal(
            [] { return SoftmaxRegression(MatrixXf::Zero(3, 5), MatrixXf::Zero(2, 4), {}); },
            "5 examples with 4 targets");
    }
};

REGISTER_TEST(SoftLabelsTest)
#include "soft_labels_test.moc"
