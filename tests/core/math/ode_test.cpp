#include <cmath>
#include <limits>
#include <numbers>

#include <QtTest>

#include "core/error.h"
#include "core/math/matrix_exponential.h"
#include "core/math/ode.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

void oscillate(double, const VectorXd& x, VectorXd& derivative) {
    derivative[0] = x[1];
    derivative[1] = -x[0];
}

OdeOptions tolerance(double tolerance) {
    return {.relativeTolerance = tolerance, .absoluteTolerance = tolerance};
}

} // namespace

class OdeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void exponentialsDecay() {
        const auto decay = [](double, const VectorXd& x, VectorXd& d) { d = -2.0 * x; };
        const VectorXd times = VectorXd::LinSpaced(7, 0.0, 3.0);
        const MatrixXd x = integrateOde(decay, VectorXd::Constant(1, 5.0), times);
        expectNear(x.row(0).transpose(), 5.0 * (-2.0 * times).array().exp().matrix(), 1e-7);
    }

    void timeMayAppearInTheRightHandSide() {
        const auto right = [](double t, const VectorXd& x, VectorXd& d) { d = 2.0 * t * x; };
        const MatrixXd x =
            integrateOde(right, VectorXd::Ones(1), Eigen::Vector2d(-1.0, 1.5), tolerance(1e-10));
        expectNear(x(0, 1), std::exp(1.5 * 1.5 - 1.0), 1e-8);
    }

    void linearSystemsFollowTheMatrixExponential() {
        MatrixXd a(3, 3);
        a << 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, -0.1, -0.5, -0.7;
        const VectorXd start = Eigen::Vector3d(2.0, -2.0, 3.0);
        const auto right = [&](double, const VectorXd& x, VectorXd& d) { d = a * x; };
        const VectorXd times = VectorXd::LinSpaced(15, 0.0, 0.1);
        const MatrixXd x = integrateOde(right, start, times, tolerance(1e-12));
        for (Eigen::Index i = 0; i < times.size(); ++i)
            expectNear(x.col(i), matrixExponential(times[i] * a) * start, 1e-12);
    }

    // Errors fall with the tolerance, and work grows as its power −1/5.
    void toleranceBuysDigitsAtFifthOrder() {
        std::vector<double> tolerances, errors, evaluations;
        for (double tau = 1e-4; tau > 1e-12; tau *= 0.01) {
            OdeIntegrator integrator(oscillate, 0.0, Eigen::Vector2d(1.0, 0.0), tolerance(tau));
            integrator.advance(20.0);
            const double error =
                (integrator.state() - Eigen::Vector2d(std::cos(20.0), -std::sin(20.0))).norm();
            QVERIFY2(error < 50.0 * tau, qPrintable(QString::number(error / tau)));
            tolerances.push_back(tau);
            errors.push_back(error);
            evaluations.push_back(static_cast<double>(integrator.evaluations()));
        }
        expectNear(fitLogLog(tolerances, errors).slope, 1.0, 0.1);
        expectNear(fitLogLog(tolerances, evaluations).slope, -0.2, 0.03);
    }

    // The sine system of integral reinforcement learning under its best control: V = ½x₁² + x₂² is
    // its cost to go, so that V(x(0)) = ∫l dt + V(x(T)).
    void theCostOfTheSineSystemIsItsValue() {
        const auto right = [](double, const VectorXd& x, VectorXd& d) {
            const double s = std::sin(x[0]), u = -x[1] * s;
            d[0] = -x[0] + x[1];
            d[1] = -0.5 * (x[0] + x[1]) + 0.5 * x[1] * s * s + s * u;
            d[2] = x[0] * x[0] + x[1] * x[1] + u * u;
        };
        const VectorXd times = VectorXd::LinSpaced(9, 0.0, 4.0);
        const MatrixXd x =
            integrateOde(right, Eigen::Vector3d(1.0, 1.0, 0.0), times, tolerance(1e-11));
        for (Eigen::Index i = 0; i < times.size(); ++i)
            expectNear(0.5 * x(0, i) * x(0, i) + x(1, i) * x(1, i) + x(2, i), 1.5, 1e-9);
    }

    // Arenstorf's orbit about earth and moon closes after its period (Hairer, Nørsett, Wanner
    // II.0).
    void anOrbitThroughCloseEncountersCloses() {
        constexpr double mu = 0.012277471, period = 17.0652165601579625588917206249;
        const auto right = [](double, const VectorXd& x, VectorXd& d) {
            const double d1 = std::pow(std::hypot(x[0] + mu, x[1]), 3.0);
            const double d2 = std::pow(std::hypot(x[0] - (1.0 - mu), x[1]), 3.0);
            d[0] = x[2];
            d[1] = x[3];
            d[2] =
                x[0] + 2.0 * x[3] - (1.0 - mu) * (x[0] + mu) / d1 - mu * (x[0] - (1.0 - mu)) / d2;
            d[3] = x[1] - 2.0 * x[2] - (1.0 - mu) * x[1] / d1 - mu * x[1] / d2;
        };
        VectorXd start(4);
        start << 0.994, 0.0, 0.0, -2.00158510637908252240537862224;
        OdeIntegrator integrator(right, 0.0, start, tolerance(1e-12));
        integrator.advance(period);
        expectNear(integrator.state().head(2), start.head(2), 1e-4);
        QVERIFY2(integrator.evaluations() < 20000,
                 qPrintable(QString::number(integrator.evaluations())));
    }

    void stoppingOnTheWayChangesLittleAndCostsLittle() {
        OdeIntegrator whole(oscillate, 0.0, Eigen::Vector2d(1.0, 0.0), tolerance(1e-9));
        whole.advance(10.0);
        OdeIntegrator parts =
            OdeIntegrator(oscillate, 0.0, Eigen::Vector2d(1.0, 0.0), tolerance(1e-9));
        for (int i = 1; i <= 20; ++i)
            parts.advance(0.5 * i);
        expectNear(parts.state(), whole.state(), 1e-7);
        QCOMPARE(parts.time(), 10.0);
        QVERIFY(parts.evaluations() < 2 * whole.evaluations());
        const long before = parts.evaluations();
        parts.advance(10.0);
        QCOMPARE(parts.evaluations(), before);
    }

    void explosionsAndNanAreToldWithTheirTime() {
        // ẋ = x² from 1 is 1/(1 − t).
        const auto square = [](double, const VectorXd& x, VectorXd& d) { d = x.array().square(); };
        OdeIntegrator integrator(square, 0.0, VectorXd::Ones(1));
        QVERIFY_EXCEPTION_THROWN(integrator.advance(2.0), NumericalError);
        expectNear(integrator.time(), 1.0, 1e-6);
        const auto nan = [](double t, const VectorXd&, VectorXd& d) {
            d.setConstant(t < 0.5 ? 1.0 : std::numeric_limits<double>::quiet_NaN());
        };
        OdeIntegrator wall(nan, 0.0, VectorXd::Zero(1));
        QVERIFY_EXCEPTION_THROWN(wall.advance(1.0), NumericalError);
        QVERIFY(wall.state().allFinite());
        expectNear(wall.time(), 0.5, 1e-6);
    }

    void onlyForwardAndOnlyWithATolerance() {
        OdeIntegrator integrator(oscillate, 1.0, Eigen::Vector2d(1.0, 0.0));
        expectRefusal([&] { integrator.advance(0.5); }, "0.5", "forward");
        expectRefusal([] { return OdeIntegrator(oscillate, 0.0, VectorXd(2), tolerance(0.0)); },
                      "must be at least 0, the second positive");
    }
};

REGISTER_TEST(OdeTest)
#include "ode_test.moc"
