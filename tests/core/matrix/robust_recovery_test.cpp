// Robust recovery against its definitions, Monte Carlo averages, finite differences and the closed
// forms of the ideal loss.

#include <array>
#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/matrix/factored_descent.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/robust_recovery.h"
#include "tests/core/matrix/gaussian_matrix.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::matrix;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 11;
const double root2OverPi = std::sqrt(2.0 / std::numbers::pi);

std::shared_ptr<const SensingOperator> sensing(Index d, Index m) {
    return std::make_shared<const SensingOperator>(d, d, m, SensingOperator::Structure::symmetric,
                                                   seed);
}

/// A_i, read off the operator: 𝒜*(e_i) = A_i/√m.
std::vector<MatrixXd> measurementMatrices(const SensingOperator& op) {
    std::vector<MatrixXd> list;
    const Index m = op.measurements();
    for (Index i = 0; i < m; ++i)
        list.push_back(op.adjoint(VectorXd::Unit(m, i)) * std::sqrt(static_cast<double>(m)));
    return list;
}

VectorXd innerProducts(const std::vector<MatrixXd>& a, const MatrixXd& z) {
    VectorXd values(static_cast<Index>(a.size()));
    for (std::size_t i = 0; i < a.size(); ++i)
        values[static_cast<Index>(i)] = a[i].cwiseProduct(z).sum();
    return values;
}

const char* nameOf(OutlierKind kind) {
    switch (kind) {
    case OutlierKind::normal:
        return "normal";
    case OutlierKind::constant:
        return "constant";
    case OutlierKind::uniform:
        return "uniform";
    case OutlierKind::adversarial:
        return "adversarial";
    }
    return "";
}

} // namespace

class RobustRecoveryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    void lossesEqualTheirDefinitions() {
        const auto op = sensing(6, 23); // a count that is not a multiple of four
        const auto a = measurementMatrices(*op);
        const MatrixXd u = gaussianMatrix(seed, 6, 3, 0), z = u * u.transpose();
        const VectorXd y = 3.0 * gaussianMatrix(seed, 23, 1, 1);
        const VectorXd rho = innerProducts(a, z) - y;
        MatrixXd q(6, 6), expected = MatrixXd::Zero(6, 6);

        MeasuredLoss absolute(op, y, MeasuredLoss::Kind::absolute);
        for (std::size_t i = 0; i < a.size(); ++i)
            expected += (rho[static_cast<Index>(i)] > 0.0 ? 1.0 : -1.0) * a[i] / 23.0;
        expectNear(absolute.evaluate(z, q), rho.cwiseAbs().mean(), 1e-12);
        expectNear(q, expected, 1e-12);
        expectNear(absolute.residuals(z), rho, 1e-11);

