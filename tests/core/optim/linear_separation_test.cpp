#include <cmath>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/optim/linear_separation.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

/// Gaussian samples in R^d moved to the right side of a hyperplane, with a margin.
std::shared_ptr<const SeparationTask> separable(Index d, Index n, std::uint64_t seed) {
    RandomStream stream({.seed = seed, .purpose = "samples"});
    auto task = std::make_shared<SeparationTask>(SeparationTask{Eigen::MatrixXd(d, n)});
    stream.fillNormal({task->z.data(), static_cast<std::size_t>(d * n)});
    task->z.row(0) = task->z.row(0).cwiseAbs().array() + 0.1;
    return task;
}

std::int64_t updatesToSeparate(const std::shared_ptr<const SeparationTask>& task,
                               SeparationMethod method, SeparationOptions options = {},
                               std::int64_t limit = 100000) {
    LinearSeparator separator(task, method, options);
    while (!separator.solved() && separator.updates() < limit)
        separator.step();
    return separator.updates();
}

} // namespace

class LinearSeparationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theStepIsTheGradientOfTheLogisticLoss() {
        const auto task = separable(4, 15, 1);
        LinearSeparator separator(task, SeparationMethod::logistic, {.stepSize = 0.5});
        for (int t = 0; t < 5; ++t) {
            VectorXd theta = separator.theta();
            const double norm = separator.gradientNorm();
            separator.step();
            const VectorXd gradient = (theta - separator.theta()) / 0.5;
            const GradientCheck check = checkGradient(
                [&] { return logisticLoss(task->z.transpose() * theta); }, theta, gradient);
            expectNear(check.error, 0.0, 1e-8, check.text());
            expectNear(norm, gradient.norm(), 1e-12);
        }
    }

    void theNormalizedStepIsAConvexCombinationTimesGamma() {
        const auto task = separable(4, 15, 2);
        LinearSeparator separator(task, SeparationMethod::normalizedLogistic, {.stepSize = 3.0});
        const VectorXd theta = separator.theta();
        separator.step();
        expectNear(separator.theta() - theta, 3.0 * task->z.rowwise().mean(), 1e-12);
    }

    void lossesAndWeightsDoNotOverflow() {
        QCOMPARE(logisticWeight(1e8), 0.0);
        QCOMPARE(logisticWeight(-1e8), 1.0);
        QCOMPARE(logisticWeight(0.0), 0.5);
        QCOMPARE(logisticLoss(VectorXd::Constant(3, -1e8)), 1e8);
        expectNear(logisticLoss(VectorXd::Zero(5)), std::log(2.0), 1e-15);
    }

    /// The published table for the worst case with n = 1000.
    void theWorstCaseTakesThePublishedCounts() {
        const auto task = std::make_shared<const SeparationTask>(worstCaseTask(1000));
        const auto count = [&](SeparationMethod method, double gamma) {
            return updatesToSeparate(task, method, {.stepSize = gamma, .firstIndex = true});
        };
        QCOMPARE(count(SeparationMethod::logistic, 100), 308);
        QCOMPARE(count(SeparationMethod::normalizedLogistic, 100), 2);
        QCOMPARE(count(SeparationMethod::normalizedLogistic, 10), 2);
        QCOMPARE(count(SeparationMethod::normalizedLogistic, 1), 16);
        QCOMPARE(count(SeparationMethod::normalizedLogistic, 0.1), 157);
    }

    void theTwoPointsFollowTheirFormulas() {
        const auto task = std::make_shared<const SeparationTask>(twoPointTask());
        LinearSeparator separator(task, SeparationMethod::logistic, {.stepSize = 100});
        separator.step();
        expectNear(separator.theta(), Eigen::Vector2d(50, 75), 1e-12);
        expectNear(logisticLoss(separator.margins()), 12.5, 1e-9);
        separator.step();
        QVERIFY(separator.solved());
        QVERIFY(logisticLoss(separator.margins()) < 1e-9);
    }

    void hugeStepsAreThePerceptrons() {
        const auto task = separable(6, 40, 3);
        for (const auto& [smooth, limit] :
             {std::pair{SeparationMethod::logistic, SeparationMethod::batchPerceptron},
              std::pair{SeparationMethod::normalizedLogistic,
                        SeparationMethod::normalizedPerceptron}}) {
            LinearSeparator a(task, smooth, {.stepSize = 1e9}), b(task, limit, {});
            for (int t = 0; t < 20 && !b.solved(); ++t) {
                a.step();
                b.step();
                expectNear(a.scaled(), b.theta(), 1e-6 * b.theta().norm());
            }
        }
    }

    void theLargestMarginOfKnownTasks() {
        const auto worst = maximumMargin(worstCaseTask(50));
        QVERIFY(worst.has_value());
        expectNear(worst->margin, 0.5, 1e-5);
        expectNear(worst->direction, Eigen::Vector2d(1, 0), 1e-4);
        SeparationTask impossible{Eigen::MatrixXd(1, 2)};
        impossible.z << 1.0, -1.0;
        QVERIFY(!maximumMargin(impossible, 100).has_value());
    }

    void noDirectionHasALargerMargin() {
        const auto task = separable(3, 12, 4);
        const auto best = maximumMargin(*task);
        QVERIFY(best.has_value());
        RandomStream stream({.seed = 5, .purpose = "directions"});
        VectorXd other(3);
        for (int i = 0; i < 20000; ++i) {
            stream.fillNormal({other.data(), 3});
            other = (best->direction + 0.3 * other).normalized();
            QVERIFY((task->z.transpose() * other).minCoeff() <= best->margin * (1.0 + 1e-5));
        }
    }

    void countsStayWithinTheirBounds() {
        for (const std::uint64_t seed : {6, 7, 8}) {
            const auto task = separable(5, 30, seed);
            const auto best = maximumMargin(*task);
            QVERIFY(best.has_value());
            const double bound = std::pow(task->radius() / best->margin, 2);
            QVERIFY(double(updatesToSeparate(task, SeparationMethod::perceptron)) <= bound);
            QVERIFY(double(updatesToSeparate(task, SeparationMethod::normalizedPerceptron)) <=
                    bound);
            QVERIFY(double(updatesToSeparate(task, SeparationMethod::batchPerceptron)) <=
                    30.0 * bound);
        }
    }

    void theSmoothnessIsTheLargestEigenvalue() {
        const auto task = separable(4, 25, 9);
        const auto eigenvalues = symmetricEigenvalues(task->z * task->z.transpose());
        expectNear(task->smoothness(), eigenvalues[3] / 100.0, 1e-6 * task->smoothness());
    }
};

REGISTER_TEST(LinearSeparationTest)
#include "linear_separation_test.moc"
