// Updates of the learners of martingale conditions, with the episodes that they learn from;
// martingale_vs_numpy.py compares them with numpy.

#include <benchmark/benchmark.h>

#include "core/control/martingale_learner.h"

using namespace convergence;
using namespace convergence::control;

namespace {

constexpr Eigen::Index episodes = 32, steps = 50;

void updates(benchmark::State& state, Method method, Condition condition, double rate,
             double auxiliaryRate) {
    const auto family = std::make_shared<const ValueFamily>(
        std::make_shared<ValueProcess>(ValueProblem{}, steps), Basis::exact);
    const auto learner = makeLearner(method, {condition, 0.5}, family, episodes);
    learner->setRate({.start = rate});
    learner->setAuxiliaryRate({.start = auxiliaryRate, .power = 0.6});
    Eigen::ArrayXXd y(episodes, steps + 1);
    std::uint64_t index = 0;
    for (auto _ : state) {
        RandomStream stream({.seed = 0, .purpose = "episodes", .index = index++});
        family->process().sample(stream, y);
        learner->update(y);
    }
    state.SetItemsProcessed(state.iterations());
}

/// The episodes alone.
void sampling(benchmark::State& state) {
    const ValueProcess process(ValueProblem{}, steps);
    Eigen::ArrayXXd y(episodes, steps + 1);
    std::uint64_t index = 0;
    for (auto _ : state) {
        RandomStream stream({.seed = 0, .purpose = "episodes", .index = index++});
        process.sample(stream, y);
        benchmark::DoNotOptimize(y.data());
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(sampling);
BENCHMARK_CAPTURE(updates, mstde, Method::offline, Condition::squaredError, 0.02, 0.0);
BENCHMARK_CAPTURE(updates, ml, Method::offline, Condition::martingaleLoss, 8.0, 0.0);
BENCHMARK_CAPTURE(updates, ctd0, Method::offline, Condition::orthogonality, 6.0, 0.0);
BENCHMARK_CAPTURE(updates, ctd0_online, Method::online, Condition::orthogonality, 6.0, 0.0);
BENCHMARK_CAPTURE(updates, ctd_lambda, Method::offline, Condition::traces, 15.0, 0.0);
BENCHMARK_CAPTURE(updates, clstd, Method::leastSquares, Condition::orthogonality, 0.0, 0.0);
BENCHMARK_CAPTURE(updates, cgtd, Method::gradient, Condition::orthogonality, 15.0, 0.5);
BENCHMARK_CAPTURE(updates, cgtd2, Method::preconditionedGradient, Condition::orthogonality, 2.0,
                  3.0);

} // namespace
