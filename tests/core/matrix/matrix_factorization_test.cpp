// Factored gradient descent against finite differences, brute force and closed forms.

#include <cmath>
#include <cstdlib>
#include <functional>

#include <Eigen/QR>
#include <QtTest>

#include "core/error.h"
#include "core/math/random.h"
#include "core/matrix/factored_descent.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/sensing_operator.h"

using namespace convergence;
using namespace convergence::matrix;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using namespace std::string_literals;

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS
// Eigen takes memory by malloc and not by operator new, so malloc is what is counted.
namespace {
thread_local long allocations = 0;
}
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
#endif

namespace {

constexpr std::uint64_t seed = 7;

MatrixXd gaussian(Index rows, Index columns, std::uint64_t index, double deviation = 1.0) {
    MatrixXd matrix(rows, columns);
    RandomStream({.seed = seed, .purpose = "test matrices", .index = index})
        .fillNormal({matrix.data(), static_cast<std::size_t>(matrix.size())}, deviation);
    return matrix;
}

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

/// Largest |central difference − gradient| relative to the largest entry of the gradient.
double worstGradientEntry(const MatrixXd& at, const MatrixXd& gradient,
                          const std::function<double(const MatrixXd&)>& loss) {
    constexpr double h = 1e-5;
    double worst = 0.0;
    MatrixXd moved = at;
    for (Index i = 0; i < at.size(); ++i) {
        moved(i) = at(i) + h;
        const double above = loss(moved);
        moved(i) = at(i) - h;
        const double below = loss(moved);
        moved(i) = at(i);
        worst = std::max(worst, std::abs((above - below) / (2.0 * h) - gradient(i)));
    }
    return worst / gradient.cwiseAbs().maxCoeff();
}

std::string refusalOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "accepted";
}

MatrixXd gramGap(const AsymmetricDescent& descent) {
    return descent.left().transpose() * descent.left() -
           descent.right().transpose() * descent.right();
}

} // namespace

class MatrixFactorizationTest : public QObject {
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

    // ---- Gradients ----
    void symmetricGradientMatchesFiniteDifferences_data();
    void symmetricGradientMatchesFiniteDifferences();
    void asymmetricGradientMatchesFiniteDifferences_data();
    void asymmetricGradientMatchesFiniteDifferences();

    // ---- Dynamics ----
    void stepFollowsTheNegativeGradient();
    void superfluousSingularValueFollowsItsRecursion();
    void imbalanceDriftsWithTheSquareOfTheRate_data();
    void imbalanceDriftsWithTheSquareOfTheRate();
    void sequentialUpdateTakesGFromTheNewF();
    void modifiedStepKeepsTheProductAndBalancesF();
    void automaticBalanceIsTheRootOfTheSmallestSignal();
    void equalStartIsTheSymmetricAlgorithm_data();
    void equalStartIsTheSymmetricAlgorithm();
    void rateWellAboveOneDiverges();
    void smallRateRecoversTheTarget();
    void stepDoesNotAllocate_data();
    void stepDoesNotAllocate();
};

void MatrixFactorizationTest::problemHasTheAskedSpectrumAndOrthonormalFactors() {
    const LowRankProblem problem = randomLowRankProblem(12, 9, 4, 5.0, false, seed);
    const MatrixXd identity = MatrixXd::Identity(4, 4);
    QVERIFY((problem.left.transpose() * problem.left - identity).norm() < 1e-13);
    QVERIFY((problem.right.transpose() * problem.right - identity).norm() < 1e-13);
    const VectorXd sigma = singularValues(problem.target);
    for (Index i = 0; i < 4; ++i) // 1, 1 − 4/15, ..., 1/5
        QVERIFY(std::abs(sigma[i] - (1.0 - static_cast<double>(i) * 0.8 / 3.0)) < 1e-13);
    QVERIFY(sigma.tail(5).maxCoeff() < 1e-14);
    QVERIFY(randomLowRankProblem(12, 9, 4, 5.0, false, seed).target == problem.target);
    QVERIFY(randomLowRankProblem(12, 9, 4, 5.0, false, seed + 1).target != problem.target);
}

