#include <array>
#include <cmath>

#include <QtTest>

#include "core/control/value_family.h"
#include "core/control/value_process.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::control;
using Eigen::Index;

namespace {

const ValueProblem reverting{
    .reversion = 0.8, .volatility = 0.7, .startVariance = 1.6, .horizon = 1.3};
const ValueProblem growing{
    .dynamics = Dynamics::geometricBrownian, .drift = 0.1, .volatility = 0.4, .horizon = 0.9};

ValueProblem shuffled(ValueProblem problem) {
    problem.pairing = Pairing::shuffled;
    return problem;
}

constexpr double beta = 0.9;
ValueProblem discounted(ValueProblem problem) {
    problem.discount = beta;
    return problem;
}

} // namespace

class ValueProcessTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // J solves the equation of the problem: ∂ₜJ + b∂ₓJ + ½σ²∂ₓ²J + r = 0, by differences in time.
    void theValueSolvesItsEquation() {
        const ValueProcess process(reverting, 4000);
        const auto& [a, c] = process.value();
        const double h = process.timeStep(), variance = 0.49;
        for (const Index i : {1, 1000, 2345, 3999}) {
            expectNear((a[i + 1] - a[i - 1]) / (2.0 * h), 2.0 * 0.8 * a[i] - 1.0, 1e-6);
            expectNear((c[i + 1] - c[i - 1]) / (2.0 * h), -variance * a[i], 1e-6);
        }
        QCOMPARE(a[4000], 0.0);
        QCOMPARE(c[4000], 0.0);

        const ValueProcess other(growing, 4000);
        const Eigen::VectorXd& p = other.value().square;
        for (const Index i : {1, 2000, 3999})
            expectNear((p[i + 1] - p[i - 1]) / (2.0 * other.timeStep()), -(0.2 + 0.16) * p[i],
                       1e-6);
        QCOMPARE(p[4000], 1.0);
    }

    // The same with −βJ, of J itself; the process tells e^{−βt}J.
    void theDiscountedValueSolvesItsEquation() {
        const ValueProcess process(discounted(reverting), 4000);
        const auto now = [&](const Eigen::VectorXd& of, Index i) {
            return of[i] / process.discount(i);
        };
        const auto& [a, c] = process.value();
        const double h = process.timeStep(), variance = 0.49;
        for (const Index i : {1, 1000, 2345, 3999}) {
            expectNear((now(a, i + 1) - now(a, i - 1)) / (2.0 * h), (1.6 + beta) * now(a, i) - 1.0,
                       1e-6);
            expectNear((now(c, i + 1) - now(c, i - 1)) / (2.0 * h),
                       beta * now(c, i) - variance * now(a, i), 1e-6);
        }
        QCOMPARE(a[4000], 0.0);
        QCOMPARE(c[4000], 0.0);
        expectNear(process.discount(2000), std::exp(-beta * 0.65), 1e-15);
        expectNear(process.stepReward(2000), process.discount(2000) * h, 1e-15);

        const ValueProcess other(discounted(growing), 4000);
        expectNear(other.value().square[0], std::exp((0.36 - beta) * 0.9), 1e-13);
        expectNear(other.terminalReward(), std::exp(-beta * 0.9), 1e-15);
        expectNear(other.terminalRewardThen(), 1.0, 1e-15);
    }

    // What is expected after a step, from what is expected before it.
    void momentsGoOverIntoEachOther() {
        for (const ValueProblem& problem : {reverting, growing}) {
            const ValueProcess process(problem, 7);
            const double sigma = problem.volatility, h = process.timeStep();
            QCOMPARE(process.mean()[0],
                     problem.dynamics == Dynamics::ornsteinUhlenbeck ? 1.6 : 1.0);
            for (Index i = 0; i < 7; ++i) {
                expectNear(process.growth()[i] * process.mean()[i] + process.gain()[i],
                           process.mean()[i + 1], 1e-13);
                // X stays normal: E Y² = 3(E Y)²; ln X moves by a normal: E Y² grows by
                // e^{(4μ+6σ²)Δ}.
                const double square =
                    problem.dynamics == Dynamics::ornsteinUhlenbeck
                        ? 3.0 * std::pow(process.mean()[i + 1], 2)
                        : process.square()[i] * std::exp((0.4 + 6.0 * sigma * sigma) * h);
                expectNear(process.square()[i + 1], square, 1e-13);
            }
        }
    }

    void episodesHaveTheMomentsThatAreTold() {
        constexpr Index episodes = 200000, n = 4;
        for (const ValueProblem& problem :
             {reverting, growing, shuffled(reverting), shuffled(growing)}) {
            const ValueProcess process(problem, n);
            Eigen::ArrayXXd y(episodes, n + 1);
            RandomStream stream({.seed = 5, .purpose = "moments"});
            process.sample(stream, y);
            const auto expectMean = [&](const Eigen::ArrayXd& sample, double expected) {
                const std::vector<double> numbers(sample.begin(), sample.end());
                expectNear(mean(numbers), expected, 5.0 * standardError(numbers) + 1e-12);
            };
            for (Index i = 0; i <= n; ++i) {
                expectMean(y.col(i), process.mean()[i]);
                expectMean(y.col(i).square(), process.square()[i]);
                if (i < n)
                    expectMean(y.col(i) * y.col(i + 1), process.neighbors(i));
            }
        }
    }

    // E[M_T | X_0] = M_0 for the value itself where rewards are only paid at the end, on any mesh.
    void theValueMakesAMartingale() {
        for (const ValueProblem& problem : {growing, discounted(growing)}) {
            const ValueProcess process(problem, 3);
            Eigen::ArrayXXd y(100000, 4);
            RandomStream stream({.seed = 1, .purpose = "martingale"});
            process.sample(stream, y);
            const Eigen::ArrayXXd m = martingaleOf(process, process.value(), y);
            const Eigen::ArrayXd gains = m.col(3) - m.col(0);
            const std::vector<double> sample(gains.begin(), gains.end());
            expectNear(mean(sample), 0.0, 5.0 * standardError(sample));
            expectNear(m.col(0).maxCoeff(), std::exp((0.2 + 0.16 - problem.discount) * 0.9), 1e-12);
        }
    }

    void episodesAreTheSameForASeed() {
        const ValueProcess process(reverting, 5);
        Eigen::ArrayXXd a(3, 6), b(3, 6);
        for (Eigen::ArrayXXd* y : {&a, &b}) {
            RandomStream stream({.seed = 2, .purpose = "episodes", .index = 7});
            process.sample(stream, *y);
        }
        QVERIFY((a == b).all());
    }

    void numbersOutOfRangeAreRefused() {
        const auto making = [](ValueProblem problem, Index steps) {
            return [=] { return ValueProcess(problem, steps); };
        };
        expectRefusal(making(reverting, 1), "number of steps", "at least 2");
        expectRefusal(making({.horizon = 0.0}, 4), "horizon");
        expectRefusal(making({.horizon = NAN}, 4), "horizon");
        expectRefusal(making({.volatility = -1.0}, 4), "volatility");
        expectRefusal(making({.reversion = 0.0}, 4), "reversion");
        expectRefusal(making({.startVariance = -1.0}, 4), "start variance");
        expectRefusal(making({.drift = INFINITY}, 4), "drift");
    }
};

REGISTER_TEST(ValueProcessTest)
#include "value_process_test.moc"
