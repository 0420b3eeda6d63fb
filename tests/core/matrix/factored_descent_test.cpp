// Factored gradient descent against finite differences, brute force and closed forms.

#include <cmath>
#include <cstdlib>
#include <functional>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
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

std::shared_ptr<const SensingOperator> sensing(Index rows, Index columns, Index measurements,
                                               SensingOperator::Structure structure) {
    return std::make_shared<const SensingOperator>(rows, columns, measurements, structure, seed);
}

SensingOperator::Structure structureOf(bool symmetric) {
    return symmetric ? SensingOperator::Structure::symmetric : SensingOperator::Structure::general;
}

GradientCheck gradientCheck(const MatrixXd& at, const MatrixXd& gradient,
                            const std::function<double(const MatrixXd&)>& loss) {
    MatrixXd moved = at;
    return checkGradient([&] { return loss(moved); }, moved, gradient, {.step = 1e-5});
}

MatrixXd gramGap(const AsymmetricDescent& descent) {
    return descent.left().transpose() * descent.left() -
           descent.right().transpose() * descent.right();
}

} // namespace

class FactoredDescentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }
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

void FactoredDescentTest::symmetricGradientMatchesFiniteDifferences_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("measurements"); // 0: population limit
    QTest::newRow("identity") << 7 << 3 << 0;
    QTest::newRow("identity, many columns") << 16 << 14 << 0;
    QTest::newRow("packed symmetric") << 7 << 3 << 30;
    QTest::newRow("packed symmetric, many columns") << 16 << 14 << 61;
    QTest::newRow("packed symmetric, large") << 45 << 2 << 20;
}

void FactoredDescentTest::symmetricGradientMatchesFiniteDifferences() {
    QFETCH(int, size);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    const LowRankProblem problem = symmetricLowRankProblem(size, 2, 2.0, seed);
    const auto residual = [&]() -> MeasuredResidual {
        if (measurements == 0)
            return MeasuredResidual(problem.target);
        return {sensing(size, size, measurements, SensingOperator::Structure::symmetric),
                problem.target, 0.1, seed};
    };
    const MeasuredResidual measured = residual();
    const MatrixXd start = gaussianMatrix(seed, size, columns, 7, 0.5);
    SymmetricDescent descent(measured, start);
    const GradientCheck check = gradientCheck(start, descent.gradient(), [&](const MatrixXd& x) {
        return SymmetricDescent(measured, x).loss();
    });
    qInfo("worst entry, relative to the largest: %.1e", check.relativeError());
    QVERIFY2(check.relativeError() < 1e-7, check.text().c_str());
}

void FactoredDescentTest::asymmetricGradientMatchesFiniteDifferences_data() {
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

void FactoredDescentTest::asymmetricGradientMatchesFiniteDifferences() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, rank);
    QFETCH(int, measurements);
    QFETCH(bool, symmetric);
    const LowRankProblem problem = randomLowRankProblem({.rows = rows,
                                                         .columns = columns,
                                                         .rank = 2,
                                                         .conditionNumber = 2.0,
                                                         .symmetric = symmetric,
                                                         .seed = seed});
    const MeasuredResidual measured =
        measurements == 0
            ? MeasuredResidual(problem.target)
            : MeasuredResidual(sensing(rows, columns, measurements, structureOf(symmetric)),
                               problem.target, 0.1, seed);
    const MatrixXd left = gaussianMatrix(seed, rows, rank, 8, 0.5),
                   right = gaussianMatrix(seed, columns, rank, 9, 0.5);
    const auto [gradientF, gradientG] = AsymmetricDescent(measured, left, right).gradients();
    const GradientCheck checkF = gradientCheck(left, gradientF, [&](const MatrixXd& f) {
        return AsymmetricDescent(measured, f, right).loss();
    });
    const GradientCheck checkG = gradientCheck(right, gradientG, [&](const MatrixXd& g) {
        return AsymmetricDescent(measured, left, g).loss();
    });
    qInfo("worst entry, relative to the largest: F %.1e, G %.1e", checkF.relativeError(),
          checkG.relativeError());
    QVERIFY2(checkF.relativeError() < 1e-7, checkF.text().c_str());
    QVERIFY2(checkG.relativeError() < 1e-7, checkG.text().c_str());
}