void MatrixFactorizationTest::symmetricProblemIsSymmetric() {
    const LowRankProblem problem = randomLowRankProblem(15, 15, 3, 2.0, true, seed);
    QVERIFY((problem.target - problem.target.transpose()).norm() < 1e-15);
    QVERIFY(problem.left == problem.right);
}

void MatrixFactorizationTest::smallProblemsAreWhatTheyClaim() {
    QVERIFY((planeProblem().target - MatrixXd(Eigen::Vector2d(1, 0).asDiagonal())).norm() == 0.0);
    QCOMPARE(planeProblem().rank(), 1);
    QCOMPARE(scalarToy().rank(), 0);
    QCOMPARE(scalarToy().target.size(), 1);
    QCOMPARE(scalarToy().target(0, 0), 0.0);
}

void MatrixFactorizationTest::impossibleProblemsAreRefusedInASentence() {
    const auto refusal = [](Index rows, Index columns, Index rank, double kappa, bool symmetric) {
        return refusalOf([=] {
            static_cast<void>(randomLowRankProblem(rows, columns, rank, kappa, symmetric, 0));
        });
    };
    QCOMPARE(refusal(4, 3, 4, 1.0, false),
             "A matrix of 4 by 3 cannot have rank 4; the rank must be from 1 to 3."s);
    QCOMPARE(refusal(4, 3, 0, 1.0, false),
             "A matrix of 4 by 3 cannot have rank 0; the rank must be from 1 to 3."s);
    QCOMPARE(refusal(4, 4, 2, 0.5, false),
             "A condition number of 0.5 was asked for; it is at least 1."s);
    QVERIFY(refusal(4, 4, 2, std::nan(""), false).starts_with("A condition number of nan"));
    QCOMPARE(refusal(4, 3, 2, 1.0, true),
             "A symmetric matrix must be square, but 4 rows and 3 columns were given."s);
}

void MatrixFactorizationTest::singularValuesBelowTheSquareRootOfRoundingAreResolved() {
    for (const Index size : {8, 50}) { // one for each of the algorithms behind it
        const MatrixXd u = Eigen::HouseholderQR<MatrixXd>(gaussian(size, size, 1)).householderQ();
        const MatrixXd v = Eigen::HouseholderQR<MatrixXd>(gaussian(size, size, 2)).householderQ();
        VectorXd sigma = VectorXd::Zero(size);
        sigma.head<3>() << 1.0, 1e-6, 1e-12;
        const VectorXd found = singularValues(u * sigma.asDiagonal() * v.transpose());
        QVERIFY(std::abs(found[0] - 1.0) < 1e-13);
        QVERIFY(std::abs(found[1] / 1e-6 - 1.0) < 1e-8);
        QVERIFY(std::abs(found[2] / 1e-12 - 1.0) < 1e-2); // a Gram matrix would give about 1e-8
    }
    QCOMPARE(singularValues(MatrixXd(3, 0)).size(), 0);
}

void MatrixFactorizationTest::measurementsAreStandardNormals() {
    double sum = 0.0, squares = 0.0, count = 0.0;
    for (const MatrixXd& a : denseMeasurements(6, 5, 1000, false)) {
        sum += a.sum();
        squares += a.squaredNorm();
        count += static_cast<double>(a.size());
    }
    // Five standard deviations of the mean and of the mean square.
    QVERIFY(std::abs(sum / count) < 5.0 / std::sqrt(count));
    QVERIFY(std::abs(squares / count - 1.0) < 5.0 * std::sqrt(2.0 / count));
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

void MatrixFactorizationTest::adjointIdentityHolds_data() {
    addOperators();
}

void MatrixFactorizationTest::adjointIdentityHolds() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const SensingOperator a(rows, columns, measurements, structureOf(symmetric), seed);
    const MatrixXd z = gaussian(rows, columns, 3);
    const VectorXd w = gaussian(measurements, 1, 4);
    const double left = a.apply(z).dot(w);
    const double right = z.cwiseProduct(a.adjoint(w)).sum();
    QVERIFY2(std::abs(left - right) < 1e-12 * z.norm() * w.norm() * rows,
             qPrintable(QString("%1 against %2").arg(left, 0, 'g', 17).arg(right, 0, 'g', 17)));
}

