#include <cmath>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "core/optim/private_descent.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

std::vector<PrivateProblem> problems() {
    return {robustLocation(4, 200, 0, 0), robustRegression(6, 3, 200, 0, 0),
            privateLogistic(5, 200, 0, 0)};
}

RandomStream streamOf(std::uint64_t replicate) {
    return RandomStream({.seed = 0, .purpose = "private test", .replicate = replicate});
}

VectorXd somePoint(Index size, std::uint64_t replicate) {
    VectorXd w(size);
    streamOf(replicate).fillNormal({w.data(), static_cast<std::size_t>(size)}, 0.7);
    return w;
}

} // namespace

class PrivateDescentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gradientsAgreeWithFiniteDifferences() {
        for (const PrivateProblem& problem : problems()) {
            VectorXd w = somePoint(problem.dimension(), 1);
            VectorXd g(w.size());
            problem.fullGradient(w, g);
            const GradientCheck check =
                checkGradient([&] { return problem.value(w); }, w, g, {.step = 1e-5});
            expectNear(check.error, 0.0, 1e-8, check.text());
        }
    }

    /// Privacy rests on these two bounds for every single sample.
    void gradientsOfSamplesKeepTheirBounds() {
        for (const PrivateProblem& problem : problems())
            for (std::uint64_t repeat = 0; repeat < 20; ++repeat) {
                const VectorXd w = somePoint(problem.dimension(), 2 * repeat);
                const VectorXd u = somePoint(problem.dimension(), 2 * repeat + 1);
                for (Index i = 0; i < problem.count(); ++i) {
                    VectorXd g = VectorXd::Zero(w.size()), difference = g;
                    problem.addGradient(i, w, 1.0, g);
                    problem.addGradient(i, w, 1.0, difference);
                    problem.addGradient(i, u, -1.0, difference);
                    QVERIFY(g.norm() <= problem.lipschitz() + 1e-12);
                    QVERIFY(difference.norm() <= problem.smoothness() * (w - u).norm() + 1e-12);
                }
            }
    }

    /// With exact batches the telescoping sum is the gradient itself.
    void withoutNoiseSpiderBoostIsGradientDescent() {
        const auto problem = std::make_shared<const PrivateProblem>(robustLocation(4, 200, 0, 0));
        const PrivacyBudget silent{.noiseConstant = 0.0};
        SpiderBoostPlan plan = spiderBoostPlan(problem->constants(), silent, SpiderBatch::all);
        QVERIFY(plan.phase > 1);
        SpiderBoost boost(problem, plan, streamOf(0));
        VectorXd w = VectorXd::Zero(4), g(4);
        for (int t = 0; t < 60; ++t) {
            boost.step();
            problem->fullGradient(w, g);
            w -= 0.5 * g;
            expectNear(boost.iterate(), w, 1e-12);
        }
    }

    void withoutNoiseTheBaselineIsGradientDescent() {
        const auto problem = std::make_shared<const PrivateProblem>(privateLogistic(5, 100, 0, 0));
        NoisyGradientDescent descent(
            problem, noisyDescentPlan(problem->constants(), {.noiseConstant = 0.0}), streamOf(0));
        VectorXd w = VectorXd::Zero(5), g(5);
        for (int t = 0; t < 30; ++t) {
            descent.step();
            problem->fullGradient(w, g);
            w -= 2.0 * g; // 1/(2L₁)
            expectNear(descent.iterate(), w, 1e-12);
        }
    }

    void theBaselineSpendsItsBudget() {
        const auto problem = std::make_shared<const PrivateProblem>(robustLocation(3, 500, 0, 0));
        const PrivacyBudget budget{
            .epsilon = 0.8, .delta = 1e-5, .noiseConstant = 2.0 * std::sqrt(2.0)};
        NoisyGradientDescent descent(problem, noisyDescentPlan(problem->constants(), budget),
                                     streamOf(0));
        for (std::int64_t t = 0; t < descent.plannedSteps(); ++t)
            descent.step();
        const double expected = 0.8 + 0.64 / (4.0 * std::log(1e5));
        expectNear(descent.accountant().epsilon(1e-5), expected, 1e-9);
    }

    /// Evaluations of single gradients, counted by an independent program: growth n^{5/3}.
    void theWorkOfSpiderBoostIsAsPlanned() {
        for (const auto& [n, expected] : {std::pair{2000, 106496}, std::pair{32000, 11335520}}) {
            const SpiderBoostPlan plan =
                spiderBoostPlan(privateConstants(PrivateLoss::robustLocation, n, 10),
                                {.epsilon = 1, .delta = 1e-5, .noiseConstant = 4});
            std::int64_t calls = 0;
            for (std::int64_t t = 0; t < plan.steps; ++t)
                calls += t % plan.phase == 0 ? n : 2 * plan.batch;
            QCOMPARE(calls, std::int64_t{expected});
        }
    }

    void noiseHasItsDeviation() {
        const auto problem = std::make_shared<const PrivateProblem>(robustLocation(20, 1000, 0, 0));
        NoisyGradientDescent descent(
            problem, noisyDescentPlan(problem->constants(), {.noiseConstant = 2.0}), streamOf(3));
        VectorXd exact(20);
        double square = 0.0;
        constexpr int steps = 200;
        for (int t = 0; t < steps; ++t) {
            descent.step();
            problem->fullGradient(descent.previousIterate(), exact);
            square += (descent.estimate() - exact).squaredNorm() / (20.0 * steps);
        }
        const double ratio = square / std::pow(descent.noiseDeviation(), 2);
        expectNear(ratio, 1.0, 5.0 * std::sqrt(2.0 / (20.0 * steps)));
    }
};

REGISTER_TEST(PrivateDescentTest)
#include "private_descent_test.moc"
