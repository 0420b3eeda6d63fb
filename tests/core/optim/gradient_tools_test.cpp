#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/optim/gradient_tools.h"
#include "core/optim/large_batch_optimizers.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Vector2d;
using Eigen::VectorXd;

class GradientToolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Three steps by hand, g constant: m̂ = g and ŝ = g² at every step, so r = sign g up to ε, plus
    /// the decay.
    void lambFollowsItsFormula() {
        Lamb<double> lamb(3, {{0, 2}, {2, 1}}, {.weightDecay = 0.1, .epsilon = 0.0});
        VectorXd x(3), g(3);
        x << 3.0, 4.0, -2.0;
        g << 1.0, -2.0, 0.5;
        VectorXd expected = x;
        for (int t = 0; t < 3; ++t) {
            lamb.step(x, g, 0.01);
            const Vector2d r(1.0 + 0.1 * expected[0], -1.0 + 0.1 * expected[1]);
            const double size = expected.head(2).norm();
            const double r2 = 1.0 + 0.1 * expected[2];
            expected.head(2) -= 0.01 * size / r.norm() * r;
            expected[2] -= 0.01 * std::abs(expected[2]) / std::abs(r2) * r2;
            expectNear(x, expected, 1e-12);
        }
    }
    void lambNeedsBlocksThatCoverAll() {
        QVERIFY_THROWS_EXCEPTION(InputError, Lamb<double>(3, {{0, 2}}));
        QVERIFY_THROWS_EXCEPTION(InputError, Lamb<double>(3, {{0, 1}, {2, 1}}));
    }
    /// m = 0 at the first step; then β₁m outweighs a small opposite gradient.
    void lionFollowsItsFormula() {
        Lion<double> lion(1, 0.5, 0.9, 0.99);
        VectorXd x = VectorXd::Constant(1, 2.0), g(1);
        g << 1.0;
        lion.step(x, g, 0.1); // sign(0.1) + 0.5·2 = 2; m = 0.01
        expectNear(x[0], 1.8, 1e-15);
        g << -0.01;
        lion.step(x, g, 0.1); // sign(0.009 − 0.001) = 1, + 0.9; m = 0.0098
        expectNear(x[0], 1.61, 1e-15);
        g << -1.0;
        lion.step(x, g, 0.1); // sign(0.00882 − 0.1) = −1, + 0.805
        expectNear(x[0], 1.6295, 1e-14);
    }
    void clippingKeepsDirectionsAndShortGradients() {
        VectorXd g = Vector2d(3.0, 4.0);
        QCOMPARE(clipNorm<double>(g, 10.0), 5.0);
        QVERIFY(g == Vector2d(3.0, 4.0));
        QCOMPARE(clipNorm<double>(g, 1.0), 5.0);
        expectNear(g, Vector2d(0.6, 0.8), 1e-15);
        Eigen::MatrixXd each(2, 2);
        each << 3.0, 0.3, 4.0, 0.4;
        VectorXd mean(2);
        clipEachAndAverage<double>(each, 1.0, mean);
        expectNear(mean, Vector2d(0.45, 0.6), 1e-15);
    }
    /// f = ½ xᵀ diag(1, 4) x: the gradient at the shifted point by hand.
    void sharpnessAwareGradientLooksUphill() {
        SharpnessAwareGradient<double> sam(2, 0.5);
        const Vector2d curvature(1.0, 4.0), x(1.0, 1.0);
        VectorXd g(2);
        OracleCount count;
        sam(x, g, [&](const auto& at, auto& out) {
            out = curvature.cwiseProduct(at);
            count.addGradient(10);
        });
        const Vector2d slope(1.0, 4.0);
        const Vector2d expected = curvature.cwiseProduct(x + 0.5 * slope / slope.norm());
        expectNear(g, expected, 1e-14);
        QCOMPARE(count.gradients, std::int64_t{2});
        QCOMPARE(count.samples, std::int64_t{20});
    }
    void averagesAreWhatTheyShouldBe() {
        auto uniform = WeightAverage<double>::uniform(1);
        auto exponential = WeightAverage<double>::exponential(1, 0.5);
        for (const double value : {2.0, 4.0, 9.0}) {
            uniform.add(VectorXd::Constant(1, value));
            exponential.add(VectorXd::Constant(1, value));
        }
        expectNear(uniform.value()[0], 5.0, 1e-14);
        expectNear(exponential.value()[0], 6.0, 1e-14); // ((2 + 4)/2 + 9)/2
    }
};

REGISTER_TEST(GradientToolsTest)
#include "gradient_tools_test.moc"
