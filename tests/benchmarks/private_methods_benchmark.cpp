// The bare steps of private methods; private_methods_vs_numpy.py compares them with numpy.

#include <benchmark/benchmark.h>

#include "core/optim/recursive_regularization.h"
#include "core/optim/tree_spider.h"

using namespace convergence;

namespace {

constexpr Eigen::Index dimension = 10;
const PrivacyBudget budget{.epsilon = 1.0, .delta = 1e-5, .noiseConstant = 4.0};

RandomStream stream() {
    return RandomStream({.seed = 0, .purpose = "benchmark"});
}

std::shared_ptr<const PrivateProblem> location(Eigen::Index count) {
    return std::make_shared<const PrivateProblem>(robustLocation(dimension, count, 0, 0));
}

void noisyDescent(benchmark::State& state) {
    const auto problem = location(state.range(0));
    NoisyGradientDescent method(problem, noisyDescentPlan(problem->constants(), budget), stream());
    for (auto _ : state)
        method.step();
    state.SetItemsProcessed(state.iterations());
}

/// Steps of whole phases: one full gradient, then differences.
void spiderBoost(benchmark::State& state) {
    const auto problem = location(state.range(0));
    SpiderBoost method(problem, spiderBoostPlan(problem->constants(), budget), stream());
    for (auto _ : state)
        method.step();
    state.SetItemsProcessed(state.iterations());
}

/// Whole passes; items are samples.
void treeSpider(benchmark::State& state) {
    const auto problem = location(state.range(0));
    const TreeSpiderPlan plan = treeSpiderPlan(problem->constants(), budget, 1e-6);
    std::int64_t samples = 0;
    for (auto _ : state) {
        TreeSpider method(problem, plan, stream());
        for (std::int64_t t = 0; t < plan.steps; ++t)
            method.step();
        samples += method.samplesUsed();
    }
    state.SetItemsProcessed(samples);
}

/// Recursive regularization with phased SGD: items are steps on one sample.
void phased(benchmark::State& state) {
    const auto problem =
        std::make_shared<const PrivateProblem>(privateLogistic(dimension, state.range(0), 0, 0));
    const RecursivePlan plan =
        recursivePlan(problem->constants(), budget, 4.0, RecursiveSolver::phased);
    std::int64_t samples = 0;
    for (auto _ : state) {
        RecursiveRegularization method(problem, plan, stream());
        for (std::int64_t t = 0; t < plan.steps; ++t)
            method.step();
        samples += method.oracleCalls();
    }
    state.SetItemsProcessed(samples);
}

BENCHMARK(noisyDescent)->Arg(2000)->Arg(32000);
BENCHMARK(spiderBoost)->Arg(2000)->Arg(32000);
BENCHMARK(treeSpider)->Arg(32000);
BENCHMARK(phased)->Arg(16000);

} // namespace