void FactoredDescentTest::stepFollowsTheNegativeGradient() {
    const LowRankProblem problem = symmetricLowRankProblem(7, 2, 2.0, seed);
    for (const bool population : {true, false}) {
        const MeasuredResidual measured =
            population ? MeasuredResidual(problem.target)
                       : MeasuredResidual(sensing(7, 7, 30, SensingOperator::Structure::symmetric),
                                          problem.target, 0.0, seed);
        const MatrixXd left = gaussianMatrix(seed, 7, 3, 8, 0.5),
                       right = gaussianMatrix(seed, 7, 3, 9, 0.5);
        SymmetricDescent symmetric(measured, left);
        const MatrixXd gradient = symmetric.gradient();
        QVERIFY(symmetric.step(0.05));
        expectNear(symmetric.factor(), left - 0.05 * gradient, 1e-14);
        AsymmetricDescent asymmetric(measured, left, right);
        const auto [gradientF, gradientG] = asymmetric.gradients();
        QVERIFY(asymmetric.step(0.05));
        expectNear(asymmetric.left(), left - 0.05 * gradientF, 1e-14);
        expectNear(asymmetric.right(), right - 0.05 * gradientG, 1e-14);
    }
}

void FactoredDescentTest::superfluousSingularValueFollowsItsRecursion() {
    constexpr double eta = 0.1;
    constexpr int steps = 50000;
    // A signal part already at the solution, and one column orthogonal to it.
    const LowRankProblem problem = symmetricLowRankProblem(10, 2, 1.0, seed);
    const MatrixXd basis =
        (MatrixXd(10, 3) << problem.left, gaussianMatrix(seed, 10, 1, 10)).finished();
    const MatrixXd orthonormal = thinQr(basis).q;
    MatrixXd start(10, 3);
    double s = 0.4;
    start << problem.left, s * orthonormal.col(2);
    SymmetricDescent descent(MeasuredResidual(problem.target), start);
    for (int t = 1; t <= steps; ++t) {
        QVERIFY(descent.step(eta));
        s *= 1.0 - eta * s * s;
        if (t == 1 || t == 100 || t == steps)
            expectNear(singularValues(descent.factor())[2] / s, 1.0, 1e-9);
    }
    const double law = s * s * 2.0 * eta * steps; // s² → 1/(2ηt)
    expectNear(law, 1.0, 0.01);
    expectNear((descent.product() - problem.target).norm() / (s * s), 1.0, 1e-9);
}

namespace {

MeasuredResidual rectangularResidual(bool measured) {
    const LowRankProblem problem = randomLowRankProblem(
        {.rows = 9, .columns = 6, .rank = 2, .conditionNumber = 2.0, .seed = seed});
    if (!measured)
        return MeasuredResidual(problem.target);
    return {sensing(9, 6, 40, SensingOperator::Structure::general), problem.target, 0.0, seed};
}

double driftOfOneStep(bool measured, double eta, AsymmetricDescent::Update update) {
    AsymmetricDescent descent(rectangularResidual(measured), gaussianMatrix(seed, 9, 4, 11, 0.5),
                              gaussianMatrix(seed, 6, 4, 12, 0.2), update);
    const MatrixXd before = gramGap(descent);
    descent.step(eta);
    return (gramGap(descent) - before).norm();
}

} // namespace

void FactoredDescentTest::imbalanceDriftsWithTheSquareOfTheRate_data() {
    QTest::addColumn<bool>("measured");
    QTest::newRow("identity") << false;
    QTest::newRow("general") << true;
}

