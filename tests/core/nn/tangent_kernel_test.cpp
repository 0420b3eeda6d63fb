#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/error.h"
#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/nn/tangent_kernel.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

TangentNetwork small(TangentActivation activation, TangentScaling scaling) {
    return {.inputs = 2,
            .width = 7,
            .depth = 2,
            .beta = 0.4,
            .activation = activation,
            .scaling = scaling};
}

} // namespace

class TangentKernelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// With targets f(x) − e_i the gradient of the loss is that of f(x_i): against central
    /// differences, and Θ against the products of these.
    void kernelIsTheProductOfJacobians() {
        for (const auto activation : {TangentActivation::relu, TangentActivation::erf,
                                      TangentActivation::tanh, TangentActivation::polynomial})
            for (const auto scaling :
                 {TangentScaling::tangent, TangentScaling::standard, TangentScaling::meanField}) {
                const TangentNetwork network = small(activation, scaling);
                const Eigen::MatrixXd x = circlePoints(5);
                const Eigen::VectorXd y = x.col(0).cwiseProduct(x.col(1));
                TangentProgram plain(network, x, y);
                Eigen::VectorXd theta = initialTangentParameters(network, 3, 0);
                plain.bind(theta);
                plain.run();
                const Eigen::VectorXd values = plain.values();
                Eigen::MatrixXd jacobian(5, theta.size());
                for (Eigen::Index i = 0; i < 5; ++i) {
                    TangentProgram program(network, x, values - Eigen::VectorXd::Unit(5, i));
                    program.bind(theta);
                    program.run();
                    const Eigen::VectorXd slope = program.gradient();
                    const auto value = [&] {
                        program.run();
                        return program.values()[i];
                    };
                    const GradientCheck check = checkGradient(value, theta, slope, {.step = 1e-5});
                    expectNear(check.relativeError(), 0.0, 1e-8, check.text());
                    jacobian.row(i) = slope.transpose();
                }
                const Eigen::MatrixXd expected = jacobian * jacobian.transpose();
                expectNear(plain.kernel(), expected, 1e-12 * expected.norm());
                const Eigen::VectorXd slope = jacobian.transpose() * (values - y);
                expectNear(plain.gradient(), slope, 1e-12 * slope.norm());
            }
    }

    /// E z^{2k} = (2k − 1)!!.
    void quadratureIntegratesMoments() {
        const NormalQuadrature rule = normalQuadrature(64);
        double expected = 1.0;
        for (int k = 1; k <= 10; ++k) {
            expected *= 2 * k - 1;
            const double found = (rule.weights.array() * rule.nodes.array().pow(2 * k)).sum();
            expectNear(found / expected, 1.0, 1e-11);
        }
    }

    /// Closed form for erf (Williams 1997): E erf(u) erf(v) = (2/π) asin(2c/√((1+2q)(1+2r))), and
    /// its derivative in c is E erf'(u) erf'(v).
    void erfKernelIsTheArcSine() {
        const TangentNetwork network{
            .inputs = 2, .depth = 1, .beta = 0.3, .activation = TangentActivation::erf};
        const Eigen::MatrixXd x = circlePoints(6);
        const LimitKernels kernels = limitKernels(network, x);
        for (Eigen::Index i = 0; i < 6; ++i)
            for (Eigen::Index j = 0; j < 6; ++j) {
                const double q = 0.5 + 0.09, c = x.row(i).dot(x.row(j)) / 2.0 + 0.09;
                const double ratio = 2.0 * c / (1.0 + 2.0 * q);
                const double value = 2.0 / std::numbers::pi * std::asin(ratio) + 0.09;
                const double slope = 4.0 / std::numbers::pi /
                                     std::sqrt((1.0 + 2.0 * q) * (1.0 + 2.0 * q) - 4.0 * c * c);
                expectNear(kernels.process(i, j), value, 1e-12);
                expectNear(kernels.tangent(i, j), c * slope + value, 1e-12);
            }
    }

    /// The mean over many networks, against the limit.
    void meanOfEmpiricalKernelsIsTheLimit() {
        for (const auto activation : {TangentActivation::relu, TangentActivation::polynomial}) {
            const TangentNetwork network{.width = 200, .depth = 2, .activation = activation};
            const Eigen::MatrixXd x = circlePoints(4);
            const Eigen::MatrixXd limit = limitKernels(network, x).tangent;
            TangentProgram program(network, x, Eigen::VectorXd::Zero(4));
            Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(4, 4);
            constexpr int networks = 200;
            for (std::uint64_t i = 0; i < networks; ++i) {
                const Eigen::VectorXd theta = initialTangentParameters(network, 9, i);
                program.bind(theta);
                program.run();
                mean += program.kernel() / networks;
            }
            // A kernel scatters by about 15 % at this width, the mean of 200 by about 1 %.
            expectNear(mean, limit, 0.05 * limit.norm());
        }
    }

    /// Degree 2 twice gives degree 4 on the circle: 9 harmonics, so 10 points are too many.
    void polynomialKernelHasRankNine() {
        const TangentNetwork network{.depth = 2, .activation = TangentActivation::polynomial};
        const auto smallest = [&](Eigen::Index points) {
            const auto eigenvalues =
                symmetricEigenvalues(limitKernels(network, circlePoints(points)).tangent);
            return eigenvalues[0] / eigenvalues[points - 1];
        };
        QVERIFY(smallest(9) > 1e-6);
        expectNear(smallest(10), 0.0, 1e-12);
    }

    void unknownActivationIsRefused() {
        expectRefusal([&] { (void)tangentActivation("step"); }, "'step'", "polynomial");
    }
};

REGISTER_TEST(TangentKernelTest)
#include "tangent_kernel_test.moc"
