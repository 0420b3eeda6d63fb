// Blocks of core/math at the sizes of those who use them.

#include <benchmark/benchmark.h>

#include "core/math/bayesian_quadrature.h"
#include "core/math/decompositions.h"
#include "core/math/matrix_equations.h"
#include "core/math/matrix_exponential.h"
#include "core/math/ode.h"
#include "core/math/power_iteration.h"
#include "core/math/principal_components.h"
#include "core/math/random.h"
#include "core/math/roc.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd normal(Index rows, Index columns) {
    MatrixXd numbers(rows, columns);
    RandomStream({.seed = 0, .purpose = "benchmark"})
        .fillNormal({numbers.data(), static_cast<std::size_t>(numbers.size())});
    return numbers;
}

MatrixXd positive(Index n) {
    const MatrixXd x = normal(n, n);
    return x * x.transpose() + MatrixXd::Identity(n, n);
}

/// A gradient of a layer, to start a low-rank adapter of rank 4 from.
void exactSvd(benchmark::State& state) {
    const MatrixXd m = normal(state.range(0), state.range(1));
    for (auto _ : state)
        benchmark::DoNotOptimize(withFixedSigns(thinSvd(m)).values.data());
}
void randomSvd(benchmark::State& state) {
    const MatrixXd m = normal(state.range(0), state.range(1));
    for (auto _ : state)
        benchmark::DoNotOptimize(randomizedSvd(m, {.columns = 16}).values.data());
}
BENCHMARK(exactSvd)->Args({128, 196})->Args({512, 512})->Unit(benchmark::kMillisecond);
BENCHMARK(randomSvd)->Args({128, 196})->Args({512, 512})->Unit(benchmark::kMillisecond);

/// Kernel sufficient dimension reduction of n samples.
void generalizedEigen(benchmark::State& state) {
    const MatrixXd a = positive(state.range(0)), b = positive(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(generalizedSymmetricEigen(a, b)->values.data());
}
BENCHMARK(generalizedEigen)->Arg(10)->Arg(200)->Arg(1000)->Unit(benchmark::kMillisecond);

/// ln S of 2 × 2 covariances, once for each response.
void logarithm(benchmark::State& state) {
    const MatrixXd s = positive(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(symmetricLogarithm(s)->data());
}
BENCHMARK(logarithm)->Arg(2)->Arg(10);

/// 5000 images of 784 pixels, 16 components.
void components(benchmark::State& state) {
    const MatrixXd x = normal(784, 5000);
    for (auto _ : state)
        benchmark::DoNotOptimize(principalComponents(x, 16).variances.data());
}
BENCHMARK(components)->Unit(benchmark::kMillisecond);

void areaUnderRoc(benchmark::State& state) {
    const VectorXd negatives = normal(state.range(0), 1),
                   positives = normal(state.range(0), 2).col(1);
    for (auto _ : state)
        benchmark::DoNotOptimize(convergence::areaUnderRoc(negatives, positives));
}
BENCHMARK(areaUnderRoc)->Arg(1000)->Arg(20000)->Unit(benchmark::kMicrosecond);

/// The weights of a rule, once a run.
void quadrature(benchmark::State& state) {
    const MaternKernel kernel(3.5, 0.3);
    const VectorXd nodes = VectorXd::LinSpaced(state.range(0), 0.0, 0.1);
    for (auto _ : state)
        benchmark::DoNotOptimize(bayesianQuadrature(kernel, nodes, 0.1).variance);
}
BENCHMARK(quadrature)->Arg(15)->Arg(33)->Unit(benchmark::kMicrosecond);

MatrixXd thirdOrder() {
    MatrixXd a(3, 3);
    a << 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, -0.1, -0.5, -0.7;
    return a;
}

void riccati(benchmark::State& state) {
    const MatrixXd a = thirdOrder(), b = MatrixXd::Identity(3, 3).col(2),
                   q = MatrixXd::Identity(3, 3), r = MatrixXd::Identity(1, 1);
    for (auto _ : state)
        benchmark::DoNotOptimize(solveRiccati(a, b, q, r).data());
}
void lyapunov(benchmark::State& state) {
    const MatrixXd a = thirdOrder(), q = MatrixXd::Identity(3, 3);
    for (auto _ : state)
        benchmark::DoNotOptimize(solveLyapunov(a, q).data());
}
void exponential(benchmark::State& state) {
    const MatrixXd a = 0.01 * thirdOrder();
    for (auto _ : state)
        benchmark::DoNotOptimize(matrixExponential(a).data());
}
BENCHMARK(riccati)->Unit(benchmark::kMicrosecond);
BENCHMARK(lyapunov)->Unit(benchmark::kMicrosecond);
BENCHMARK(exponential)->Unit(benchmark::kMicrosecond);

/// A window of 0.1 s with 15 samples, tolerances 1e-8.
void window(benchmark::State& state) {
    const MatrixXd a = thirdOrder();
    const auto right = [&](double, const VectorXd& x, VectorXd& d) { d.noalias() = a * x; };
    const VectorXd times = VectorXd::LinSpaced(15, 0.0, 0.1),
                   start = Eigen::Vector3d(2.0, -2.0, 3.0);
    for (auto _ : state)
        benchmark::DoNotOptimize(integrateOde(right, start, times).data());
}
BENCHMARK(window)->Unit(benchmark::kMicrosecond);

/// What is on top of a product of 6634 numbers.
void powerIterationStep(benchmark::State& state) {
    const Index size = state.range(0);
    const VectorXd values = VectorXd::LinSpaced(size, 0.0, 1.0);
    const auto product = [&](const VectorXd& v, VectorXd& r) { r = values.cwiseProduct(v); };
    for (auto _ : state)
        benchmark::DoNotOptimize(
            largestEigenvalue(product, size, {.tolerance = 0.0, .maximumIterations = 100}).value);
    state.SetItemsProcessed(100 * state.iterations());
}
BENCHMARK(powerIterationStep)->Arg(6634)->Unit(benchmark::kMicrosecond);

} // namespace
