// Low-rank problems and sensing operators against brute force and closed forms.

#include <cmath>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/matrix/factored_descent.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/sensing_operator.h"
#include "tests/core/matrix/gaussian_matrix.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::matrix;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 7;

std::shared_ptr<const SensingOperator> sensing(Index rows, Index columns, Index measurements,
                                               SensingOperator::Structure structure) {
    return std::make_shared<const SensingOperator>(rows, columns, measurements, structure, seed);
}

/// The measurement matrices, read off the general operator: 𝒜*(e_i) = A_i/√m.
std::vector<MatrixXd> denseMeasurements(Index rows, Index columns, Index measurements,
                                        bool symmetric) {
    const SensingOperator general(rows, columns, measurements, SensingOperator::Structure::general,
                                  seed);
    std::vector<MatrixXd> dense;
    for (Index i = 0; i < measurements; ++i) {
        MatrixXd a = general.adjoint(VectorXd::Unit(measurements, i)) *
                     std::sqrt(static_cast<double>(measurements));
        if (symmetric)
            a = (0.5 * (a + a.transpose())).eval();
        dense.push_back(std::move(a));
    }
    return dense;
}

} // namespace

class SensingOperatorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    // ---- Problems ----
    void problemHasTheAskedSpectrumAndOrthonormalFactors();
    void symmetricProblemIsSymmetric();
    void smallProblemsAreWhatTheyClaim();
    void impossibleProblemsAreRefusedInASentence();
    void singularValuesBelowTheSquareRootOfRoundingAreResolved();

    // ---- Operators ----
    void measurementsAreStandardNormals();
    void adjointIdentityHolds_data();
    void adjointIdentityHolds();
    void operatorEqualsItsDenseDefinition_data();
    void operatorEqualsItsDenseDefinition();
    void residualEqualsItsDenseDefinition_data();
    void residualEqualsItsDenseDefinition();
    void manyMeasurementsApproachTheIdentity_data();
    void manyMeasurementsApproachTheIdentity();
    void noiseScalesTheResidualOfTheTarget();
    void impossibleOperatorsAreRefusedInASentence();
};

void SensingOperatorTest::problemHasTheAskedSpectrumAndOrthonormalFactors() {
    const LowRankProblem problem = randomLowRankProblem(
        {.rows = 12, .columns = 9, .rank = 4, .conditionNumber = 5.0, .seed = seed});
    const MatrixXd identity = MatrixXd::Identity(4, 4);
    expectNear(problem.left.transpose() * problem.left, identity, 1e-13);
    expectNear(problem.right.transpose() * problem.right, identity, 1e-13);
    const VectorXd sigma = singularValues(problem.target);
    for (Index i = 0; i < 4; ++i) // 1, 1 − 4/15, ..., 1/5
        expectNear(sigma[i], 1.0 - static_cast<double>(i) * 0.8 / 3.0, 1e-13);
    expectNear(sigma.tail(5), VectorXd::Zero(5), 1e-14);
    QVERIFY(randomLowRankProblem(
                {.rows = 12, .columns = 9, .rank = 4, .conditionNumber = 5.0, .seed = seed})
                .target == problem.target);
    QVERIFY(randomLowRankProblem(
                {.rows = 12, .columns = 9, .rank = 4, .conditionNumber = 5.0, .seed = seed + 1})
                .target != problem.target);
}

void SensingOperatorTest::symmetricProblemIsSymmetric() {
    const LowRankProblem problem = symmetricLowRankProblem(15, 3, 2.0, seed);
    expectNear(problem.target, problem.target.transpose(), 1e-15);
    QVERIFY(problem.left == problem.right);
}

void SensingOperatorTest::smallProblemsAreWhatTheyClaim() {
    expectNear(planeProblem().target, MatrixXd(Eigen::Vector2d(1, 0).asDiagonal()), 0.0);
    QCOMPARE(planeProblem().rank(), 1);
    QCOMPARE(scalarToy().rank(), 0);
    QCOMPARE(scalarToy().target.size(), 1);
    QCOMPARE(scalarToy().target(0, 0), 0.0);
}

