// Linear solvers against Cholesky's; hypergradients against central differences of the upper loss
// at lower problems that were solved to rounding.

#include <cmath>

#include <QtTest>

#include "core/autodiff/operations.h"
#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/nn/layers.h"
#include "core/nn/recurrent.h"
#include "core/optim/hypergradient.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 61;

VectorXd normal(Eigen::Index size, std::uint64_t index, double deviation = 1.0) {
    VectorXd x(size);
    RandomStream({.seed = seed, .purpose = "hypergradient test", .index = index})
        .fillNormal({x.data(), static_cast<std::size_t>(size)}, deviation);
    return x;
}
std::vector<double> numbers(Eigen::Index size, std::uint64_t index) {
    const VectorXd x = normal(size, index);
    return {x.begin(), x.end()};
}

/// With eigenvalues from 1 to 4, evenly.
MatrixXd positive(Eigen::Index n) {
    const MatrixXd q = thinQr(normal(n * n, 1).reshaped(n, n)).q;
    return q * VectorXd::LinSpaced(n, 1.0, 4.0).asDiagonal() * q.transpose();
}

SymmetricProduct<double> productWith(const MatrixXd& h) {
    return [h](const VectorXd& v, VectorXd& result) { result = h * v; };
}

VectorXd byConjugateGradients(const SymmetricProduct<double>& hessian, const VectorXd& right) {
    const auto solved = conjugateGradients<double>(hessian, right, {.tolerance = 1e-13});
    return solved.z;
}

/// y*(x) by Newton's method with conjugate gradients, from the y that is set.
VectorXd solveLower(BilevelProgram<double>& problem, VectorXd y) {
    for (int step = 0; step < 30; ++step) {
        problem.setY(y);
        const VectorXd slope = problem.lower().byY;
        if (slope.norm() < 1e-13)
            break;
        y -= byConjugateGradients(problem.hessian(), slope);
    }
    problem.setY(y);
    return y;
}

/// Compares the hypergradient with central differences of Φ, each at its own y*.
void compareWithDifferences(BilevelProgram<double>& problem, VectorXd x, const VectorXd& y0,
                            double tolerance, std::span<const std::size_t> entries = {}) {
    problem.setX(x);
    const VectorXd y = solveLower(problem, y0);
    const VectorXd slope = hypergradient<double>(problem, byConjugateGradients);
    const auto value = [&] {
        problem.setX(x);
        solveLower(problem, y);
        return problem.upper().value;
    };
    const GradientCheck check = checkGradient(value, x, slope, {.step = 1e-5, .entries = entries});
    QVERIFY2(check.relativeError() < tolerance, check.text().c_str());
}

} // namespace

class HypergradientTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conjugateGradientsSolve() {
        const MatrixXd h = positive(12);
        const VectorXd b = normal(12, 2), expected = *solvePositiveDefinite(h, b);
        const auto solved = conjugateGradients<double>(productWith(h), b, {.tolerance = 1e-12});
        QVERIFY(solved.converged);
        QVERIFY(solved.iterations <= 13); // 12 different eigenvalues
        expectNear(solved.z, expected, 1e-11);
        expectNear((b - h * solved.z).norm() / b.norm(), solved.relativeResidual, 1e-13);
        const auto warm =
            conjugateGradients<double>(productWith(h), b, {.tolerance = 1e-12}, expected);
        QCOMPARE(warm.iterations, 0);
        QCOMPARE(conjugateGradients<double>(productWith(h), VectorXd::Zero(12)).iterations, 0);
    }

    void theErrorFallsWithTheRootOfTheCondition() {
        const MatrixXd h = positive(100); // κ = 4: (√κ − 1)/(√κ + 1) = ⅓
        const VectorXd b = normal(100, 3), exact = *solvePositiveDefinite(h, b);
        const double start = std::sqrt(exact.dot(h * exact));
        for (const int k : {3, 6, 12}) {
            const VectorXd error =
                conjugateGradients<double>(productWith(h), b, {.maximumIterations = k}).z - exact;
            QVERIFY(std::sqrt(error.dot(h * error)) <= 2.0 * std::pow(1.0 / 3.0, k) * start);
        }
    }

    void indefiniteAndUndefinedMatricesAreNotSolved() {
        MatrixXd h = MatrixXd::Identity(3, 3);
        h(2, 2) = -1.0;
        QVERIFY(!conjugateGradients<double>(productWith(h), VectorXd::Ones(3)).converged);
        h(2, 2) = std::nan("");
        QVERIFY(!conjugateGradients<double>(productWith(h), VectorXd::Ones(3)).converged);
        QVERIFY(!conjugateGradients<double>(productWith(MatrixXd::Identity(2, 2)),
                                            VectorXd::Constant(2, std::nan("")))
                     .converged);
    }

    // In the basis of eigenvectors: (1 − (1 − νλ)^{Q+1})/λ.
    void neumannSeriesInvertUpToTheirRemainder() {
        constexpr Eigen::Index n = 8;
        const VectorXd lambda = VectorXd::LinSpaced(n, 0.5, 4.0), b = normal(n, 4);
        const MatrixXd h = lambda.asDiagonal();
        constexpr double nu = 0.3;
        for (const int terms : {0, 1, 10, 300}) {
            const VectorXd expected =
                b.array() / lambda.array() * (1.0 - (1.0 - nu * lambda.array()).pow(terms + 1));
            expectNear(neumannSolve<double>(productWith(h), b, nu, terms), expected, 1e-13);
        }
    }

    // The cosh problem of Hao, Gong and Liu (2024): g = ½yᵀHy − yᵀBx, f = Σ(cosh x − 1) +
    // Σ ln cosh(y − c), ∇Φ = sinh x + BᵀH⁻¹ tanh(y* − c).
    void agreesWithTheClosedFormOfTheCoshProblem() {
        constexpr Index d = 10;
        const MatrixXd h = positive(d);
        const VectorXd c = normal(d, 5), x0 = normal(d, 6);
        const MatrixXd b = normal(d * d, 7).reshaped(d, d) / std::sqrt(10.0);
        const auto rowMajor = [](const MatrixXd& m) {
            const MatrixXd t = m.transpose();
            return std::vector<double>(t.data(), t.data() + t.size());
        };
        Graph<double> graph;
        const auto x = graph.input({d, 1}), y = graph.input({d, 1});
        const auto H = graph.constant({d, d}, rowMajor(h)), B = graph.constant({d, d}, rowMajor(b));
        const auto offset = y - graph.constant({d, 1}, {c.begin(), c.end()});
        // ln cosh u = softplus(2u) − u − ln 2.
        const auto upper = sum(0.5 * (exp(x) + exp(-x)) - 1.0) +
                           sum(softplus(2.0 * offset) - offset - std::log(2.0));
        const auto lower = 0.5 * dot(y, matmul(H, y)) - dot(y, matmul(B, x));
        BilevelProgram<double> problem(upper, lower, x, y);
        const VectorXd best = *solvePositiveDefinite(h, b * x0);
        problem.setX(x0);
        problem.setY(best);
        const VectorXd expected =
            x0.array().sinh().matrix() +
            b.transpose() * *solvePositiveDefinite(h, (best - c).array().tanh().matrix());
        expectNear(hypergradient<double>(problem, byConjugateGradients), expected, 1e-11);
        const auto byNeumann = [](const SymmetricProduct<double>& hessian, const VectorXd& right) {
            return neumannSolve<double>(hessian, right, 0.25, 200);
        };
        expectNear(hypergradient<double>(problem, byNeumann), expected, 1e-11);
        expectNear(problem.lower().byY, VectorXd::Zero(d), 1e-13);
        VectorXd product(d);
        problem.hessianProduct(c, product);
        expectNear(product, h * c, 1e-13);
        expectNear(problem.mixedProduct(c), -b.transpose() * c, 1e-13);
    }

    // Scores of training lines, σ(xᵢ), that the validation loss of a ridge classifier depends on.
    void weightsOfSamplesAreDifferentiatedThroughTheirClassifier() {
        constexpr Index n = 12, features = 5, classes = 3;
        Graph<double> graph;
        const auto x = graph.input({n}), y = graph.input({features, classes});
        const auto labels = graph.indexInput({n}), held = graph.indexInput({n});
        const auto train = graph.constant({n, features}, numbers(n * features, 8));
        const auto validation = graph.constant({n, features}, numbers(n * features, 9));
        const auto lower =
            mean(sigmoid(x) * crossEntropy(matmul(train, y), labels)) + 0.05 * sum(square(y));
        const auto upper = mean(crossEntropy(matmul(validation, y), held));
        BilevelProgram<double> problem(upper, lower, x, y);
        const std::vector<std::int32_t> some{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2},
            others{2, 1, 0, 0, 1, 1, 2, 2, 0, 1, 0, 2};
        problem.set(labels, some);
        problem.set(held, others);
        compareWithDifferences(problem, normal(n, 10), VectorXd::Zero(features * classes), 1e-6);
    }

    // The encoder is a recurrent network, the lower problem the head on the mean of its states.
    void recurrentNetworksAreDifferentiatedThroughTime() {
        constexpr Index batch = 6, length = 7, inputs = 3, width = 4;
        ParameterLayout layout;
        const GatedRecurrentUnit cell(layout, "encoder", inputs, width);
        Graph<double> graph;
        const auto x = graph.input({layout.size()}), y = graph.input({width, 1});
        const auto loss = [&](std::uint64_t index) {
            auto h = graph.constant({batch, width}, 0.0), total = h;
            for (Index t = 0; t < length; ++t) {
                const auto input =
                    graph.constant({batch, inputs},
                                   numbers(batch * inputs, index + static_cast<std::uint64_t>(t)));
                h = cell(x, input, h);
                total = total + h;
            }
            const auto target = graph.constant({batch, 1}, numbers(batch, index + 90));
            return mean(square(matmul(total / static_cast<double>(length), y) - target));
        };
        const auto lower = loss(100) + 0.05 * sum(square(y)), upper = loss(300);
        BilevelProgram<double> problem(upper, lower, x, y);
        const std::vector<std::size_t> entries{0, 3, 17, 28, 40, 61, 75, 95};
        QVERIFY(layout.size() > 95);
        compareWithDifferences(problem, normal(layout.size(), 11, 0.5), VectorXd::Zero(width), 1e-6,
                               entries);
    }

    // A head behind tanh on its own previous output: the recurrence is in the lower problem, so
    // that its Hessian goes through time too.
    void theRecurrenceMayBeInTheLowerProblem() {
        constexpr Index batch = 5, length = 6, width = 3;
        Graph<double> graph;
        const auto x = graph.input({width, width}), y = graph.input({width, width});
        const auto states = [&](std::uint64_t index) {
            auto h = graph.constant({batch, width}, 0.0);
            for (Index t = 0; t < length; ++t) {
                const auto input = graph.constant(
                    {batch, width}, numbers(batch * width, index + static_cast<std::uint64_t>(t)));
                h = tanh(matmul(input, x) + matmul(h, y));
            }
            return h;
        };
        const auto target = graph.constant({batch, width}, numbers(batch * width, 400));
        const auto lower = mean(square(states(410) - target)) + 2.0 * sum(square(y));
        const auto upper = mean(square(states(430) - target)) + 0.1 * sum(square(y));
        BilevelProgram<double> problem(upper, lower, x, y);
        compareWithDifferences(problem, normal(width * width, 12, 0.5),
                               VectorXd::Zero(width * width), 1e-6);
    }

    void leavesHaveTheirLengths() {
        Graph<double> graph;
        const auto x = graph.input({2}), y = graph.input({3});
        BilevelProgram<double> problem(sum(square(y)) + sum(x), sum(square(y)) * sum(x), x, y);
        QVERIFY_EXCEPTION_THROWN(problem.setY(VectorXd::Zero(2)), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(BilevelProgram<double>(y, sum(y), x, y), std::logic_error);
    }
};

REGISTER_TEST(HypergradientTest)
#include "hypergradient_test.moc"