// A step changes FᵀF − GᵀG by exactly η²(GᵀRᵀRG − FᵀRRᵀF): the terms in η cancel.
void FactoredDescentTest::imbalanceDriftsWithTheSquareOfTheRate() {
    QFETCH(bool, measured);
    constexpr auto update = AsymmetricDescent::Update::simultaneous;
    for (const double eta : {0.2, 0.02, 0.002}) {
        const double ratio =
            driftOfOneStep(measured, eta, update) / driftOfOneStep(measured, eta / 2.0, update);
        expectNear(ratio, 4.0, 1e-6);
    }
    AsymmetricDescent descent(rectangularResidual(measured), gaussianMatrix(seed, 9, 4, 11, 0.5),
                              gaussianMatrix(seed, 6, 4, 12, 0.2));
    const auto [gradientF, gradientG] = descent.gradients();
    const MatrixXd expected =
        0.01 * (gradientF.transpose() * gradientF - gradientG.transpose() * gradientG);
    const MatrixXd before = gramGap(descent);
    descent.step(0.1);
    expectNear(gramGap(descent) - before, expected, 1e-13);
}

void FactoredDescentTest::sequentialUpdateTakesGFromTheNewF() {
    constexpr auto update = AsymmetricDescent::Update::sequential;
    AsymmetricDescent sequential(rectangularResidual(false), gaussianMatrix(seed, 9, 4, 11, 0.5),
                                 gaussianMatrix(seed, 6, 4, 12, 0.2), update);
    AsymmetricDescent plain(rectangularResidual(false), gaussianMatrix(seed, 9, 4, 11, 0.5),
                            gaussianMatrix(seed, 6, 4, 12, 0.2));
    const auto [gradientF, gradientG] = plain.gradients();
    const MatrixXd left = plain.left() - 0.1 * gradientF;
    const auto [unused, laterG] =
        AsymmetricDescent(rectangularResidual(false), left, plain.right()).gradients();
    sequential.step(0.1);
    expectNear(sequential.left(), left, 1e-14);
    expectNear(sequential.right(), plain.right() - 0.1 * laterG, 1e-14);
    QVERIFY((laterG - gradientG).norm() > 1e-3);
}

void FactoredDescentTest::modifiedStepKeepsTheProductAndBalancesF() {
    for (const double beta : {0.1, 0.7, 1.0, 10.0}) {
        AsymmetricDescent descent(rectangularResidual(false), gaussianMatrix(seed, 9, 4, 11, 0.3),
                                  gaussianMatrix(seed, 6, 4, 12, 0.1));
        for (int t = 0; t < 50; ++t)
            QVERIFY(descent.step(0.1));
        const MatrixXd before = descent.product();
        const double reported = descent.balance(beta);
        const double change = (descent.product() - before).norm() / before.norm();
        QVERIFY(change < 1e-12);
        expectNear(reported, change, 1e-15);
        const MatrixXd gram = descent.left().transpose() * descent.left();
        expectNear(gram, beta * beta * MatrixXd::Identity(4, 4), 1e-12 * beta * beta);
    }
}

void FactoredDescentTest::automaticBalanceIsTheRootOfTheSmallestSignal() {
    // Singular values of FGᵀ: 1, ½, 0.01; the last is below a tenth of the first.
    const MatrixXd f =
        (MatrixXd(5, 3) << MatrixXd::Identity(3, 3), MatrixXd::Zero(2, 3)).finished();
    const MatrixXd g = (MatrixXd(4, 3) << MatrixXd(Eigen::Vector3d(1.0, 0.5, 0.01).asDiagonal()),
                        MatrixXd::Zero(1, 3))
                           .finished();
    const AsymmetricDescent descent(MeasuredResidual(MatrixXd::Zero(5, 4)), f, g);
    expectNear(descent.automaticBalance(), std::sqrt(0.5), 1e-14);
}

void FactoredDescentTest::equalStartIsTheSymmetricAlgorithm_data() {
    QTest::addColumn<int>("measurements");
    QTest::newRow("identity") << 0;
    QTest::newRow("packed symmetric") << 300;
}