void MatrixFactorizationTest::operatorEqualsItsDenseDefinition_data() {
    addOperators();
}

void MatrixFactorizationTest::operatorEqualsItsDenseDefinition() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const SensingOperator a(rows, columns, measurements, structureOf(symmetric), seed);
    const auto dense = denseMeasurements(rows, columns, measurements, symmetric);
    const MatrixXd z = gaussian(rows, columns, 3); // not symmetric: off-diagonal pairs must add up
    const VectorXd w = gaussian(measurements, 1, 4);
    VectorXd expected(measurements);
    MatrixXd adjoint = MatrixXd::Zero(rows, columns);
    const double scale = 1.0 / std::sqrt(static_cast<double>(measurements));
    for (Index i = 0; i < measurements; ++i) {
        expected[i] = dense[static_cast<std::size_t>(i)].cwiseProduct(z).sum() * scale;
        adjoint += w[i] * scale * dense[static_cast<std::size_t>(i)];
    }
    QVERIFY((a.apply(z) - expected).norm() < 1e-12 * expected.norm());
    QVERIFY((a.adjoint(w) - adjoint).norm() < 1e-12 * adjoint.norm());
}

void MatrixFactorizationTest::residualEqualsItsDenseDefinition_data() {
    addOperators();
}

void MatrixFactorizationTest::residualEqualsItsDenseDefinition() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const auto dense = denseMeasurements(rows, columns, measurements, symmetric);
    MatrixXd target = gaussian(rows, columns, 5);
    MatrixXd z = gaussian(rows, columns, 6);
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
    QVERIFY((out - expected).norm() < 1e-11 * expected.norm());
    QVERIFY(std::abs(residual.squaredNorm() - squaredNorm) < 1e-11 * squaredNorm);
}

void MatrixFactorizationTest::manyMeasurementsApproachTheIdentity_data() {
    QTest::addColumn<bool>("symmetric");
    QTest::newRow("general") << false;
    QTest::newRow("symmetric") << true;
}

void MatrixFactorizationTest::manyMeasurementsApproachTheIdentity() {
    QFETCH(bool, symmetric);
    const SensingOperator a(4, 4, 20000, structureOf(symmetric), seed);
    MatrixXd z = gaussian(4, 4, 3);
    z = (z + z.transpose()).eval();
    // Each entry of 𝒜*𝒜Z has a standard deviation of about ‖Z‖/√m: √16 of them, three times.
    QVERIFY((a.adjoint(a.apply(z)) - z).norm() < 3.0 * 4.0 / std::sqrt(20000.0) * z.norm());
}

void MatrixFactorizationTest::noiseScalesTheResidualOfTheTarget() {
    const MatrixXd target = gaussian(5, 5, 5);
    MeasuredResidual residual(sensing(5, 5, 400, SensingOperator::Structure::general), target, 0.5,
                              seed);
    MatrixXd out(5, 5);
    residual.compute(target, out); // 𝒜(M*) − y = −σε
    const double half = residual.squaredNorm();
    QVERIFY(std::abs(half / 400.0 - 0.25) < 5.0 * 0.25 * std::sqrt(2.0 / 400.0));
    residual.setNoise(1.0);
    residual.compute(target, out);
    QVERIFY(std::abs(residual.squaredNorm() / half - 4.0) < 1e-9);
    residual.setNoise(0.0);
    residual.compute(target, out);
    QVERIFY(residual.squaredNorm() < 1e-24);
}

