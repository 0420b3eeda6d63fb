// BFGS and L-BFGS on functions whose minimizers are known.

#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/math/decompositions.h"
#include "core/math/log_sum_exp.h"
#include "core/math/random.h"
#include "core/optim/quasi_newton.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 5;

using Minimize = MinimizationResult (*)(const Objective&, VectorXd, const MinimizationOptions&);
constexpr Minimize methods[] = {minimizeLbfgs, minimizeBfgs};

Objective rosenbrock(int& evaluations) {
    return [&evaluations](const VectorXd& x, VectorXd& gradient) {
        ++evaluations;
        double value = 0.0;
        gradient.setZero();
        for (Index i = 0; i + 1 < x.size(); ++i) {
            const double a = x[i + 1] - x[i] * x[i], b = 1.0 - x[i];
            value += 100.0 * a * a + b * b;
            gradient[i] += -400.0 * a * x[i] - 2.0 * b;
            gradient[i + 1] += 200.0 * a;
        }
        return value;
    };
}

/// Ridge logistic regression on standard normal inputs with variances j^−1.2.
struct Logistic {
    MatrixXd x; ///< n × d, each row times its label ±1
    double ridge;

    Logistic(Index n, Index d, double weight) : x(n, d), ridge(weight) {
        RandomStream random({.seed = seed, .purpose = "quasi-newton test"});
        random.fillNormal({x.data(), static_cast<std::size_t>(x.size())});
        for (Index j = 0; j < d; ++j)
            x.col(j) *= std::pow(static_cast<double>(j + 1), -0.6);
        for (Index i = 0; i < n; ++i)
            x.row(i) *=
                random.uniform() < 1.0 / (1.0 + std::exp(-3.0 * x.row(i).sum())) ? 1.0 : -1.0;
    }
    double operator()(const VectorXd& w, VectorXd& gradient) const {
        const VectorXd margins = x * w;
        double sum = 0.0;
        for (const double m : margins)
            sum += softplus(-m);
        const VectorXd p = (1.0 + margins.array().exp()).inverse();
        const auto n = static_cast<double>(x.rows());
        gradient = ridge * w - x.transpose() * p / n;
        return sum / n + 0.5 * ridge * w.squaredNorm();
    }
    /// By Newton's method with the Hessian written out: quadratic convergence to rounding.
    [[nodiscard]] VectorXd minimizer() const {
        VectorXd w = VectorXd::Zero(x.cols()), gradient(x.cols());
        for (int step = 0; step < 30; ++step) {
            (*this)(w, gradient);
            const VectorXd p = (1.0 + (x * w).array().exp()).inverse();
            const VectorXd weight = p.array() * (1.0 - p.array()) / static_cast<double>(x.rows());
            MatrixXd hessian = x.transpose() * weight.asDiagonal() * x;
            hessian.diagonal().array() += ridge;
            w -= *solvePositiveDefinite(hessian, gradient);
        }
        return w;
    }
};

} // namespace

class QuasiNewtonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void solveAnIllConditionedQuadratic() {
        constexpr Index n = 60;
        RandomStream random({.seed = seed, .purpose = "lbfgs test"});
        VectorXd center(n), curvature(n);
        random.fillNormal({center.data(), static_cast<std::size_t>(n)});
        for (Index i = 0; i < n; ++i)
            curvature[i] = std::pow(10.0, 4.0 * static_cast<double>(i) / (n - 1));
        const Objective quadratic = [&](const VectorXd& x, VectorXd& gradient) {
            gradient = curvature.cwiseProduct(x - center);
            return 0.5 * gradient.dot(x - center);
        };
        for (const StepRule rule : {StepRule::strongWolfe, StepRule::weakWolfe})
            for (const Minimize minimize : methods) {
                const auto result = minimize(quadratic, VectorXd::Zero(n), {.stepRule = rule});
                QVERIFY(result.converged());
                expectNear(result.x, center, 1e-6);
            }
    }

    void findTheBottomOfRosenbrocksValley() {
        for (const StepRule rule : {StepRule::strongWolfe, StepRule::weakWolfe})
            for (const Minimize minimize : methods) {
                int evaluations = 0;
                const auto result = minimize(rosenbrock(evaluations), VectorXd::Constant(10, -1.0),
                                             {.stepRule = rule});
                QVERIFY(result.converged());
                expectNear(result.x, VectorXd::Ones(10), 1e-6);
                QCOMPARE(result.evaluations, evaluations);
                QVERIFY2(evaluations < 500, qPrintable(QString::number(evaluations)));
            }
    }

    // The gap of a strongly convex problem, to 10⁻¹⁰ and far beyond, against Newton's method.
    void theOptimumOfALogisticProblemIsFoundToRounding() {
        const Logistic logistic(400, 40, 1e-3);
        VectorXd gradient(40);
        const VectorXd best = logistic.minimizer();
        const double optimum = logistic(best, gradient);
        QVERIFY(gradient.norm() < 1e-14);
        for (const Minimize minimize : methods) {
            const auto usual = minimize(logistic, VectorXd::Zero(40), {});
            QVERIFY(usual.converged());
            expectNear(usual.value, optimum, 1e-13);
            const auto exact = minimize(logistic, VectorXd::Zero(40),
                                        {.gradientTolerance = 1e-12, .decreaseTolerance = 0.0});
            QCOMPARE(exact.ending, Ending::gradientTolerance);
            QVERIFY(exact.largestDerivative <= 1e-12);
            expectNear(exact.x, best, 1e-8); // ‖g‖/μ
        }
    }

    // Linear convergence would take as long from 10⁻⁶ to 10⁻¹² as it took to 10⁻⁶.
    void bfgsConvergesSuperlinearly() {
        VectorXd curvature(6);
        curvature << 1.0, 10.0, 50.0, 200.0, 1e3, 1e4;
        const Objective quadratic = [&](const VectorXd& x, VectorXd& gradient) {
            gradient = curvature.cwiseProduct(x);
            return 0.5 * gradient.dot(x);
        };
        const auto iterations = [&](double tolerance) {
            const auto result =
                minimizeBfgs(quadratic, VectorXd::Ones(6),
                             {.gradientTolerance = tolerance, .decreaseTolerance = 0.0});
            return result.ending == Ending::gradientTolerance ? result.iterations : -1000;
        };
        const int some = iterations(1e-6), all = iterations(1e-12);
        QVERIFY2(some > 12 && all > some && all < some + 8,
                 qPrintable(QString("%1 and %2").arg(some).arg(all)));
    }

    void theValueNeverRises() {
        const Objective quartic = [](const VectorXd& x, VectorXd& gradient) {
            gradient = 4.0 * x.array().cube();
            return x.array().square().square().sum();
        };
        for (const Minimize minimize : methods) {
            double last = std::numeric_limits<double>::infinity();
            for (int iterations = 0; iterations < 30; ++iterations) {
                const double value = minimize(quartic, VectorXd::LinSpaced(5, -2.0, 3.0),
                                              {.maximumIterations = iterations})
                                         .value;
                QVERIFY(value <= last);
                last = value;
            }
        }
    }

    void anEndIsTold() {
        const Objective square = [](const VectorXd& x, VectorXd& gradient) {
            gradient = 2.0 * x;
            return x.squaredNorm();
        };
        for (const Minimize minimize : methods) {
            const auto gaveUp =
                minimize(square, VectorXd::Ones(2), {.giveUp = [] { return true; }});
            QCOMPARE(gaveUp.iterations, 0);
            QCOMPARE(gaveUp.ending, Ending::gaveUp);
            QVERIFY(!gaveUp.converged());
            int evaluations = 0;
            const auto stopped = minimize(rosenbrock(evaluations), VectorXd::Constant(10, -1.0),
                                          {.maximumEvaluations = 12});
            QCOMPARE(stopped.ending, Ending::maximumEvaluations);
            QVERIFY(evaluations >= 12 && evaluations < 12 + 10);
            const auto few = minimize(rosenbrock(evaluations), VectorXd::Constant(10, -1.0),
                                      {.maximumIterations = 3});
            QCOMPARE(few.ending, Ending::maximumIterations);
            QCOMPARE(few.iterations, 3);
        }
    }

    void aStartOutsideTheDomainIsRefused() {
        const Objective logarithm = [](const VectorXd& x, VectorXd& gradient) {
            gradient = x.cwiseInverse();
            return std::log(x[0]);
        };
        for (const Minimize minimize : methods)
            QVERIFY_EXCEPTION_THROWN(minimize(logarithm, -VectorXd::Ones(1), {}), NumericalError);
    }
};

REGISTER_TEST(QuasiNewtonTest)
#include "quasi_newton_test.moc"