void FactoredDescentTest::equalStartIsTheSymmetricAlgorithm() {
    QFETCH(int, measurements);
    const LowRankProblem problem = symmetricLowRankProblem(12, 2, 2.0, seed);
    const MeasuredResidual measured =
        measurements == 0
            ? MeasuredResidual(problem.target)
            : MeasuredResidual(sensing(12, 12, measurements, SensingOperator::Structure::symmetric),
                               problem.target, 0.0, seed);
    const MatrixXd start = gaussianMatrix(seed, 12, 4, 13, 0.3 / std::sqrt(12.0));
    SymmetricDescent symmetric(measured, start);
    AsymmetricDescent asymmetric(measured, start, start);
    for (int t = 1; t <= 1000; ++t) {
        QVERIFY(symmetric.step(0.1));
        QVERIFY(asymmetric.step(0.1));
        if (t % 100)
            continue;
        expectNear(asymmetric.left(), asymmetric.right(), 1e-12);
        const double own = (asymmetric.product() - problem.target).norm();
        const double theirs = (symmetric.product() - problem.target).norm();
        expectNear(own, theirs, 1e-11);
    }
    QVERIFY((symmetric.product() - problem.target).norm() > 1e-3); // still on the power law
}

void FactoredDescentTest::rateWellAboveOneDiverges() {
    const LowRankProblem problem = symmetricLowRankProblem(10, 2, 1.0, seed);
    SymmetricDescent symmetric(MeasuredResidual(problem.target),
                               gaussianMatrix(seed, 10, 4, 14, 0.3));
    AsymmetricDescent asymmetric(MeasuredResidual(problem.target),
                                 gaussianMatrix(seed, 10, 4, 14, 0.3),
                                 gaussianMatrix(seed, 10, 4, 15, 0.3));
    int steps = 0;
    while (steps < 1000 && symmetric.step(3.0))
        ++steps;
    QVERIFY2(steps < 1000, "the symmetric arm should have diverged");
    steps = 0;
    while (steps < 1000 && asymmetric.step(3.0))
        ++steps;
    QVERIFY2(steps < 1000, "the asymmetric arm should have diverged");
    MatrixXd poisoned = gaussianMatrix(seed, 10, 4, 14);
    poisoned(3, 2) = std::nan("");
    QVERIFY(!SymmetricDescent(MeasuredResidual(problem.target), poisoned).step(0.1));
}

void FactoredDescentTest::smallRateRecoversTheTarget() {
    const LowRankProblem problem = symmetricLowRankProblem(10, 2, 1.0, seed);
    SymmetricDescent exact(MeasuredResidual(problem.target), gaussianMatrix(seed, 10, 2, 14, 0.1));
    double before = exact.loss();
    for (int t = 0; t < 1000; ++t) {
        QVERIFY(exact.step(0.1));
        const double now = exact.loss();
        QVERIFY(now <= before + 1e-30);
        before = now;
    }
    expectNear(exact.product(), problem.target, 1e-13);
}

void FactoredDescentTest::stepDoesNotAllocate_data() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("measurements");
    QTest::newRow("identity 20 x 4") << 20 << 4 << 0;
    QTest::newRow("identity 50 x 6") << 50 << 6 << 0;
    QTest::newRow("identity 60 x 20") << 60 << 20 << 0;
    QTest::newRow("measured 20 x 4") << 20 << 4 << 101;
    QTest::newRow("measured 50 x 20") << 50 << 20 << 50;
}

void FactoredDescentTest::stepDoesNotAllocate() {
#ifndef COUNTS_ALLOCATIONS
    QSKIP("malloc cannot be counted in this build");
#else
    QFETCH(int, size);
    QFETCH(int, columns);
    QFETCH(int, measurements);
    const LowRankProblem problem = symmetricLowRankProblem(size, 2, 2.0, seed);
    const auto residual = [&](bool symmetric) {
        return measurements == 0
                   ? MeasuredResidual(problem.target)
                   : MeasuredResidual(sensing(size, size, measurements, structureOf(symmetric)),
                                      problem.target, 0.0, seed);
    };
    SymmetricDescent symmetric(residual(true), gaussianMatrix(seed, size, columns, 16, 0.05));
    AsymmetricDescent asymmetric(residual(false), gaussianMatrix(seed, size, columns, 16, 0.05),
                                 gaussianMatrix(seed, size, columns, 17, 0.05));
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

REGISTER_TEST(FactoredDescentTest)
#include "factored_descent_test.moc"