void MatrixFactorizationTest::impossibleOperatorsAreRefusedInASentence() {
    QCOMPARE(refusalOf([] { SensingOperator(3, 3, 0, SensingOperator::Structure::general, 0); }),
             "0 measurements were asked for; at least 1 is needed."s);
    QCOMPARE(refusalOf([] { SensingOperator(3, 4, 2, SensingOperator::Structure::symmetric, 0); }),
             "Symmetric measurements need a square matrix, but 3 rows and 4 columns were given."s);
}

void MatrixFactorizationTest::symmetricGradientMatchesFiniteDifferences_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("measurements"); // 0: population limit
    QTest::newRow("identity") << 7 << 3 << 0;
    QTest::newRow("identity, many columns") << 16 << 14 << 0;
    QTest::newRow("packed symmetric") << 7 << 3 << 30;
    QTest::newRow("packed symmetric, many columns") << 16 << 14 << 61;
    QTest::newRow("packed symmetric, large") << 45 << 2 << 20;
}

void MatrixFactorizationTest::symmetricGradientMatchesFiniteDifferences() {
    QFETCH(int, size);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    const LowRankProblem problem = randomLowRankProblem(size, size, 2, 2.0, true, seed);
    const auto residual = [&]() -> MeasuredResidual {
        if (measurements == 0)
            return MeasuredResidual(problem.target);
        return {sensing(size, size, measurements, SensingOperator::Structure::symmetric),
                problem.target, 0.1, seed};
    };
    const MeasuredResidual measured = residual();
    const MatrixXd start = gaussian(size, columns, 7, 0.5);
    SymmetricDescent descent(measured, start);
    const double worst = worstGradientEntry(start, descent.gradient(), [&](const MatrixXd& x) {
        return SymmetricDescent(measured, x).loss();
    });
    qInfo("worst entry, relative to the largest: %.1e", worst);
    QVERIFY(worst < 1e-7);
}

void MatrixFactorizationTest::asymmetricGradientMatchesFiniteDifferences_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("rank");
    QTest::addColumn<int>("measurements");
    QTest::addColumn<bool>("symmetric");
    QTest::newRow("identity") << 6 << 8 << 3 << 0 << false;
    QTest::newRow("identity, many columns") << 15 << 16 << 14 << 0 << false;
    QTest::newRow("general") << 6 << 8 << 3 << 25 << false;
    QTest::newRow("general, many columns") << 15 << 16 << 14 << 33 << false;
    QTest::newRow("packed symmetric") << 8 << 8 << 3 << 25 << true;
}

void MatrixFactorizationTest::asymmetricGradientMatchesFiniteDifferences() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, rank);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const LowRankProblem problem = randomLowRankProblem(rows, columns, 2, 2.0, symmetric, seed);
    const MeasuredResidual measured =
        measurements == 0
            ? MeasuredResidual(problem.target)
            : MeasuredResidual(sensing(rows, columns, measurements, structureOf(symmetric)),
                               problem.target, 0.1, seed);
    const MatrixXd left = gaussian(rows, rank, 8, 0.5), right = gaussian(columns, rank, 9, 0.5);
    const auto [gradientF, gradientG] = AsymmetricDescent(measured, left, right).gradients();
    const double worstF = worstGradientEntry(left, gradientF, [&](const MatrixXd& f) {
        return AsymmetricDescent(measured, f, right).loss();
    });
    const double worstG = worstGradientEntry(right, gradientG, [&](const MatrixXd& g) {
        return AsymmetricDescent(measured, left, g).loss();
    });
    qInfo("worst entry, relative to the largest: F %.1e, G %.1e", worstF, worstG);
    QVERIFY(std::max(worstF, worstG) < 1e-7);
}

