// The bare step of stochastic mirror descent; mirror_descent_vs_numpy.py compares it with numpy.

#include <benchmark/benchmark.h>

#include "core/optim/mirror_descent.h"

using namespace convergence;

namespace {

constexpr std::int64_t horizon = std::int64_t{1} << 40;

MirrorDescent descent(std::shared_ptr<const StochasticProblem> problem,
                      std::unique_ptr<MirrorMap> map, const char* noise) {
    const Eigen::Index d = problem->dimension();
    return {{.problem = std::move(problem),
             .map = std::move(map),
             .noise = GradientNoise(noise, d, 1.0, 1.6),
             .steps = StochasticSteps("sqrt", {.scale = 0.1}),
             .horizon = horizon},
            {.seed = 0, .purpose = "benchmark"}};
}

void run(benchmark::State& state, MirrorDescent solver) {
    for (auto _ : state)
        benchmark::DoNotOptimize(solver.step());
    state.SetItemsProcessed(state.iterations());
}

void absolute(benchmark::State& state) {
    run(state, descent(absoluteDeviations(state.range(0), 200, 0), std::make_unique<ProximalMap>(),
                       "none"));
}
void gaussian(benchmark::State& state) {
    run(state, descent(absoluteDeviations(state.range(0), 200, 0), std::make_unique<ProximalMap>(),
                       "gaussian"));
}
void heavy(benchmark::State& state) {
    run(state, descent(absoluteDeviations(state.range(0), 200, 0),
                       std::make_unique<UniformlyConvexMap>(1.5), "pareto"));
}
void entropic(benchmark::State& state) {
    run(state, descent(simplexLinear(state.range(0)), std::make_unique<EntropicMap>(state.range(0)),
                       "signs"));
}

BENCHMARK(absolute)->Arg(20);
BENCHMARK(gaussian)->Arg(20);
BENCHMARK(heavy)->Arg(20);
BENCHMARK(entropic)->Arg(100);

} // namespace
