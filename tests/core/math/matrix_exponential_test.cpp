#include <cmath>
#include <stdexcept>

#include <QtTest>

#include "core/math/matrix_exponential.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::MatrixXd;

namespace {

constexpr std::uint64_t seed = 41;

MatrixXd normal(Eigen::Index n, double deviation) {
    MatrixXd a(n, n);
    RandomStream({.seed = seed, .purpose = "matrix exponential test"})
        .fillNormal({a.data(), static_cast<std::size_t>(a.size())}, deviation);
    return a;
}

/// The series itself, which is exact enough for small norms.
MatrixXd series(const MatrixXd& a) {
    MatrixXd sum = MatrixXd::Identity(a.rows(), a.cols()), term = sum;
    for (int k = 1; k < 40; ++k) {
        term = term * a / k;
        sum += term;
    }
    return sum;
}

} // namespace

class MatrixExponentialTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithItsSeries() {
        for (const double deviation : {1e-8, 1e-3, 0.1, 1.0}) {
            const MatrixXd a = normal(5, deviation);
            const MatrixXd expected = series(a);
            expectNear(matrixExponential(a), expected, 1e-14 * expected.norm(),
                       std::to_string(deviation));
        }
    }

    void rotationsTurn() {
        for (const double angle : {0.1, 3.0, 100.0}) {
            MatrixXd a(2, 2), turn(2, 2);
            a << 0.0, -angle, angle, 0.0;
            turn << std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle);
            expectNear(matrixExponential(a), turn, 1e-14 * std::max(10.0, angle),
                       std::to_string(angle));
        }
    }

    void nilpotentMatricesGivePolynomials() {
        MatrixXd a = MatrixXd::Zero(3, 3), expected = MatrixXd::Identity(3, 3);
        a(0, 1) = 2.0;
        a(1, 2) = 3.0;
        expected(0, 1) = 2.0;
        expected(1, 2) = 3.0;
        expected(0, 2) = 3.0;
        expectNear(matrixExponential(a), expected, 4e-15);
    }

    void timesAddUp() {
        const MatrixXd a = normal(6, 1.0);
        const MatrixXd whole = matrixExponential(3.0 * a);
        expectNear(matrixExponential(a) * matrixExponential(2.0 * a), whole, 1e-12 * whole.norm());
        expectNear(whole * matrixExponential(-3.0 * a), MatrixXd::Identity(6, 6),
                   1e-13 * whole.norm() * matrixExponential(-3.0 * a).norm());
    }

    void whatIsNotFiniteOrNotSquare() {
        MatrixXd a = normal(3, 1.0);
        a(1, 1) = std::nan("");
        QVERIFY(matrixExponential(a).array().isNaN().all());
        QCOMPARE(matrixExponential(MatrixXd(0, 0)).size(), 0);
        QVERIFY_EXCEPTION_THROWN(matrixExponential(MatrixXd(2, 3)), std::logic_error);
    }
};

REGISTER_TEST(MatrixExponentialTest)
#include "matrix_exponential_test.moc"
