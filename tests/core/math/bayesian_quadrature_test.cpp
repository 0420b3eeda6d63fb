// Weights and variances against integrals by Gauss–Legendre and against what a kernel's own
// functions, which the rule integrates exactly, say.

#include <array>
#include <cmath>
#include <functional>
#include <stdexcept>

#include <QtTest>

#include "core/error.h"
#include "core/math/bayesian_quadrature.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

/// Composite Gauss–Legendre with five points on 40 pieces.
double integral(const std::function<double(double)>& f, double from, double to) {
    constexpr std::array<double, 3> nodes{0.0, 0.5384693101056831, 0.9061798459386640};
    constexpr std::array<double, 3> weights{0.5688888888888889, 0.4786286704993665,
                                            0.2369268850561891};
    constexpr int pieces = 40;
    const double half = 0.5 * (to - from) / pieces;
    double sum = 0.0;
    for (int i = 0; i < pieces; ++i) {
        const double middle = from + (2 * i + 1) * half;
        sum += weights[0] * f(middle);
        for (std::size_t k = 1; k < 3; ++k)
            sum += weights[k] * (f(middle - half * nodes[k]) + f(middle + half * nodes[k]));
    }
    return half * sum;
}

double covariance(const QuadratureKernel& kernel, double s, double t) {
    return static_cast<double>(kernel.covariance(s, t));
}

VectorXd evenly(Index count, double T) {
    return VectorXd::LinSpaced(count, 0.0, T);
}

/// ∫₀ᵀ e^t cos 3t dt by a rule, and exactly.
double errorOnASmoothFunction(const VectorXd& weights, const VectorXd& nodes, double T) {
    const double exact = (std::exp(T) * (std::cos(3.0 * T) + 3.0 * std::sin(3.0 * T)) - 1.0) / 10.0;
    return std::abs((nodes.array().exp() * (3.0 * nodes.array()).cos()).matrix().dot(weights) -
                    exact);
}

} // namespace

class BayesianQuadratureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void maternKernelsAreTheirFormulas() {
        constexpr double length = 0.7, r = 0.4;
        const auto k = [&](double nu) {
            return covariance(MaternKernel(nu, length), 0.1, 0.1 + r);
        };
        const double u1 = r / length, u3 = std::sqrt(3.0) * u1, u5 = std::sqrt(5.0) * u1,
                     u7 = std::sqrt(7.0) * u1;
        expectNear(k(0.5), std::exp(-u1), 1e-15);
        expectNear(k(1.5), std::exp(-u3) * (1.0 + u3), 1e-15);
        expectNear(k(2.5), std::exp(-u5) * (1.0 + u5 + u5 * u5 / 3.0), 1e-15);
        expectNear(k(3.5), std::exp(-u7) * (1.0 + u7 + 0.4 * u7 * u7 + u7 * u7 * u7 / 15.0), 1e-15);
    }

    void integralsInClosedFormAgreeWithQuadrature() {
        for (const double nu : {0.5, 1.5, 2.5, 3.5})
            for (const double length : {0.05, 0.3, 20.0}) {
                constexpr double T = 0.8, t = 0.25;
                const MaternKernel kernel(nu, length);
                const auto single = [&](double at) {
                    const auto k = [&](double s) { return covariance(kernel, s, at); };
                    return integral(k, 0.0, at) + integral(k, at, T); // the kink at s = t
                };
                expectNear(static_cast<double>(kernel.integral(t, T)), single(t), 1e-13);
                expectNear(static_cast<double>(kernel.doubleIntegral(T)), integral(single, 0.0, T),
                           1e-11);
            }
    }

    // Where αT is small, the closed forms are differences of nearly equal numbers.
    void theDoubleIntegralKeepsItsDigitsOnShortIntervals() {
        for (const double T : {1e-3, 1e-6})
            expectNear(static_cast<double>(MaternKernel(3.5, 1.0).doubleIntegral(T)) / (T * T), 1.0,
                       1e-6);
    }

    // The rule is exact for k(·, t_a), which span what it knows of f.
    void integratesTheKernelsOfItsNodes() {
        constexpr double T = 0.1;
        for (const double nu : {0.5, 1.5, 2.5, 3.5}) {
            const MaternKernel kernel(nu, 0.3);
            const VectorXd nodes = evenly(9, T);
            const QuadratureRule rule = bayesianQuadrature(kernel, nodes, T);
            for (Index a = 0; a < nodes.size(); ++a) {
                double sum = 0.0;
                for (Index n = 0; n < nodes.size(); ++n)
                    sum += rule.weights[n] * covariance(kernel, nodes[n], nodes[a]);
                expectNear(sum, static_cast<double>(kernel.integral(nodes[a], T)), 1e-13,
                           std::to_string(nu));
            }
        }
    }

    // v = ∬k − 2βᵀz + βᵀKβ is least at β: any other weights are worse in the worst case.
    void noOtherWeightsHaveASmallerWorstCase() {
        constexpr double T = 1.0;
        const MaternKernel kernel(2.5, 0.5);
        const VectorXd nodes = evenly(5, T);
        const auto worstCase = [&](const VectorXd& weights) {
            auto v = static_cast<double>(kernel.doubleIntegral(T));
            for (Index a = 0; a < nodes.size(); ++a) {
                v -= 2.0 * weights[a] * static_cast<double>(kernel.integral(nodes[a], T));
                for (Index b = 0; b < nodes.size(); ++b)
                    v += weights[a] * weights[b] * covariance(kernel, nodes[a], nodes[b]);
            }
            return v;
        };
        const QuadratureRule rule = bayesianQuadrature(kernel, nodes, T);
        expectNear(worstCase(rule.weights), rule.variance, 1e-15);
        for (Index a = 0; a < nodes.size(); ++a)
            for (const double change : {-1e-3, 1e-3})
                QVERIFY(worstCase(rule.weights + change * VectorXd::Unit(5, a)) > rule.variance);
    }

    void brownianMotionGivesTheTrapezoid() {
        constexpr double T = 0.1;
        for (const Index count : {2, 5, 15}) {
            const double h = T / static_cast<double>(count - 1);
            VectorXd trapezoid = VectorXd::Constant(count, h);
            trapezoid[0] = trapezoid[count - 1] = 0.5 * h;
            const QuadratureRule rule = bayesianQuadrature(WienerKernel(1e2), evenly(count, T), T);
            expectNear(rule.weights, trapezoid, 1e-12 * h);
            // Between nodes there is a Brownian bridge, whose integral has the variance h³/12.
            expectNear(rule.variance, static_cast<double>(count - 1) * h * h * h / 12.0,
                       1e-9 * rule.variance);
        }
    }

    void smoothKernelsHaveHigherOrder() {
        constexpr double T = 1.0;
        for (const double nu : {1.5, 2.5, 3.5}) {
            std::vector<double> intervals, errors, deviations;
            for (Index count = 5; count <= 17; count += 4) {
                const QuadratureRule rule =
                    bayesianQuadrature(MaternKernel(nu, 1.0), evenly(count, T), T);
                intervals.push_back(static_cast<double>(count - 1));
                errors.push_back(errorOnASmoothFunction(rule.weights, evenly(count, T), T));
                deviations.push_back(std::sqrt(rule.variance));
            }
            const double worst = fitLogLog(intervals, deviations).slope;
            QVERIFY2(worst <= -(nu + 0.5) + 0.1, qPrintable(QString::number(worst)));
            const double smooth = fitLogLog(intervals, errors).slope;
            QVERIFY2(smooth <= -(nu + 0.5), qPrintable(QString::number(smooth)));
        }
    }

    // 41 evenly spaced nodes in a third of a length scale: K has condition numbers beyond 10¹⁶. The
    // error on f is at most √v times its norm, which for a constant on a short interval is about 1.
    void manyNodesInAShortWindowKeepTheirPromise() {
        constexpr double T = 0.1;
        for (const Index count : {9, 15, 21, 41}) {
            const QuadratureRule rule =
                bayesianQuadrature(MaternKernel(3.5, 0.3), evenly(count, T), T);
            const double bound = std::sqrt(rule.variance) + 1e-10;
            expectNear(rule.weights.sum(), T, 1.5 * bound, std::to_string(count));
            QVERIFY(errorOnASmoothFunction(rule.weights, evenly(count, T), T) < 10.0 * bound);
        }
    }

    // The rule is the integral of the process's mean, and the mean goes through the samples, where
    // nothing is left to doubt.
    void theMeanOfTheProcessIntegratesToTheRule() {
        constexpr double T = 0.7;
        const VectorXd nodes = evenly(6, T);
        const VectorXd values = (3.0 * nodes.array()).sin() + 2.0;
        for (const double nu : {0.5, 2.5, 3.5}) {
            const MaternKernel kernel(nu, 0.4);
            const auto at = [&](double t) {
                return posteriorProcess(kernel, nodes, values, VectorXd::Constant(1, t));
            };
            const auto mean = [&](double t) { return at(t).mean[0]; };
            double whole = 0.0; // from node to node: there the mean has kinks
            for (Index n = 1; n < nodes.size(); ++n)
                whole += integral(mean, nodes[n - 1], nodes[n]);
            expectNear(bayesianQuadrature(kernel, nodes, T).weights.dot(values), whole, 1e-12);
            const PosteriorProcess there = posteriorProcess(kernel, nodes, values, nodes);
            expectNear(there.mean, values, 1e-12);
            expectNear(there.deviation, VectorXd::Zero(6), 1e-7);
            QVERIFY(at(0.07).deviation[0] > 1e-5);
        }
    }

    void brownianMotionConnectsTheSamplesByLines() {
        VectorXd values(3), middle(2);
        values << 1.0, 3.0, 2.0;
        middle << 0.25, 0.75;
        const PosteriorProcess between =
            posteriorProcess(WienerKernel(1e3), evenly(3, 1.0), values, middle);
        expectNear(between.mean, Eigen::Vector2d(2.0, 2.5), 1e-12);
        // A bridge of length ½ has variance ⅛ in its middle, times the amplitude.
        expectNear(between.deviation[0], between.deviation[1], 1e-12);
        QVERIFY_EXCEPTION_THROWN(
            posteriorProcess(WienerKernel(1.0), evenly(3, 1.0), middle, middle), std::logic_error);
    }

    void refusesWhatItCannotDo() {
        const MaternKernel kernel(2.5, 1.0);
        expectRefusal([] { return MaternKernel(1.0, 1.0); }, "smoothness 1", "3.5");
        expectRefusal([] { return MaternKernel(0.5, 0.0); }, "length scale of 0");
        expectRefusal([] { return WienerKernel(-1.0); }, "-1");
        expectRefusal([&] { return bayesianQuadrature(kernel, {}, 1.0); }, "at least one node");
        expectRefusal([&] { return bayesianQuadrature(kernel, evenly(3, 2.0), 1.0); }, "Node 2",
                      "lies at 2");
        expectRefusal([&] { return bayesianQuadrature(kernel, evenly(3, 1.0), std::nan("")); },
                      "nan");
        VectorXd close(3);
        close << 0.0, 1e-9, 2e-9; // the same node three times, to a smooth kernel
        QVERIFY_EXCEPTION_THROWN(bayesianQuadrature(MaternKernel(3.5, 1e9), close, 1.0),
                                 NumericalError);
    }
};

REGISTER_TEST(BayesianQuadratureTest)
#include "bayesian_quadrature_test.moc"
