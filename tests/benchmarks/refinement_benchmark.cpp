// What a refinement costs, and a step of the runs that it is made of.

#include <benchmark/benchmark.h>

#include "core/math/random.h"
#include "core/optim/noisy_stream.h"
#include "core/optim/schedule_refinement.h"
#include "core/optim/surface.h"

using namespace convergence;

namespace {

std::vector<double> norms(std::size_t steps) {
    std::vector<double> values(steps);
    RandomStream({.seed = 0, .purpose = "norms"}).fillUniform(values, 0.5, 2.0);
    return values;
}

void refine(benchmark::State& state) {
    const auto recorded = norms(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(refineSchedule(recorded));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(refine)->RangeMultiplier(10)->Range(1000, 1000000)->Unit(benchmark::kMillisecond);

void fit(benchmark::State& state) {
    const auto refined = refineSchedule(norms(2000));
    for (auto _ : state)
        benchmark::DoNotOptimize(fitPolynomial(refined.schedule));
}
BENCHMARK(fit)->Unit(benchmark::kMillisecond);

void minimizeNumerically(benchmark::State& state) {
    const auto recorded = norms(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(minimizeBoundB(recorded, 1.0));
}
BENCHMARK(minimizeNumerically)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

/// 64 replicates in 20 dimensions.
void streamStep(benchmark::State& state) {
    const NoisyStream stream(0);
    Eigen::MatrixXd X = Eigen::MatrixXd::Zero(20, 64), G(20, 64);
    std::int64_t t = 0;
    for (auto _ : state) {
        stream.sampleSubgradients(t++, X, 2.0, G);
        X -= 1e-3 * G;
    }
    state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(streamStep)->Unit(benchmark::kMicrosecond);

void typedFormula(benchmark::State& state) {
    const Surface surface = makeSurface("formula", {.formula = "x^2 + 3*y^2 + sin(5*x)*cos(3*y)"});
    Eigen::Vector2d at(0.3, -0.2);
    for (auto _ : state)
        benchmark::DoNotOptimize(surface.at(at));
}
BENCHMARK(typedFormula)->Unit(benchmark::kNanosecond);

} // namespace
