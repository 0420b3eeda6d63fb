// The bare step of methods for separable data; linear_separation_vs_numpy.py compares with numpy.

#include <benchmark/benchmark.h>

#include "core/optim/linear_separation.h"

using namespace convergence;

namespace {

/// Gaussian data that is not separable, so that runs of any length have work to do.
void run(benchmark::State& state, SeparationMethod method) {
    const auto d = static_cast<Eigen::Index>(state.range(0));
    const auto n = static_cast<Eigen::Index>(state.range(1));
    auto task = std::make_shared<SeparationTask>(SeparationTask{Eigen::MatrixXd(d, n)});
    RandomStream({.seed = 0, .purpose = "benchmark"})
        .fillNormal({task->z.data(), static_cast<std::size_t>(d * n)});
    LinearSeparator separator(task, method, {.stepSize = 1.0});
    for (auto _ : state)
        separator.step();
    benchmark::DoNotOptimize(separator.solved());
    state.SetItemsProcessed(state.iterations());
}

void logistic(benchmark::State& state) {
    run(state, SeparationMethod::logistic);
}
void perceptron(benchmark::State& state) {
    run(state, SeparationMethod::batchPerceptron);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->Args({2, 10})->Args({2, 1000})->Args({784, 1000});
}

BENCHMARK(logistic)->Apply(sizes);
BENCHMARK(perceptron)->Apply(sizes);

} // namespace
