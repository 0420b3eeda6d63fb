#include <cmath>
#include <stdexcept>

#include <QtTest>

#include "core/error.h"
#include "core/math/decompositions.h"
#include "core/math/matrix_equations.h"
#include "core/math/matrix_exponential.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr std::uint64_t seed = 51;

MatrixXd normal(Index rows, Index columns, std::uint64_t index) {
    MatrixXd a(rows, columns);
    RandomStream({.seed = seed, .purpose = "matrix equations test", .index = index})
        .fillNormal({a.data(), static_cast<std::size_t>(a.size())});
    return a;
}

MatrixXd positive(Index n, std::uint64_t index) {
    const MatrixXd x = normal(n, n, index);
    return x * x.transpose() + MatrixXd::Identity(n, n);
}

/// All eigenvalues to the left of −1.
MatrixXd stable(Index n, std::uint64_t index) {
    const MatrixXd a = normal(n, n, index);
    return a - (1.0 + a.norm()) * MatrixXd::Identity(n, n);
}

double largestRealPart(const MatrixXd& a) {
    return eigenvalues(a).real().maxCoeff();
}

} // namespace

class MatrixEquationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lyapunovSolutionsHaveNoResidual() {
        for (const Index n : {1, 2, 3, 10, 40}) {
            const auto index = static_cast<std::uint64_t>(n);
            const MatrixXd a = stable(n, index), q = positive(n, index + 100);
            const MatrixXd p = solveLyapunov(a, q);
            expectNear(a.transpose() * p + p * a + q, MatrixXd::Zero(n, n),
                       1e-14 * a.norm() * p.norm(), std::to_string(n));
            expectNear(p, p.transpose(), 0.0);
            QVERIFY(choleskyFactor(p).has_value());
        }
    }

    // Eigenvalues −0.01 ± 3i and −50, and a Jordan block.
    void lyapunovTakesSlowTurningAndDefectiveSystems() {
        MatrixXd a(3, 3), block(2, 2);
        a << -0.01, 3.0, 0.0, -3.0, -0.01, 1.0, 0.0, 0.0, -50.0;
        block << -1.0, 100.0, 0.0, -1.0;
        for (const MatrixXd& m : {a, block}) {
            const Index n = m.rows();
            const MatrixXd q = positive(n, 1), p = solveLyapunov(m, q);
            expectNear(m.transpose() * p + p * m + q, MatrixXd::Zero(n, n),
                       1e-14 * m.norm() * p.norm());
        }
    }

    // P = ∫₀^∞ e^{Aᵀt} Q e^{At} dt, of which the part beyond t is e^{Aᵀt} P e^{At}.
    void theLyapunovSolutionIsTheCostToGo() {
        const MatrixXd a = stable(4, 7), q = positive(4, 8);
        const MatrixXd p = solveLyapunov(a, q);
        constexpr int pieces = 400; // Simpson's rule on [0, 1]
        constexpr double h = 1.0 / pieces;
        MatrixXd sum = MatrixXd::Zero(4, 4);
        for (int i = 0; i <= pieces; ++i) {
            const MatrixXd flow = matrixExponential(i * h * a);
            const double weight = i == 0 || i == pieces ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
            sum += weight * h / 3.0 * flow.transpose() * q * flow;
        }
        const MatrixXd end = matrixExponential(a);
        expectNear(sum + end.transpose() * p * end, p, 1e-7);
    }

    // ẋ = ax + u, cost qx² + ru²: p = r(a + √(a² + q/r)).
    void riccatiInOneDimensionIsAQuadraticEquation() {
        const auto one = [](double value) { return MatrixXd::Constant(1, 1, value); };
        for (const double a : {-3.0, 0.0, 2.0}) {
            const double p = solveRiccati(one(a), one(1.0), one(2.0), one(0.5))(0, 0);
            expectNear(p, 0.5 * (a + std::sqrt(a * a + 4.0)), 1e-14, std::to_string(a));
        }
        // Without a cost of the state the stabilizing solution still stabilizes.
        expectNear(solveRiccati(one(2.0), one(1.0), one(0.0), one(1.0))(0, 0), 4.0, 1e-13);
    }

    // The third-order system of integral reinforcement learning (Cao and Pan 2024), its solution as
    // published with the experiment.
    void riccatiOfTheThirdOrderSystem() {
        MatrixXd a(3, 3), b(3, 1), expected(3, 3);
        a << 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, -0.1, -0.5, -0.7;
        b << 0.0, 0.0, 1.0;
        expected << 2.355030933091, 2.238452370854, 0.904987562112, //
            2.238452370854, 4.241942496772, 1.893095222031,         //
            0.904987562112, 1.893095222031, 1.596995960829;
        const MatrixXd p = solveRiccati(a, b, MatrixXd::Identity(3, 3), MatrixXd::Identity(1, 1));
        expectNear(p, expected, 2e-12);
    }

    void riccatiSolutionsStabilizeAndHaveNoResidual() {
        for (const Index n : {2, 6, 20}) {
            const auto index = static_cast<std::uint64_t>(n);
            const MatrixXd a = normal(n, n, index); // unstable
            const MatrixXd b = normal(n, n / 2, index + 200), q = positive(n, index + 300),
                           r = positive(n / 2, index + 400);
            QVERIFY(largestRealPart(a) > 0.0);
            const MatrixXd p = solveRiccati(a, b, q, r);
            const MatrixXd k = *solvePositiveDefinite(r, b.transpose() * p);
            const MatrixXd residual = a.transpose() * p + p * a + q - p * b * k;
            expectNear(residual, MatrixXd::Zero(n, n), 1e-12 * (p * b * k).norm(),
                       std::to_string(n));
            QVERIFY(largestRealPart(a - b * k) < 0.0);
            QVERIFY(choleskyFactor(p).has_value());
        }
    }

    void whatHasNoSolutionIsRefused() {
        const MatrixXd one = MatrixXd::Identity(1, 1), none = MatrixXd::Zero(1, 1);
        MatrixXd oscillator(2, 2);
        oscillator << 0.0, 1.0, -1.0, 0.0; // ±i
        QVERIFY_EXCEPTION_THROWN(solveLyapunov(oscillator, MatrixXd::Identity(2, 2)),
                                 NumericalError);
        QVERIFY_EXCEPTION_THROWN(solveLyapunov(one, one), NumericalError); // unstable
        QVERIFY_EXCEPTION_THROWN(solveLyapunov(one * std::nan(""), one), NumericalError);
        QVERIFY_EXCEPTION_THROWN(solveLyapunov(one, MatrixXd(2, 2)), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(solveRiccati(one, none, one, one), NumericalError); // no control
        QVERIFY_EXCEPTION_THROWN(solveRiccati(one, one, one, -one), NumericalError);
        QVERIFY_EXCEPTION_THROWN(solveRiccati(none, one, none, one), NumericalError); // stays at 0
        QVERIFY_EXCEPTION_THROWN(solveRiccati(one, one, one * std::nan(""), one), NumericalError);
        QVERIFY_EXCEPTION_THROWN(solveRiccati(one, MatrixXd(2, 1), one, one), std::logic_error);
    }
};

REGISTER_TEST(MatrixEquationsTest)
#include "matrix_equations_test.moc"
