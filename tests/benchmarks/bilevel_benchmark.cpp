// Steps of bilevel methods on the problem of unbounded smoothness and on sparse softmax regression.
// Compare with bilevel_vs_numpy.py.

#include <benchmark/benchmark.h>

#include "core/bilevel/cosh_problem.h"
#include "core/bilevel/methods.h"
#include "core/bilevel/softmax_problem.h"
#include "core/math/random.h"

using namespace convergence;
using namespace convergence::bilevel;

namespace {

/// BO-REP and MA-SOBA in ten dimensions, with noise of size 1.
template <auto make>
void coshSteps(benchmark::State& state) {
    const CoshModel model(10, 0);
    const auto method =
        make(std::make_unique<CoshProblem>(
                 model, CoshProblem::Options{.upperStart = Eigen::VectorXd::Constant(10, 0.5),
                                             .lowerStart = Eigen::VectorXd::Zero(10)}),
             {.upperStep = 0.003});
    for (auto _ : state) {
        method->step();
        benchmark::DoNotOptimize(method->x().data());
    }
    state.SetItemsProcessed(state.iterations());
}

/// As the lines of the experiment: six classes, 512 features of which an example has 36.
SoftmaxTask madeUpTask() {
    constexpr std::uint32_t features = 512, ofEach = 36;
    SoftmaxTask task;
    task.classes = 6;
    task.features = features;
    RandomStream stream({.seed = 1, .purpose = "benchmark"});
    const auto fill = [&](SparseExamples& to, int count) {
        for (int i = 0; i < count; ++i)
            to.add(stream.choice(features, ofEach), std::vector<double>(ofEach, 1.0 / 6.0),
                   static_cast<std::uint8_t>(stream.integer(6)));
    };
    fill(task.training, 1000);
    fill(task.validation, 200);
    return task;
}

void cleaningSteps(benchmark::State& state) {
    const SoftmaxTask task = madeUpTask();
    const auto method = boRep(
        std::make_unique<SoftmaxProblem>(task, SoftmaxProblem::Options{}),
        {.upperStep = 0.3, .lowerStep = 5.0, .linearStep = 1.0, .period = 2, .lowerSteps = 3});
    for (auto _ : state) {
        method->step();
        benchmark::DoNotOptimize(method->x().data());
    }
    state.SetItemsProcessed(state.iterations());
}

void boRepSteps(benchmark::State& state) {
    coshSteps<boRep>(state);
}
void averagedSobaSteps(benchmark::State& state) {
    coshSteps<averagedSoba>(state);
}

BENCHMARK(boRepSteps);
BENCHMARK(averagedSobaSteps);
BENCHMARK(cleaningSteps);

} // namespace