void MatrixFactorizationTest::stepFollowsTheNegativeGradient() {
    const LowRankProblem problem = randomLowRankProblem(7, 7, 2, 2.0, true, seed);
    for (const bool population : {true, false}) {
        const MeasuredResidual measured =
            population ? MeasuredResidual(problem.target)
                       : MeasuredResidual(sensing(7, 7, 30, SensingOperator::Structure::symmetric),
                                          problem.target, 0.0, seed);
        const MatrixXd left = gaussian(7, 3, 8, 0.5), right = gaussian(7, 3, 9, 0.5);
        SymmetricDescent symmetric(measured, left);
        const MatrixXd gradient = symmetric.gradient();
        QVERIFY(symmetric.step(0.05));
        QVERIFY((symmetric.factor() - (left - 0.05 * gradient)).norm() < 1e-14);
        AsymmetricDescent asymmetric(measured, left, right);
        const auto [gradientF, gradientG] = asymmetric.gradients();
        QVERIFY(asymmetric.step(0.05));
        QVERIFY((asymmetric.left() - (left - 0.05 * gradientF)).norm() < 1e-14);
        QVERIFY((asymmetric.right() - (right - 0.05 * gradientG)).norm() < 1e-14);
    }
}

void MatrixFactorizationTest::superfluousSingularValueFollowsItsRecursion() {
    constexpr double eta = 0.1;
    constexpr int steps = 50000;
    // A signal part already at the solution, and one column orthogonal to it.
    const LowRankProblem problem = randomLowRankProblem(10, 10, 2, 1.0, true, seed);
    const MatrixXd basis = (MatrixXd(10, 3) << problem.left, gaussian(10, 1, 10)).finished();
    const MatrixXd orthonormal =
        Eigen::HouseholderQR<MatrixXd>(basis).householderQ() * MatrixXd::Identity(10, 3);
    MatrixXd start(10, 3);
    double s = 0.4;
    start << problem.left, s * orthonormal.col(2);
    SymmetricDescent descent(MeasuredResidual(problem.target), start);
    for (int t = 1; t <= steps; ++t) {
        QVERIFY(descent.step(eta));
        s *= 1.0 - eta * s * s;
        if (t == 1 || t == 100 || t == steps)
            QVERIFY(std::abs(singularValues(descent.factor())[2] / s - 1.0) < 1e-9);
    }
    const double law = s * s * 2.0 * eta * steps; // s² → 1/(2ηt)
    QVERIFY2(std::abs(law - 1.0) < 0.01, qPrintable(QString::number(law)));
    QVERIFY(std::abs((descent.product() - problem.target).norm() / (s * s) - 1.0) < 1e-9);
}

namespace {

MeasuredResidual rectangularResidual(bool measured) {
    const LowRankProblem problem = randomLowRankProblem(9, 6, 2, 2.0, false, seed);
    if (!measured)
        return MeasuredResidual(problem.target);
    return {sensing(9, 6, 40, SensingOperator::Structure::general), problem.target, 0.0, seed};
}

double driftOfOneStep(bool measured, double eta, AsymmetricDescent::Update update) {
    AsymmetricDescent descent(rectangularResidual(measured), gaussian(9, 4, 11, 0.5),
                              gaussian(6, 4, 12, 0.2), update);
    const MatrixXd before = gramGap(descent);
    descent.step(eta);
    return (gramGap(descent) - before).norm();
}

} // namespace

void MatrixFactorizationTest::imbalanceDriftsWithTheSquareOfTheRate_data() {
    QTest::addColumn<bool>("measured");
    QTest::newRow("identity") << false;
    QTest::newRow("general") << true;
}

// A step changes FᵀF − GᵀG by exactly η²(GᵀRᵀRG − FᵀRRᵀF): the terms in η cancel.
void MatrixFactorizationTest::imbalanceDriftsWithTheSquareOfTheRate() {
    QFETCH(bool, measured);
    constexpr auto update = AsymmetricDescent::Update::simultaneous;
    for (const double eta : {0.2, 0.02, 0.002}) {
        const double ratio =
            driftOfOneStep(measured, eta, update) / driftOfOneStep(measured, eta / 2.0, update);
        QVERIFY2(std::abs(ratio - 4.0) < 1e-6, qPrintable(QString::number(ratio, 'g', 12)));
    }
    AsymmetricDescent descent(rectangularResidual(measured), gaussian(9, 4, 11, 0.5),
                              gaussian(6, 4, 12, 0.2));
    const auto [gradientF, gradientG] = descent.gradients();
    const MatrixXd expected =
        0.01 * (gradientF.transpose() * gradientF - gradientG.transpose() * gradientG);
    const MatrixXd before = gramGap(descent);
    descent.step(0.1);
    QVERIFY((gramGap(descent) - before - expected).norm() < 1e-13);
}

