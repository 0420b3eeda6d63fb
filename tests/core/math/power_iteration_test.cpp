#include <cmath>

#include <QtTest>

#include "core/autodiff/gradient.h"
#include "core/autodiff/operations.h"
#include "core/autodiff/program.h"
#include "core/math/decompositions.h"
#include "core/math/power_iteration.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 31;

/// Q diag(values) Qᵀ with a random orthogonal Q.
MatrixXd symmetricWith(const VectorXd& values) {
    MatrixXd normal(values.size(), values.size());
    RandomStream({.seed = seed, .purpose = "power iteration test"})
        .fillNormal({normal.data(), static_cast<std::size_t>(normal.size())});
    const MatrixXd q = thinQr(normal).q;
    return q * values.asDiagonal() * q.transpose();
}

auto productWith(const MatrixXd& h) {
    return [&h](const VectorXd& v, VectorXd& result) { result = h * v; };
}

} // namespace

class PowerIterationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsTheLargestEigenvalue() {
        const MatrixXd h = symmetricWith(VectorXd::LinSpaced(30, -3.0, 7.0));
        const auto result = largestEigenvalue(productWith(h), 30, {.tolerance = 1e-8});
        QVERIFY(result.converged);
        expectNear(result.value, 7.0, 1e-12);
        expectNear(h * result.vector, 7.0 * result.vector, 1e-7);
        expectNear(result.vector.norm(), 1.0, 1e-14);
    }

    void theLargestAndNotTheOneOfLargestMagnitude() {
        const MatrixXd h = symmetricWith(VectorXd::LinSpaced(20, -9.0, 2.0));
        const auto result =
            largestEigenvalue(productWith(h), 20, {.tolerance = 1e-7, .maximumIterations = 5000});
        QVERIFY(result.converged);
        expectNear(result.value, 2.0, 1e-9);
        const auto negative =
            largestEigenvalue(productWith(MatrixXd(-h - 5.0 * MatrixXd::Identity(20, 20))), 20,
                              {.tolerance = 1e-7, .maximumIterations = 5000});
        expectNear(negative.value, 4.0, 1e-9);
    }

    // λ may move by less than a thousandth a step while v is still far from its eigenvector.
    void closeEigenvaluesTakeTheirTime() {
        VectorXd values = VectorXd::LinSpaced(50, 0.0, 1.0);
        values[49] = 1.02;
        const MatrixXd h = symmetricWith(values);
        const auto result = largestEigenvalue(productWith(h), 50, {.tolerance = 1e-4});
        QVERIFY(result.converged);
        QVERIFY2(result.iterations > 50, qPrintable(QString::number(result.iterations)));
        QVERIFY(result.residual <= 1e-4 * result.value);
        expectNear(result.value, 1.02, 1e-6);
    }

    // The sharpness of a recorded loss, against all eigenvalues of its Hessian.
    void worksOnHessianProductsOfAProgram() {
        using namespace autodiff;
        constexpr Index samples = 40, width = 12;
        RandomStream stream({.seed = seed, .purpose = "power iteration test", .index = 1});
        std::vector<double> numbers(samples * width);
        stream.fillNormal(numbers);
        Graph<double> graph;
        const auto w = graph.input({width, 1}), v = graph.input({width, 1});
        const auto z = matmul(graph.constant({samples, width}, numbers), w);
        const auto loss = mean(softplus(z)) + 0.05 * sum(square(w));
        const auto image = hessianProduct(loss, w, v);
        Program<double> program(graph, {image});
        stream.fillNormal(program.value(w), 0.3);
        const auto product = [&](const VectorXd& direction, VectorXd& result) {
            program.vector(v) = direction;
            program.run();
            result = program.vector(image);
        };
        MatrixXd hessian(width, width);
        VectorXd column(width);
        for (Index i = 0; i < width; ++i) {
            product(VectorXd::Unit(width, i), column);
            hessian.col(i) = column;
        }
        const auto result = largestEigenvalue(product, width, {.tolerance = 1e-6});
        expectNear(result.value, symmetricEigenvalues(hessian)[width - 1], 1e-10);
    }

    void zeroHasTheEigenvalueZero() {
        const auto result = largestEigenvalue([](const VectorXd&, VectorXd& r) { r.setZero(); }, 4);
        QVERIFY(result.converged);
        QCOMPARE(result.value, 0.0);
    }

    void tooFewIterationsAndNanAreNotConverged() {
        const MatrixXd h = symmetricWith(VectorXd::LinSpaced(30, 0.0, 1.0));
        QVERIFY(!largestEigenvalue(productWith(h), 30, {.tolerance = 1e-9, .maximumIterations = 5})
                     .converged);
        const auto result =
            largestEigenvalue([](const VectorXd&, VectorXd& r) { r.setConstant(std::nan("")); }, 3);
        QVERIFY(!result.converged);
        QVERIFY(std::isnan(result.value));
    }
};

REGISTER_TEST(PowerIterationTest)
#include "power_iteration_test.moc"