        MeasuredLoss squared(op, y, MeasuredLoss::Kind::squared);
        expected.setZero();
        for (std::size_t i = 0; i < a.size(); ++i)
            expected += rho[static_cast<Index>(i)] * a[i] / 23.0;
        expectNear(squared.evaluate(z, q), rho.squaredNorm() / 46.0, 1e-12);
        expectNear(q, expected, 1e-12);
    }

    void aResidualOfZeroHasNoVote() {
        const auto op = sensing(5, 8);
        MeasuredLoss loss(op, VectorXd::Zero(8), MeasuredLoss::Kind::absolute);
        MatrixXd q = MatrixXd::Ones(5, 5);
        QCOMPARE(loss.evaluate(MatrixXd::Zero(5, 5), q), 0.0);
        QCOMPARE(q.norm(), 0.0);
    }

    void subGradientIsTheDerivativeWhereThereIsOne() {
        for (const auto kind : {MeasuredLoss::Kind::absolute, MeasuredLoss::Kind::squared}) {
            const MatrixXd u = gaussianMatrix(seed, 6, 3, 2);
            SubgradientRecovery recovery(
                MeasuredLoss(sensing(6, 40), gaussianMatrix(seed, 40, 1, 3), kind), {}, u);
            const MatrixXd d = recovery.gradient();
            MatrixXd moved = u; // the step is far smaller than any residual here
            const GradientCheck check = checkGradient(
                [&] {
                    recovery.restart(moved);
                    return recovery.loss();
                },
                moved, d);
            QVERIFY2(check.relativeError() < 1e-6, check.text().c_str());
        }
    }

    void aStepIsTheOneWrittenByHand() {
        const auto op = sensing(6, 40);
        const auto a = measurementMatrices(*op);
        const VectorXd y = gaussianMatrix(seed, 40, 1, 4);
        const MatrixXd u = gaussianMatrix(seed, 6, 2, 5);
        SubgradientRecovery recovery(MeasuredLoss(op, y, MeasuredLoss::Kind::absolute),
                                     {.rule = StepRule::residual, .first = 0.2}, u);
        const VectorXd rho = innerProducts(a, u * u.transpose()) - y;
        MatrixXd d = MatrixXd::Zero(6, 2);
        for (std::size_t i = 0; i < a.size(); ++i)
            d += 2.0 / 40.0 * (rho[static_cast<Index>(i)] > 0.0 ? 1.0 : -1.0) * a[i] * u;
        QVERIFY(recovery.step());
        expectNear(recovery.factor(), u - 0.2 * rho.cwiseAbs().mean() * d, 1e-12);
    }

    void stepRulesFollowTheirFormulas() {
        const auto at = [](StepRule rule, std::int64_t t) {
            return StepSchedule{.rule = rule, .first = 0.4, .decay = 0.9, .polyakTarget = 0.5}.at(
                t, 2.0, 3.0);
        };
        QCOMPARE(at(StepRule::residual, 7), 0.8);
        QCOMPARE(at(StepRule::geometric, 2), 0.4 * 0.81);
        QCOMPARE(at(StepRule::constant, 9), 0.4);
        QCOMPARE(at(StepRule::inverseRoot, 3), 0.2);
        QCOMPARE(at(StepRule::polyak, 3), 0.5);
        const StepSchedule polyak{.rule = StepRule::polyak};
        QCOMPARE(polyak.at(0, 0.0, 0.0), 0.0); // at a solution
    }

    void outliersAreAsManyAndAsLargeAsAsked() {
        const VectorXd clean = gaussianMatrix(seed, 20000, 1, 6);
        const auto of = [&](OutlierKind kind) {
            return corrupt(clean, {.outlierFraction = 0.3, .kind = kind, .outlierScale = 5.0},
                           seed);
        };
        for (const OutlierKind kind : {OutlierKind::normal, OutlierKind::constant,
                                       OutlierKind::uniform, OutlierKind::adversarial}) {
            const auto spoiled = of(kind);
            double count = 0.0, sum = 0.0, squares = 0.0;
            for (Index i = 0; i < clean.size(); ++i) {
                const double s = spoiled.observed[i] - clean[i];
                if (!spoiled.isOutlier[static_cast<std::size_t>(i)]) {
                    QCOMPARE(s, 0.0);
                    continue;
                }
                ++count;
                sum += s;
                squares += s * s;
                if (kind == OutlierKind::adversarial)
                    QCOMPARE(spoiled.observed[i], -clean[i]);
                if (kind == OutlierKind::uniform)
                    expectNear(s, 0.0, 5.0);
            }
            // Five standard errors of a binomial.
            expectNear(count / 20000.0, 0.3, 5.0 * std::sqrt(0.21 / 20000.0));
            const double rms = std::sqrt(squares / count);
            if (kind == OutlierKind::normal)
                expectNear(rms / 5.0, 1.0, 5.0 / std::sqrt(2.0 * count));
            if (kind == OutlierKind::constant) {
                expectNear(sum / count, 5.0, 1e-9);
                expectNear(rms, 5.0, 1e-9);
            }
            if (kind == OutlierKind::uniform)
                expectNear(rms, 5.0 / std::sqrt(3.0), 0.1);
        }
    }

    void moreOutliersKeepTheOldOnesAndAnotherDrawDoesNot() {
        const VectorXd clean = gaussianMatrix(seed, 500, 1, 7);
        const CorruptionModel few{.outlierFraction = 0.1, .outlierScale = 3.0};
        const CorruptionModel many{.outlierFraction = 0.4, .outlierScale = 3.0};
        const auto a = corrupt(clean, few, seed), b = corrupt(clean, many, seed);
        const auto fresh = corrupt(clean, few, seed, 1);
        int moved = 0;
        for (std::size_t i = 0; i < 500; ++i) {
            QVERIFY(!a.isOutlier[i] || b.isOutlier[i]);
            moved += a.isOutlier[i] != fresh.isOutlier[i] ? 1 : 0;
        }
        QVERIFY(moved > 50);
        expectNear(corrupt(clean.head(200), few, seed).observed, a.observed.head(200), 0.0);
    }

    /// φ and the expected loss against averages over two million simulated measurements.
    void idealLossIsTheAverage_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<double>("p");
        QTest::addColumn<double>("tau");
        QTest::addColumn<double>("noise");
        for (const OutlierKind kind : {OutlierKind::normal, OutlierKind::constant,
                                       OutlierKind::uniform, OutlierKind::adversarial}) {
            QTest::addRow("%s, few", nameOf(kind)) << int(kind) << 0.2 << 1.5 << 0.0;
            QTest::addRow("%s, many and noise", nameOf(kind)) << int(kind) << 0.6 << 0.8 << 0.5;
        }
        QTest::addRow("clean") << int(OutlierKind::normal) << 0.0 << 1.0 << 0.0;
        QTest::addRow("noise") << int(OutlierKind::normal) << 0.0 << 1.0 << 0.7;
    }
    void idealLossIsTheAverage() {
        QFETCH(int, kind);
        QFETCH(double, p);
        QFETCH(double, tau);
        QFETCH(double, noise);
        const CorruptionModel model{p, static_cast<OutlierKind>(kind), tau, noise};
        // ⟨A, Δ⟩ and ⟨A, M*⟩ are normal with these deviations and this covariance.
        const double delta = 0.9, target = 1.3, inner = -0.6;
        RandomStream stream({.seed = seed, .purpose = "simulated measurements"});
        constexpr int count = 2'000'000;
        double votes = 0.0, loss = 0.0;
        for (int i = 0; i < count; ++i) {
            const double a = delta * stream.normal();
            const double m =
                inner / delta * (a / delta) +
                std::sqrt(target * target - inner * inner / (delta * delta)) * stream.normal();
            double s = 0.0;
            const bool isOutlier = stream.uniform() < p;
            const double size = stream.normal(), flat = stream.uniform(-tau, tau);
            if (isOutlier)
                s = model.kind == OutlierKind::normal     ? tau * size
                    : model.kind == OutlierKind::constant ? tau
                    : model.kind == OutlierKind::uniform  ? flat
                                                          : -2.0 * m;
            const double rho = a - s - noise * stream.normal();
            votes += (rho > 0.0 ? 1.0 : -1.0) * a / delta;
            loss += std::abs(rho);
        }
        const IdealLoss ideal = idealLoss(model, delta, inner, target);
        const double error = 5.0 / std::sqrt(double(count)); // of variables of variance about 1
        expectNear(votes / count, ideal.alignment, error);
        expectNear(loss / count, ideal.value, 3.0 * error);
    }

    void idealLossHasTheKnownLimits() {
        expectNear(idealLoss({}, 2.0, 0.0, 1.0).alignment, root2OverPi, 1e-15);
        expectNear(idealLoss({}, 2.0, 0.0, 1.0).value, 2.0 * root2OverPi, 1e-15);
        // p = 0.3, τ = 10, ‖Z‖ = 1: √(2/π)(0.7 + 0.3/√101).
        expectNear(idealLoss({0.3, OutlierKind::normal, 10.0, 0.0}, 1.0, 0.0, 1.0).alignment,
                   root2OverPi * (0.7 + 0.3 / std::sqrt(101.0)), 1e-14);
        // At the truth only outliers are left.
        const IdealLoss at = idealLoss({0.3, OutlierKind::normal, 10.0, 0.0}, 0.0, 0.0, 1.0);
        expectNear(at.value, 0.3 * 10.0 * root2OverPi, 1e-14);
        expectNear(at.alignment, 0.7 * root2OverPi, 1e-14);
        // At U = 0 a turned sign cancels an honest one.
        expectNear(idealLoss({0.5, OutlierKind::adversarial, 1.0, 0.0}, 2.0, -4.0, 2.0).alignment,
                   0.0, 1e-14);
    }

    void spectralStartHasUnitSizeAndIgnoresSizesOfOutliers() {
        const auto op = sensing(10, 600);
        const LowRankProblem problem = symmetricLowRankProblem(10, 2, 1.0, seed);
        const VectorXd clean = std::sqrt(600.0) * op->apply(problem.target);
        const MatrixXd b = spectralStart(*op, clean, 10);
        expectNear((b * b.transpose()).norm(), 1.0, 1e-12);
        VectorXd scaled = clean;
        for (Index i = 0; i < 600; i += 3)
            scaled[i] *= 1e6;
        expectNear(spectralStart(*op, scaled, 10), b, 0.0);
        // C is the ideal direction up to noise: the two leading columns span the truth's space.
        const MatrixXd leading = b.leftCols(2).colwise().normalized();
        QVERIFY((problem.left.transpose() * leading).norm() > 0.85 * std::sqrt(2.0));
        // Half of the eigenvalues of the noise are negative: those columns are zero, and stay so.
        const Index zero = (b.colwise().norm().array() == 0.0).count();
        QVERIFY(zero >= 1 && zero <= 8);
        SubgradientRecovery recovery(MeasuredLoss(op, clean, MeasuredLoss::Kind::absolute), {}, b);
        for (int t = 0; t < 20; ++t)
            recovery.step();
        QCOMPARE((recovery.factor().colwise().norm().array() == 0.0).count(), zero);
    }

    void idealDynamicsIsGradientDescentForResidualSteps() {
        // Clean data: u ← u − (4η₀/π)(u² − σ)u.
        const VectorXd sigma = VectorXd::Map(std::array{1.0, 0.5}.data(), 2);
        VectorXd u = VectorXd::Map(std::array{0.02, 0.01}.data(), 2);
        IdealDynamics ideal({}, {.rule = StepRule::residual, .first = 0.5}, sigma, u);
        for (int t = 0; t < 60; ++t) {
            ideal.step();
            u = (u.array() -
                 2.0 / std::numbers::pi * (u.array().square() - sigma.array()) * u.array())
                    .matrix();
            const double error =
                (u.array().square() - sigma.array()).matrix().norm() / sigma.norm();
            expectNear(ideal.relativeError(), error, 1e-12);
        }
        QVERIFY(ideal.relativeError() < 1e-3);
    }

    void growthBudgetIsTheSumOfTheSteps() {
        const VectorXd sigma = VectorXd::Ones(2);
        const CorruptionModel model{0.7, OutlierKind::normal, 10.0, 0.0};
        const double phi = idealLoss(model, std::sqrt(2.0), -2.0, std::sqrt(2.0)).alignment;
        const StepSchedule geometric{.first = 0.3, .decay = 0.985};
        double sum = 0.0;
        for (int t = 0; t < 50; ++t)
            sum += 2.0 * geometric.at(t, 0.0, 1.0) * phi / std::sqrt(2.0);
        expectNear(growthBudget(model, geometric, sigma, 50), sum, 1e-12);
        // 2·0.3·0.798·(0.3 + 0.7·0.14)·0.707/0.015 = 9.0.
        expectNear(growthBudget(model, geometric, sigma, 0), 9.0, 0.05);
        const StepSchedule constant{.rule = StepRule::constant, .first = 0.1};
        expectNear(growthBudget(model, constant, sigma, 30), 30 * 2.0 * 0.1 * phi / std::sqrt(2.0),
                   1e-12);
        QVERIFY(std::isinf(growthBudget(model, constant, sigma, 0)));
    }

    void recoversDespiteOutliers() {
        const auto op = sensing(10, 400);
        const LowRankProblem problem = symmetricLowRankProblem(10, 2, 1.0, seed);
        const auto spoiled = corrupt(std::sqrt(400.0) * op->apply(problem.target),
                                     {.outlierFraction = 0.2, .outlierScale = 10.0}, seed);
        SubgradientRecovery recovery(
            MeasuredLoss(op, spoiled.observed, MeasuredLoss::Kind::absolute), {},
            1e-4 * spectralStart(*op, spoiled.observed, 10));
        for (int t = 0; t < 800; ++t)
            QVERIFY(recovery.step());
        expectNear(recovery.product(), problem.target, 1e-3 * problem.target.norm());
    }

    void runawayStepsAreNoticed() {
        SubgradientRecovery recovery(
            MeasuredLoss(sensing(5, 30), VectorXd::Ones(30), MeasuredLoss::Kind::squared),
            {.rule = StepRule::constant, .first = 5.0}, gaussianMatrix(seed, 5, 2, 8));
        bool useful = true;
        for (int t = 0; t < 200 && useful; ++t)
            useful = recovery.step();
        QVERIFY(!useful);
    }
};

REGISTER_TEST(RobustRecoveryTest)
#include "robust_recovery_test.moc"