void MatrixFactorizationTest::sequentialUpdateTakesGFromTheNewF() {
    constexpr auto update = AsymmetricDescent::Update::sequential;
    AsymmetricDescent sequential(rectangularResidual(false), gaussian(9, 4, 11, 0.5),
                                 gaussian(6, 4, 12, 0.2), update);
    AsymmetricDescent plain(rectangularResidual(false), gaussian(9, 4, 11, 0.5),
                            gaussian(6, 4, 12, 0.2));
    const auto [gradientF, gradientG] = plain.gradients();
    const MatrixXd left = plain.left() - 0.1 * gradientF;
    const auto [unused, laterG] =
        AsymmetricDescent(rectangularResidual(false), left, plain.right()).gradients();
    sequential.step(0.1);
    QVERIFY((sequential.left() - left).norm() < 1e-14);
    QVERIFY((sequential.right() - (plain.right() - 0.1 * laterG)).norm() < 1e-14);
    QVERIFY((laterG - gradientG).norm() > 1e-3);
}

void MatrixFactorizationTest::modifiedStepKeepsTheProductAndBalancesF() {
    for (const double beta : {0.1, 0.7, 1.0, 10.0}) {
        AsymmetricDescent descent(rectangularResidual(false), gaussian(9, 4, 11, 0.3),
                                  gaussian(6, 4, 12, 0.1));
        for (int t = 0; t < 50; ++t)
            QVERIFY(descent.step(0.1));
        const MatrixXd before = descent.product();
        const double reported = descent.balance(beta);
        const double change = (descent.product() - before).norm() / before.norm();
        QVERIFY(change < 1e-12);
        QVERIFY(std::abs(reported - change) < 1e-15);
        const MatrixXd gram = descent.left().transpose() * descent.left();
        QVERIFY((gram - beta * beta * MatrixXd::Identity(4, 4)).norm() < 1e-12 * beta * beta);
    }
}

void MatrixFactorizationTest::automaticBalanceIsTheRootOfTheSmallestSignal() {
    // Singular values of FGᵀ: 1, ½, 0.01; the last is below a tenth of the first.
    const MatrixXd f =
        (MatrixXd(5, 3) << MatrixXd::Identity(3, 3), MatrixXd::Zero(2, 3)).finished();
    const MatrixXd g = (MatrixXd(4, 3) << MatrixXd(Eigen::Vector3d(1.0, 0.5, 0.01).asDiagonal()),
                        MatrixXd::Zero(1, 3))
                           .finished();
    const AsymmetricDescent descent(MeasuredResidual(MatrixXd::Zero(5, 4)), f, g);
    QVERIFY(std::abs(descent.automaticBalance() - std::sqrt(0.5)) < 1e-14);
}

void MatrixFactorizationTest::equalStartIsTheSymmetricAlgorithm_data() {
    QTest::addColumn<int>("measurements");
    QTest::newRow("identity") << 0;
    QTest::newRow("packed symmetric") << 300;
}

void MatrixFactorizationTest::equalStartIsTheSymmetricAlgorithm() {
    QFETCH(int, measurements);
    const LowRankProblem problem = randomLowRankProblem(12, 12, 2, 2.0, true, seed);
    const MeasuredResidual measured =
        measurements == 0
            ? MeasuredResidual(problem.target)
            : MeasuredResidual(sensing(12, 12, measurements, SensingOperator::Structure::symmetric),
                               problem.target, 0.0, seed);
    const MatrixXd start = gaussian(12, 4, 13, 0.3 / std::sqrt(12.0));
    SymmetricDescent symmetric(measured, start);
    AsymmetricDescent asymmetric(measured, start, start);
    for (int t = 1; t <= 1000; ++t) {
        QVERIFY(symmetric.step(0.1));
        QVERIFY(asymmetric.step(0.1));
        if (t % 100)
            continue;
        QVERIFY((asymmetric.left() - asymmetric.right()).norm() < 1e-12);
        const double own = (asymmetric.product() - problem.target).norm();
        const double theirs = (symmetric.product() - problem.target).norm();
        QVERIFY(std::abs(own - theirs) < 1e-11);
    }
    QVERIFY((symmetric.product() - problem.target).norm() > 1e-3); // still on the power law
}

