// Rules on functions whose integrals are known.

#include <cmath>
#include <functional>

#include <QtTest>

#include "core/control/quadrature_rules.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::control;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

double sum(const VectorXd& weights, double T, const std::function<double(double)>& f) {
    const VectorXd nodes = evenNodes(weights.size(), T);
    double total = 0.0;
    for (Index n = 0; n < nodes.size(); ++n)
        total += weights[n] * f(nodes[n]);
    return total;
}

} // namespace

class QuadratureRulesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rulesAreExactUpToTheirDegree() {
        constexpr double T = 0.8;
        for (const Index N : {3, 5, 9}) {
            expectNear(sum(leftRule(N, T), T, [](double) { return 3.0; }), 3.0 * T, 1e-14);
            expectNear(sum(trapezoidalRule(N, T), T, [](double t) { return 1.0 - 2.0 * t; }),
                       T - T * T, 1e-14);
            expectNear(sum(simpsonRule(N, T), T, [](double t) { return t * t * t - t * t; }),
                       std::pow(T, 4) / 4.0 - std::pow(T, 3) / 3.0, 1e-14);
        }
    }

    void theErrorOfTheTrapezoidIsThatOfEulerAndMaclaurin() {
        constexpr double T = 0.5;
        for (const Index N : {5, 9, 17}) {
            const double h = T / static_cast<double>(N - 1);
            const double error =
                sum(trapezoidalRule(N, T), T, [](double t) { return std::exp(t); }) -
                (std::exp(T) - 1.0);
            const double derived = h * h / 12.0 * (std::exp(T) - 1.0);
            expectNear(error / derived, 1.0, h * h / 60.0 * 1.01); // the next term is −h²/60 of it
        }
    }

    void jitterTakesTheOrderFromASmoothKernel() {
        constexpr double T = 0.1;
        constexpr Index N = 15;
        const MaternKernel kernel(3.5, 0.3);
        const VectorXd nodes = evenNodes(N, T);
        const auto weights = [&](double variance) {
            return bayesianQuadrature(JitteredKernel(kernel, variance), nodes, T).weights;
        };
        expectNear(weights(0.0), bayesianQuadrature(kernel, nodes, T).weights, 0.0);
        const auto error = [&](double variance) {
            return std::abs(sum(weights(variance), T, [](double t) { return std::exp(3.0 * t); }) -
                            (std::exp(3.0 * T) - 1.0) / 3.0);
        };
        QVERIFY(error(1e-8) > 5.0 * error(0.0));
        expectNear(weights(1e12), VectorXd::Zero(N), 1e-12); // such samples say nothing
    }

    void refusesWhatItCannotDo() {
        expectRefusal([] { return trapezoidalRule(1, 1.0); }, "1 nodes", "at least 2");
        expectRefusal([] { return leftRule(5, 0.0); }, "length 0");
        expectRefusal([] { return evenNodes(5, std::nan("")); }, "length nan");
        expectRefusal([] { return simpsonRule(4, 1.0); }, "4 nodes", "odd");
        const MaternKernel kernel(0.5, 1.0);
        expectRefusal([&] { return JitteredKernel(kernel, -1e-9); }, "jitter of -1e-09");
    }
};

REGISTER_TEST(QuadratureRulesTest)
#include "quadrature_rules_test.moc"
