// L-BFGS on functions whose minimizers are known.

#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/math/random.h"
#include "core/optim/lbfgs.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class LbfgsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void solvesAnIllConditionedQuadratic() {
        constexpr Eigen::Index n = 60;
        RandomStream random({.seed = 5, .purpose = "lbfgs test"});
        Eigen::VectorXd center(n), curvature(n);
        random.fillNormal({center.data(), static_cast<std::size_t>(n)});
        for (Eigen::Index i = 0; i < n; ++i)
            curvature[i] = std::pow(10.0, 4.0 * static_cast<double>(i) / (n - 1));
        const Objective quadratic = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
            gradient = curvature.cwiseProduct(x - center);
            return 0.5 * gradient.dot(x - center);
        };
        const LbfgsResult result = minimizeLbfgs(quadratic, Eigen::VectorXd::Zero(n));
        QVERIFY(result.converged);
        expectNear(result.x, center, 1e-6);
    }

    void findsTheBottomOfRosenbrocksValley() {
        int evaluations = 0;
        const Objective valley = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
            ++evaluations;
            double value = 0.0;
            gradient.setZero();
            for (Eigen::Index i = 0; i + 1 < x.size(); ++i) {
                const double a = x[i + 1] - x[i] * x[i], b = 1.0 - x[i];
                value += 100.0 * a * a + b * b;
                gradient[i] += -400.0 * a * x[i] - 2.0 * b;
                gradient[i + 1] += 200.0 * a;
            }
            return value;
        };
        const LbfgsResult result = minimizeLbfgs(valley, Eigen::VectorXd::Constant(10, -1.0));
        QVERIFY(result.converged);
        expectNear(result.x, Eigen::VectorXd::Ones(10), 1e-6);
        QVERIFY(evaluations < 500);
    }

    void theValueNeverRises() {
        double last = INFINITY;
        bool rose = false;
        const Objective quartic = [&](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
            gradient = 4.0 * x.array().cube();
            return x.array().square().square().sum();
        };
        for (int iterations = 0; iterations < 30; ++iterations) {
            LbfgsOptions options;
            options.maximumIterations = iterations;
            const double value =
                minimizeLbfgs(quartic, Eigen::VectorXd::LinSpaced(5, -2.0, 3.0), options).value;
            rose |= value > last;
            last = value;
        }
        QVERIFY(!rose);
    }

    void givesUpWhenAsked() {
        const Objective square = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
            gradient = 2.0 * x;
            return x.squaredNorm();
        };
        LbfgsOptions options;
        options.giveUp = [] { return true; };
        const LbfgsResult result = minimizeLbfgs(square, Eigen::VectorXd::Ones(2), options);
        QCOMPARE(result.iterations, 0);
        QVERIFY(!result.converged);
    }

    void aStartOutsideTheDomainIsRefused() {
        const Objective logarithm = [](const Eigen::VectorXd& x, Eigen::VectorXd& gradient) {
            gradient = x.cwiseInverse();
            return std::log(x[0]);
        };
        QVERIFY_EXCEPTION_THROWN(minimizeLbfgs(logarithm, -Eigen::VectorXd::Ones(1)),
                                 NumericalError);
    }
};

REGISTER_TEST(LbfgsTest)
#include "lbfgs_test.moc"
