// Policy iteration against Newton's method, against the equation that each rule solves in the
// place of Lyapunov's, and against the figures of an independent computation.

#include <cmath>
#include <limits>

#include <QtTest>

#include "core/control/integral_policy_iteration.h"
#include "core/control/quadrature_rules.h"
#include "core/error.h"
#include "core/math/decompositions.h"
#include "core/math/matrix_exponential.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::control;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

IntegralRule matern(Index samples, double T) {
    return {bayesianQuadrature(MaternKernel(3.5, 0.3), evenNodes(samples, T), T).weights};
}
IntegralRule trapezoid(Index samples, double T) {
    return {trapezoidalRule(samples, T)};
}
const IntegralRule exact;

using Excitation = IntegralPolicyIteration::Excitation;
using System = std::shared_ptr<const ControlledSystem>;

IntegralPolicyIteration iteration(const System& system, IntegralRule rule,
                                  IntegralPolicyIteration::Options options = {}) {
    if (options.start.size() == 0)
        options.start = system->start();
    return {system, options, std::move(rule)};
}

double floorOf(const System& system, IntegralRule rule) {
    IntegralPolicyIteration learner = iteration(system, std::move(rule));
    for (int i = 0; i < 12; ++i)
        learner.step();
    return system->error(learner.weights());
}

/// Of a step of policy iteration with a rule on the linear system, whatever the states: P with
/// P − FᵀPF = Σ βₙ Fₙᵀ S Fₙ, by a linear system in its nine entries.
VectorXd steinStep(const LinearQuadraticSystem& system, const VectorXd& weights,
                   const VectorXd& beta, double T) {
    const MatrixXd a = system.loopMatrix(weights), s = system.costMatrix(weights);
    const VectorXd nodes = evenNodes(beta.size(), T);
    MatrixXd right = MatrixXd::Zero(3, 3);
    for (Index n = 0; n < nodes.size(); ++n) {
        const MatrixXd f = matrixExponential(a * nodes[n]);
        right += beta[n] * f.transpose() * s * f;
    }
    const MatrixXd f = matrixExponential(a * T);
    MatrixXd equations = MatrixXd::Identity(9, 9);
    for (Index i = 0; i < 3; ++i)
        for (Index j = 0; j < 3; ++j)
            for (Index k = 0; k < 3; ++k)
                for (Index l = 0; l < 3; ++l)
                    equations(i + 3 * j, k + 3 * l) -= f(k, i) * f(l, j);
    Inverter<double> invert(9);
    const VectorXd entries = *invert(equations) * right.reshaped();
    return system.weightsOf(entries.reshaped(3, 3));
}

} // namespace

class IntegralPolicyIterationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withExactIntegralsItIsNewtonsMethod() {
        const auto system = thirdOrderSystem();
        IntegralPolicyIteration learner = iteration(system, exact);
        VectorXd newton = system->firstWeights();
        const double published[] = {22.9, 10.0, 3.89, 1.29, 0.267, 1.02e-2, 1.09e-5};
        for (const double error : published) {
            learner.step();
            newton = system->newtonStep(newton);
            expectNear(learner.weights(), newton, 1e-7);
            expectNear(system->error(newton) / error, 1.0, 5e-3);
        }
        learner.step();
        QVERIFY(system->error(learner.weights()) < 1e-8);
    }

    void eachRuleSolvesItsOwnEquation() {
        const auto system = thirdOrderSystem();
        constexpr double T = 0.4;
        for (const IntegralRule& rule :
             {trapezoid(5, T), matern(6, T), IntegralRule{leftRule(41, T)},
              IntegralRule{simpsonRule(7, T)}})
            for (const Index windows : {10, 25}) {
                IntegralPolicyIteration learner = iteration(
                    system, rule,
                    {.length = T, .windows = windows, .excitation = Excitation::restarted});
                for (int i = 0; i < 4; ++i) {
                    const VectorXd expected =
                        steinStep(*system, learner.weights(), rule.weights, T);
                    expectNear(system->ruleStep(learner.weights(), rule.weights, T), expected,
                               1e-10 * expected.norm());
                    learner.step();
                    expectNear(learner.weights(), expected, 1e-6 * expected.norm());
                }
            }
    }

    void floorsAreThoseOfAnIndependentComputation() {
        const System linear = thirdOrderSystem(), sine = std::make_shared<SineSystem>();
        expectNear(floorOf(linear, trapezoid(5, 0.1)), 1.17757e-3, 1e-8);
        expectNear(floorOf(linear, trapezoid(9, 0.1)), 2.94182e-4, 1e-8);
        expectNear(floorOf(linear, trapezoid(15, 0.1)), 9.605e-5, 1e-8);
        expectNear(floorOf(sine, trapezoid(5, 0.1)), 1.276e-4, 1e-7);
        expectNear(floorOf(sine, trapezoid(15, 0.1)), 1.041e-5, 1e-8);
        expectNear(floorOf(linear, matern(15, 0.1)), 1.5e-7, 1e-8);
    }

    void ordersAreThoseOfTheRules() {
        for (const System& system :
             {System(thirdOrderSystem()), System(std::make_shared<SineSystem>())}) {
            std::vector<double> intervals, rough, smooth;
            for (Index samples = 5; samples <= 15; samples += 2) {
                intervals.push_back(static_cast<double>(samples - 1));
                rough.push_back(floorOf(system, trapezoid(samples, 0.1)));
                smooth.push_back(floorOf(system, matern(samples, 0.1)));
            }
            expectNear(fitLogLog(intervals, rough).slope, -2.0, 0.01);
            const double slope = fitLogLog(intervals, smooth).slope;
            QVERIFY2(slope < -4.5 && slope > -5.0, qPrintable(QString::number(slope)));
        }
    }

    // Five samples in half a second: what the trapezoid makes of them destabilizes the loop.
    void theRuleDecidesWhetherTheLoopIsStable() {
        const auto system = thirdOrderSystem();
        constexpr double T = 0.5;
        const auto reals = [&](IntegralRule rule, int policies) {
            IntegralPolicyIteration learner = iteration(
                system, std::move(rule), {.length = T, .excitation = Excitation::restarted});
            std::vector<double> parts;
            for (int i = 0; i < policies; ++i) {
                learner.step();
                parts.push_back(system->poles(learner.weights()).real().maxCoeff());
            }
            return parts;
        };
        const std::vector<double> rough = reals(trapezoid(5, T), 7),
                                  smooth = reals(matern(5, T), 15);
        for (int i = 0; i < 5; ++i)
            QVERIFY(rough[i] < 0.0);
        expectNear(rough[5], 0.27, 0.005);
        for (const double part : smooth)
            QVERIFY(part < 0.0);
        expectNear(smooth.back(), -0.71, 0.005);
    }

    // On perfect data the trapezoid's loops are never unstable: their gains grow without end. What
    // is lost to rounding, once the fast mode is over within a window, then tips the loop.
    void withoutRoundingTheGainGrowsWithoutEnd() {
        const auto system = thirdOrderSystem();
        VectorXd rough = system->firstWeights(), smooth = rough;
        for (int i = 0; i < 9; ++i) {
            rough = system->ruleStep(rough, trapezoid(5, 0.5).weights, 0.5);
            smooth = system->ruleStep(smooth, matern(5, 0.5).weights, 0.5);
            QVERIFY(system->poles(rough).real().maxCoeff() < 0.0);
        }
        QVERIFY(system->error(rough) > 1e10);
        expectNear(system->error(smooth), 1.6e-2, 5e-4);
    }

    // Only the spacing counts for the trapezoid: sums over windows add up to those over longer
    // ones.
    void longerWindowsAreNothingToTheTrapezoid() {
        const auto system = thirdOrderSystem();
        const VectorXd weights = 0.4 * system->solution();
        const VectorXd one = system->ruleStep(weights, trapezoid(5, 0.5).weights, 0.5);
        expectNear(system->ruleStep(weights, trapezoid(9, 1.0).weights, 1.0), one, 1e-10);
        expectNear(system->ruleStep(weights, trapezoid(2, 0.125).weights, 0.125), one, 1e-10);
    }

    void drawnStartsLeaveNoDirectionOpen() {
        const System system = thirdOrderSystem();
        IntegralPolicyIteration learner = iteration(
            system, matern(9, 1.0), {.length = 1.0, .excitation = Excitation::drawn, .seed = 3});
        for (int i = 0; i < 12; ++i) {
            learner.step();
            QVERIFY(learner.condition() < 1e4);
        }
        expectNear(system->error(learner.weights()), 1.2e-2, 5e-4);
        IntegralPolicyIteration again = iteration(
            system, matern(9, 1.0), {.length = 1.0, .excitation = Excitation::drawn, .seed = 3});
        again.step();
        QVERIFY((again.windowStarts() - learner.windowStarts()).norm() > 1.0); // another step's
        expectNear(again.windowStarts().col(4),
                   drawnStart(*system, {.seed = 3, .purpose = "starts of windows", .index = 4}),
                   0.0);
    }

    void aBetterRuleTakesOverWhereAWorseOneEnded() {
        const System system = thirdOrderSystem();
        IntegralPolicyIteration learner =
            iteration(system, trapezoid(5, 0.1), {.excitation = Excitation::restarted});
        for (int i = 0; i < 9; ++i)
            learner.step();
        QVERIFY(system->error(learner.weights()) > 1e-3);
        learner.setRule(exact);
        for (int i = 0; i < 3; ++i)
            learner.step();
        QVERIFY(system->error(learner.weights()) < 1e-7);
        QVERIFY(learner.change() < 1e-6);
    }

    void windowsFollowOneAnotherUnlessTheyRestart() {
        const System system = std::make_shared<SineSystem>();
        for (const bool restarts : {false, true}) {
            IntegralPolicyIteration learner =
                iteration(system, trapezoid(5, 0.1),
                          {.windows = 4,
                           .excitation = restarts ? Excitation::restarted : Excitation::carried});
            learner.step();
            expectNear(learner.windowStarts().col(0), system->start(), 0.0);
            const auto loop = system->closedLoop(system->firstWeights(), system->start(), 0.1, 5);
            for (Index j = 1; j < 4; ++j) {
                loop->next();
                expectNear(learner.windowStarts().col(j), loop->end(), 1e-12);
            }
            loop->next();
            learner.step();
            expectNear(learner.windowStarts().col(0), restarts ? system->start() : loop->end(),
                       1e-12);
        }
    }

    void tooFewWindowsLeaveDirectionsOpen() {
        const System system = thirdOrderSystem();
        IntegralPolicyIteration learner = iteration(system, exact, {.windows = 2});
        learner.step();
        QCOMPARE(learner.condition(), std::numeric_limits<double>::infinity());
        // Of smallest norm: a combination of the two rows, which it satisfies.
        QVERIFY(learner.weights().allFinite());
        QVERIFY(learner.weights().norm() < system->newtonStep(system->firstWeights()).norm());
        IntegralPolicyIteration enough = iteration(system, exact, {.windows = 10});
        enough.step();
        QVERIFY(enough.condition() > 1.0 && enough.condition() < 1e10);
    }

    void refusesWhatItCannotDo() {
        const System system = thirdOrderSystem();
        expectRefusal([&] { return iteration(system, {VectorXd::Ones(1)}); }, "at least 2 samples");
        expectRefusal([&] { return iteration(system, exact, {.start = VectorXd::Ones(2)}); },
                      "2 entries", "3 finite");
        expectRefusal([&] { return iteration(system, exact, {.length = -0.1}); }, "length -0.1");
        expectRefusal([&] { return iteration(system, exact, {.windows = 0}); }, "0 windows",
                      "1 to 1000");
        IntegralPolicyIteration learner = iteration(system, exact);
        expectRefusal(
            [&] {
                learner.setRule({VectorXd::Constant(3, std::nan(""))});
                return 0;
            },
            "finite weights");
    }

    // A policy that runs away is told, and the weights stay.
    void whatIsNoLongerFiniteIsTold() {
        const System system = thirdOrderSystem();
        IntegralPolicyIteration learner =
            iteration(system, {VectorXd::Constant(2, -1e250)},
                      {.length = 2.0, .excitation = Excitation::restarted});
        VectorXd before = learner.weights();
        bool isTold = false;
        for (int i = 0; i < 5 && !isTold; ++i)
            try {
                before = learner.weights();
                learner.step();
            } catch (const NumericalError&) {
                isTold = true;
            }
        QVERIFY(isTold);
        expectNear(learner.weights(), before, 0.0);
    }
};

REGISTER_TEST(IntegralPolicyIterationTest)
#include "integral_policy_iteration_test.moc"
