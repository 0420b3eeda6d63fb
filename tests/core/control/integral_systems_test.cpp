// Systems against the published solution, identities of the value, and integration by others.

#include <cmath>
#include <stdexcept>

#include <QtTest>

#include "core/control/integral_systems.h"
#include "core/error.h"
#include "core/math/ode.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::control;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd featuresOf(const ControlledSystem& system, const VectorXd& x) {
    VectorXd phi(system.featureCount());
    system.features(x, phi);
    return phi;
}

/// Policies of the third-order system that stabilize it, from none to more than the best.
std::vector<VectorXd> stabilizing(const LinearQuadraticSystem& system) {
    return {system.firstWeights(), 0.4 * system.solution(), 2.0 * system.solution()};
}

/// ẋ of the sine system, as the paper writes it.
Eigen::Vector2d sineRate(const Eigen::Vector2d& x, double u) {
    return {-x[0] + x[1],
            -0.5 * (x[0] + x[1]) + 0.5 * x[1] * std::pow(std::sin(x[0]), 2) + std::sin(x[0]) * u};
}

} // namespace

class IntegralSystemsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theThirdOrderSystemHasThePublishedSolution() {
        const auto system = thirdOrderSystem();
        MatrixXd p(3, 3);
        p << 2.355030933091, 2.238452370854, 0.904987562112, 2.238452370854, 4.241942496772,
            1.893095222031, 0.904987562112, 1.893095222031, 1.596995960829;
        expectNear(system->matrixOf(system->solution()), p, 1e-11);
        expectNear(system->gain(system->solution()).transpose(),
                   Eigen::Vector3d(0.904987562112, 1.893095222031, 1.596995960829), 1e-11);
        expectNear(system->residual(system->solution()), 0.0, 1e-12);
        expectNear(system->error(system->weightsOf(2.0 * p)), p.norm(), 1e-11);
    }

    void aFixedPointOfNewtonIsTheSolution() {
        using System = std::shared_ptr<const ControlledSystem>;
        for (const System& system :
             {System(thirdOrderSystem()), System(std::make_shared<SineSystem>())}) {
            expectNear(system->newtonStep(system->solution()), system->solution(), 1e-12);
            expectNear(system->residual(system->solution()), 0.0, 1e-12);
            QVERIFY(system->residual(system->firstWeights()) > 0.1);
        }
    }

    void linearLoopsAreThoseOfAnIntegrator() {
        const auto system = thirdOrderSystem();
        for (const VectorXd& weights : stabilizing(*system)) {
            const auto loop = system->closedLoop(weights, system->start(), 0.6, 7);
            loop->next(); // the second window goes on from the first
            const double integral = loop->next();
            const OdeRight right = [&](double, const VectorXd& x, VectorXd& rate) {
                const VectorXd state = x.head(3);
                const double u = system->control(weights, state);
                rate << x[1], x[2], -0.1 * x[0] - 0.5 * x[1] - 0.7 * x[2] + u,
                    state.squaredNorm() + u * u;
            };
            VectorXd start(4), times = VectorXd::LinSpaced(7, 0.6, 1.2), before(2);
            start << system->start(), 0.0;
            before << 0.0, 0.6;
            const OdeOptions tight{.relativeTolerance = 1e-12, .absoluteTolerance = 1e-12};
            const VectorXd middle = integrateOde(right, start, before, tight).col(1);
            const MatrixXd path = integrateOde(right, middle, times, tight);
            expectNear(loop->states(), path.topRows(3), 1e-9);
            expectNear(integral, path(3, 6) - path(3, 0), 1e-9);
            for (Index n = 0; n < 7; ++n) {
                const VectorXd x = path.col(n).head(3);
                expectNear(loop->costs()[n],
                           x.squaredNorm() + std::pow(system->control(weights, x), 2), 1e-8);
            }
        }
    }

    // V(x₀) − V(x_T) = ∫ l for the value of the policy itself.
    void theValueFallsByWhatAWindowCosts() {
        const auto system = thirdOrderSystem();
        for (const VectorXd& weights : stabilizing(*system)) {
            const VectorXd value = system->newtonStep(weights);
            const auto loop = system->closedLoop(weights, system->start(), 1.7, 2);
            const double before = featuresOf(*system, loop->end()).dot(value);
            const double integral = loop->next();
            expectNear(integral, before - featuresOf(*system, loop->end()).dot(value), 1e-10);
        }
        const SineSystem sine;
        const auto loop = sine.closedLoop(sine.solution(), sine.start(), 1.7, 5);
        const double before = featuresOf(sine, loop->end()).dot(sine.solution());
        const double integral = loop->next();
        expectNear(integral, before - featuresOf(sine, loop->end()).dot(sine.solution()), 1e-10);
    }

    // A gain so large that the fast mode is over at once: what e^{−A_cᵀT} holds is beyond numbers.
    void stiffLoopsCostWhatTheirValueSays() {
        const auto system = thirdOrderSystem();
        for (const double scale : {1e2, 1e5}) {
            const VectorXd weights = scale * system->solution();
            const VectorXd value = system->newtonStep(weights);
            const auto loop = system->closedLoop(weights, system->start(), 2.0, 3);
            const double before = featuresOf(*system, loop->end()).dot(value);
            const double fall = loop->next();
            expectNear(fall / (before - featuresOf(*system, loop->end()).dot(value)), 1.0, 1e-9);
        }
    }

    // What comes after P's first perturbation is of order h⁴: sixteen times less at half h.
    void theTrapezoidsValueIsThatOfASteinEquation() {
        const auto system = thirdOrderSystem();
        const VectorXd weights = 0.4 * system->solution();
        const MatrixXd a = system->loopMatrix(weights), s = system->costMatrix(weights);
        // P = Σ_k (F^k)ᵀ W F^k over windows, W = Σ βₙ Fₙᵀ S Fₙ, summed until nothing comes.
        const auto summed = [&](double h) {
            const auto loop = [&](double time, const MatrixXd& columns) {
                MatrixXd result(3, 3);
                for (Index j = 0; j < 3; ++j)
                    result.col(j) =
                        integrateOde(
                            [&](double, const VectorXd& x, VectorXd& rate) { rate = a * x; },
                            columns.col(j), Eigen::Vector2d(0.0, time),
                            {.relativeTolerance = 1e-13, .absoluteTolerance = 1e-14})
                            .col(1);
                return result;
            };
            const MatrixXd step = loop(h, MatrixXd::Identity(3, 3));
            MatrixXd f = MatrixXd::Identity(3, 3), p = 0.5 * h * s;
            for (int n = 0; n < 100000 && f.norm() > 1e-12; ++n) {
                f = (step * f).eval();
                p += h * f.transpose() * s * f;
            }
            return system->weightsOf(p);
        };
        double before = 0.0;
        for (const double h : {0.2, 0.1}) {
            const double left = (summed(h) - system->trapezoidalStep(weights, h)).norm();
            const double perturbation =
                (system->trapezoidalStep(weights, h) - system->newtonStep(weights)).norm();
            QVERIFY(left < 0.02 * perturbation);
            if (before > 0.0)
                expectNear(before / left, 16.0, 1.0);
            before = left;
        }
    }

    void polesAreThoseOfTheClosedLoop() {
        const auto system = thirdOrderSystem();
        // det(λ − A_c) = λ³ + (0.7 + k₃)λ² + (0.5 + k₂)λ + 0.1 + k₁.
        const Eigen::RowVectorXd k = system->gain(system->solution());
        for (const std::complex<double>& pole : system->poles(system->solution()))
            expectNear(std::abs(pole * pole * pole + (0.7 + k[2]) * pole * pole +
                                (0.5 + k[1]) * pole + 0.1 + k[0]),
                       0.0, 1e-12);
        QCOMPARE(SineSystem().poles(SineSystem().solution()).size(), Index{0});
    }

    void theSineSystemsPolicyImprovesOnItsValue() {
        const SineSystem sine;
        const VectorXd weights = Eigen::Vector3d(0.3, -0.7, 1.9);
        for (const auto& x : {Eigen::Vector2d(1.2, -0.4), Eigen::Vector2d(-2.0, 0.8)}) {
            // u = −½ g · ∂V/∂x₂, by a central difference of V.
            const double delta = 1e-5;
            const Eigen::Vector2d up(0.0, delta);
            const double slope =
                (featuresOf(sine, x + up) - featuresOf(sine, x - up)).dot(weights) / (2.0 * delta);
            expectNear(sine.control(weights, x), -0.5 * std::sin(x[0]) * slope, 1e-9);
            expectNear(sine.control(sine.solution(), x), -x[1] * std::sin(x[0]), 1e-14);
        }
    }

    void sineLoopsAreThoseOfRungeAndKutta() {
        const SineSystem sine;
        const VectorXd weights = Eigen::Vector3d(-1.0, 3.0, 1.5);
        constexpr Index samples = 5;
        constexpr int steps = 400; // between samples
        constexpr double T = 0.8, h = T / (samples - 1) / steps;
        const auto loop = sine.closedLoop(weights, sine.start(), T, samples);
        const double integral = loop->next();
        Eigen::Vector3d x(sine.start()[0], sine.start()[1], 0.0);
        const auto rate = [&](const Eigen::Vector3d& at) {
            const Eigen::Vector2d state = at.head(2);
            const double u = sine.control(weights, state);
            Eigen::Vector3d all;
            all << sineRate(state, u), state.squaredNorm() + u * u;
            return all;
        };
        for (Index n = 1; n < samples; ++n) {
            for (int i = 0; i < steps; ++i) {
                const Eigen::Vector3d a = rate(x), b = rate(x + 0.5 * h * a),
                                      c = rate(x + 0.5 * h * b), d = rate(x + h * c);
                x += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
            }
            expectNear(loop->states().col(n), x.head(2), 1e-11);
            expectNear(loop->costs()[n], rate(x)[2], 1e-10);
        }
        expectNear(integral, x[2], 3e-11);
    }

    // The integral stays accurate relative to itself where the state has nearly come to rest.
    void smallStatesAreIntegratedAsAccurately() {
        const SineSystem sine;
        const VectorXd near = 1e-6 * sine.start();
        const auto loop = sine.closedLoop(sine.solution(), near, 0.1, 3);
        const double before = featuresOf(sine, near).dot(sine.solution());
        const double integral = loop->next();
        const double fall = before - featuresOf(sine, loop->end()).dot(sine.solution());
        expectNear(integral / fall, 1.0, 1e-9);
    }

    void drawnStartsLieWhereTheyShould() {
        const VectorXd normals = Eigen::Vector3d(0.5, -2.0, 1.0);
        expectNear(thirdOrderSystem()->startFrom(normals, VectorXd::Zero(3)), 2.5 * normals, 0.0);
        expectNear(SineSystem().startFrom(Eigen::Vector2d(-0.1, 2.0), Eigen::Vector2d(0.0, 0.75)),
                   Eigen::Vector2d(-0.5, 1.25), 1e-15);
    }

    void policiesThatDoNotStabilizeHaveNoValue() {
        const auto system = thirdOrderSystem();
        QVERIFY_EXCEPTION_THROWN(system->newtonStep(-2.0 * system->solution()), NumericalError);
        QVERIFY_EXCEPTION_THROWN(SineSystem().trapezoidalStep(SineSystem().solution(), 0.1),
                                 std::logic_error);
        const auto runaway =
            system->closedLoop(-50.0 * system->solution(), system->start(), 500.0, 2);
        QVERIFY_EXCEPTION_THROWN(runaway->next(), NumericalError);
        QVERIFY_EXCEPTION_THROWN(
            LinearQuadraticSystem(MatrixXd::Identity(2, 2), Eigen::Vector2d(1.0, 0.0),
                                  MatrixXd::Identity(2, 2), 1.0, Eigen::Vector2d(1.0, 1.0)),
            NumericalError);
    }
};

REGISTER_TEST(IntegralSystemsTest)
#include "integral_systems_test.moc"