void SensingOperatorTest::impossibleProblemsAreRefusedInASentence() {
    const auto refusal = [](Index rows, Index columns, Index rank, double kappa, bool symmetric) {
        return refusalOf([=] {
            static_cast<void>(randomLowRankProblem({.rows = rows,
                                                    .columns = columns,
                                                    .rank = rank,
                                                    .conditionNumber = kappa,
                                                    .symmetric = symmetric,
                                                    .seed = 0}));
        });
    };
    QCOMPARE(refusal(4, 3, 4, 1.0, false),
             QString("A matrix of 4 by 3 cannot have rank 4; the rank must be from 1 to 3."));
    QCOMPARE(refusal(4, 3, 0, 1.0, false),
             QString("A matrix of 4 by 3 cannot have rank 0; the rank must be from 1 to 3."));
    QCOMPARE(refusal(4, 4, 2, 0.5, false),
             QString("A condition number of 0.5 was asked for; it is at least 1."));
    QVERIFY(refusal(4, 4, 2, std::nan(""), false).startsWith("A condition number of nan"));
    QCOMPARE(refusal(4, 3, 2, 1.0, true),
             QString("A symmetric matrix must be square, but 4 rows and 3 columns were given."));
}

void SensingOperatorTest::singularValuesBelowTheSquareRootOfRoundingAreResolved() {
    for (const Index size : {8, 50}) { // one for each of the algorithms behind it
        const MatrixXd u = thinQr(gaussianMatrix(seed, size, size, 1)).q;
        const MatrixXd v = thinQr(gaussianMatrix(seed, size, size, 2)).q;
        VectorXd sigma = VectorXd::Zero(size);
        sigma.head<3>() << 1.0, 1e-6, 1e-12;
        const VectorXd found = singularValues(u * sigma.asDiagonal() * v.transpose());
        expectNear(found[0], 1.0, 1e-13);
        expectNear(found[1] / 1e-6, 1.0, 1e-8);
        expectNear(found[2] / 1e-12, 1.0, 1e-2); // a Gram matrix would give about 1e-8
    }
    QCOMPARE(singularValues(MatrixXd(3, 0)).size(), 0);
}

void SensingOperatorTest::measurementsAreStandardNormals() {
    double sum = 0.0, squares = 0.0, count = 0.0;
    for (const MatrixXd& a : denseMeasurements(6, 5, 1000, false)) {
        sum += a.sum();
        squares += a.squaredNorm();
        count += static_cast<double>(a.size());
    }
    // Five standard deviations of the mean and of the mean square.
    expectNear(sum / count, 0.0, 5.0 / std::sqrt(count));
    expectNear(squares / count, 1.0, 5.0 * std::sqrt(2.0 / count));
}

namespace {

void addOperators() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("measurements");
    QTest::addColumn<bool>("symmetric");
    // Sizes off and on the multiples that vector kernels work with.
    QTest::newRow("general 5 x 7, m 11") << 5 << 7 << 11 << false;
    QTest::newRow("general 8 x 4, m 16") << 8 << 4 << 16 << false;
    QTest::newRow("general 1 x 1, m 3") << 1 << 1 << 3 << false;
    QTest::newRow("symmetric 6, m 13") << 6 << 6 << 13 << true;
    QTest::newRow("symmetric 9, m 20") << 9 << 9 << 20 << true;
    QTest::newRow("symmetric 2, m 1") << 2 << 2 << 1 << true;
    QTest::newRow("symmetric 100, m 900: beyond the cache") << 100 << 100 << 900 << true;
}

SensingOperator::Structure structureOf(bool symmetric) {
    return symmetric ? SensingOperator::Structure::symmetric : SensingOperator::Structure::general;
}

} // namespace

void SensingOperatorTest::adjointIdentityHolds_data() {
    addOperators();
}

void SensingOperatorTest::adjointIdentityHolds() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const SensingOperator a(rows, columns, measurements, structureOf(symmetric), seed);
    const MatrixXd z = gaussianMatrix(seed, rows, columns, 3);
    const VectorXd w = gaussianMatrix(seed, measurements, 1, 4);
    const double left = a.apply(z).dot(w);
    const double right = z.cwiseProduct(a.adjoint(w)).sum();
    expectNear(left, right, 1e-12 * z.norm() * w.norm() * rows);
}

void SensingOperatorTest::operatorEqualsItsDenseDefinition_data() {
    addOperators();
}

