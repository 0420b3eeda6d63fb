#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/error.h"
#include "core/math/decompositions.h"
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
    /// Θ and the gradient against the Jacobian by central differences of f.
    void kernelIsTheProductOfJacobians() {
        for (const auto activation : {TangentActivation::relu, TangentActivation::erf,
                                      TangentActivation::tanh, TangentActivation::polynomial})
            for (const auto scaling :
                 {TangentScaling::tangent, TangentScaling::standard, TangentScaling::meanField}) {
                const TangentNetwork network = small(activation, scaling);
                const Eigen::MatrixXd x = circlePoints(5);
                const Eigen::VectorXd y = x.col(0).cwiseProduct(x.col(1));
                TangentProgram program(network, x, y);
                Eigen::VectorXd theta = initialTangentParameters(network, 3, 0);
                program.bind(theta);
                Eigen::MatrixXd jacobian(5, theta.size());
                constexpr double h = 1e-5;
                for (Eigen::Index p = 0; p < theta.size(); ++p) {
                    const double kept = theta[p];
                    theta[p] = kept + h;
                    program.run();
                    jacobian.col(p) = program.values();
                    theta[p] = kept - h;
                    program.run();
                    jacobian.col(p) = (jacobian.col(p) - program.values()) / (2.0 * h);
                    theta[p] = kept;
                }
                program.run();
                const Eigen::MatrixXd expected = jacobian * jacobian.transpose();
                expectNear(program.kernel(), expected, 1e-7 * expected.norm());
                const Eigen::VectorXd slope = jacobian.transpose() * (program.values() - y);
                expectNear(program.gradient(), slope, 1e-7 * slope.norm());
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
        QVERIFY_THROWS_EXCEPTION(InputError, (void)tangentActivation("step"));
    }
};

REGISTER_TEST(TangentKernelTest)
#include "tangent_kernel_test.moc"