void MatrixFactorizationTest::rateWellAboveOneDiverges() {
    const LowRankProblem problem = randomLowRankProblem(10, 10, 2, 1.0, true, seed);
    SymmetricDescent symmetric(MeasuredResidual(problem.target), gaussian(10, 4, 14, 0.3));
    AsymmetricDescent asymmetric(MeasuredResidual(problem.target), gaussian(10, 4, 14, 0.3),
                                 gaussian(10, 4, 15, 0.3));
    int steps = 0;
    while (steps < 1000 && symmetric.step(3.0))
        ++steps;
    QVERIFY2(steps < 1000, "the symmetric arm should have diverged");
    steps = 0;
    while (steps < 1000 && asymmetric.step(3.0))
        ++steps;
    QVERIFY2(steps < 1000, "the asymmetric arm should have diverged");
    MatrixXd poisoned = gaussian(10, 4, 14);
    poisoned(3, 2) = std::nan("");
    QVERIFY(!SymmetricDescent(MeasuredResidual(problem.target), poisoned).step(0.1));
}

void MatrixFactorizationTest::smallRateRecoversTheTarget() {
    const LowRankProblem problem = randomLowRankProblem(10, 10, 2, 1.0, true, seed);
    SymmetricDescent exact(MeasuredResidual(problem.target), gaussian(10, 2, 14, 0.1));
    double before = exact.loss();
    for (int t = 0; t < 1000; ++t) {
        QVERIFY(exact.step(0.1));
        const double now = exact.loss();
        QVERIFY(now <= before + 1e-30);
        before = now;
    }
    QVERIFY((exact.product() - problem.target).norm() < 1e-13);
}

void MatrixFactorizationTest::stepDoesNotAllocate_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("measurements");
    QTest::newRow("identity 20 x 4") << 20 << 4 << 0;
    QTest::newRow("identity 50 x 6") << 50 << 6 << 0;
    QTest::newRow("identity 60 x 20") << 60 << 20 << 0;
    QTest::newRow("measured 20 x 4") << 20 << 4 << 101;
    QTest::newRow("measured 50 x 20") << 50 << 20 << 50;
}

void MatrixFactorizationTest::stepDoesNotAllocate() {
#ifndef COUNTS_ALLOCATIONS
    QSKIP("malloc cannot be counted in this build");
#else
    QFETCH(int, size);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    const LowRankProblem problem = randomLowRankProblem(size, size, 2, 2.0, true, seed);
    const auto residual = [&](bool symmetric) {
        return measurements == 0
                   ? MeasuredResidual(problem.target)
                   : MeasuredResidual(sensing(size, size, measurements, structureOf(symmetric)),
                                      problem.target, 0.0, seed);
    };
    SymmetricDescent symmetric(residual(true), gaussian(size, columns, 16, 0.05));
    AsymmetricDescent asymmetric(residual(false), gaussian(size, columns, 16, 0.05),
                                 gaussian(size, columns, 17, 0.05));
    const long atStart = allocations;
    const MatrixXd counted(size, columns);
    QVERIFY2(allocations > atStart, "the counter does not see Eigen's allocations");
    const long before = allocations;
    bool useful = true;
    for (int t = 0; t < 10; ++t)
        useful &= symmetric.step(0.01) && asymmetric.step(0.01);
    const long after = allocations;
    QVERIFY(useful);
    QCOMPARE(after - before, 0L);
#endif
}

QTEST_GUILESS_MAIN(MatrixFactorizationTest)
#include "matrix_factorization_test.moc"