void SensingOperatorTest::operatorEqualsItsDenseDefinition() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const SensingOperator a(rows, columns, measurements, structureOf(symmetric), seed);
    const auto dense = denseMeasurements(rows, columns, measurements, symmetric);
    const MatrixXd z =
        gaussianMatrix(seed, rows, columns, 3); // not symmetric: off-diagonal pairs must add up
    const VectorXd w = gaussianMatrix(seed, measurements, 1, 4);
    VectorXd expected(measurements);
    MatrixXd adjoint = MatrixXd::Zero(rows, columns);
    const double scale = 1.0 / std::sqrt(static_cast<double>(measurements));
    for (Index i = 0; i < measurements; ++i) {
        expected[i] = dense[static_cast<std::size_t>(i)].cwiseProduct(z).sum() * scale;
        adjoint += w[i] * scale * dense[static_cast<std::size_t>(i)];
    }
    expectNear(a.apply(z), expected, 1e-12 * expected.norm());
    expectNear(a.adjoint(w), adjoint, 1e-12 * adjoint.norm());
}

void SensingOperatorTest::residualEqualsItsDenseDefinition_data() {
    addOperators();
}

void SensingOperatorTest::residualEqualsItsDenseDefinition() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const auto dense = denseMeasurements(rows, columns, measurements, symmetric);
    MatrixXd target = gaussianMatrix(seed, rows, columns, 5);
    MatrixXd z = gaussianMatrix(seed, rows, columns, 6);
    MeasuredResidual residual(sensing(rows, columns, measurements, structureOf(symmetric)), target,
                              0.0, seed);
    MatrixXd out(rows, columns);
    residual.compute(z, out);
    MatrixXd expected = MatrixXd::Zero(rows, columns);
    double squaredNorm = 0.0;
    for (const MatrixXd& a : dense) {
        const double r = a.cwiseProduct(z - target).sum() / measurements; // 1/√m twice
        expected += r * a;
        squaredNorm += r * r * measurements;
    }
    expectNear(out, expected, 1e-11 * expected.norm());
    expectNear(residual.squaredNorm(), squaredNorm, 1e-11 * squaredNorm);
}

void SensingOperatorTest::manyMeasurementsApproachTheIdentity_data() {
    QTest::addColumn<bool>("symmetric");
    QTest::newRow("general") << false;
    QTest::newRow("symmetric") << true;
}

void SensingOperatorTest::manyMeasurementsApproachTheIdentity() {
    QFETCH(bool, symmetric);
    const SensingOperator a(4, 4, 20000, structureOf(symmetric), seed);
    MatrixXd z = gaussianMatrix(seed, 4, 4, 3);
    z = (z + z.transpose()).eval();
    // Each entry of 𝒜*𝒜Z has a standard deviation of about ‖Z‖/√m: √16 of them, three times.
    expectNear(a.adjoint(a.apply(z)), z, 3.0 * 4.0 / std::sqrt(20000.0) * z.norm());
}

void SensingOperatorTest::noiseScalesTheResidualOfTheTarget() {
    const MatrixXd target = gaussianMatrix(seed, 5, 5, 5);
    MeasuredResidual residual(sensing(5, 5, 400, SensingOperator::Structure::general), target, 0.5,
                              seed);
    MatrixXd out(5, 5);
    residual.compute(target, out); // 𝒜(M*) − y = −σε
    const double half = residual.squaredNorm();
    expectNear(half / 400.0, 0.25, 5.0 * 0.25 * std::sqrt(2.0 / 400.0));
    residual.setNoise(1.0);
    residual.compute(target, out);
    expectNear(residual.squaredNorm() / half, 4.0, 1e-9);
    residual.setNoise(0.0);
    residual.compute(target, out);
    QVERIFY(residual.squaredNorm() < 1e-24);
}

void SensingOperatorTest::impossibleOperatorsAreRefusedInASentence() {
    QCOMPARE(refusalOf([] { SensingOperator(3, 3, 0, SensingOperator::Structure::general, 0); }),
             QString("0 measurements were asked for; at least 1 is needed."));
    QCOMPARE(
        refusalOf([] { SensingOperator(3, 4, 2, SensingOperator::Structure::symmetric, 0); }),
        QString(
            "Symmetric measurements need a square matrix, but 3 rows and 4 columns were given."));
}

REGISTER_TEST(SensingOperatorTest)
#include "sensing_operator_test.moc"
