// Policy iteration of integral reinforcement learning: one step, and all of the experiment's floors
// (N = 5 to 15, two rules, four starts, twelve steps on each system).

#include <benchmark/benchmark.h>

#include "core/control/integral_policy_iteration.h"
#include "core/control/quadrature_rules.h"

using namespace convergence;
using namespace convergence::control;
using Eigen::Index;

namespace {

constexpr double T = 0.1;
using System = std::shared_ptr<const ControlledSystem>;

IntegralRule rule(bool isBayesian, Index samples) {
    if (!isBayesian)
        return {trapezoidalRule(samples, T)};
    return {bayesianQuadrature(MaternKernel(3.5, 0.3), evenNodes(samples, T), T).weights};
}

void floors(benchmark::State& state, const System& system) {
    for (auto _ : state)
        for (Index samples = 5; samples <= 15; ++samples)
            for (const bool isBayesian : {false, true})
                for (std::uint64_t start = 0; start < 4; ++start) {
                    IntegralPolicyIteration learner(
                        system,
                        {.start = start == 0 ? system->start()
                                             : drawnStart(*system, {.purpose = "starts",
                                                                    .replicate = start})},
                        rule(isBayesian, samples));
                    for (int i = 0; i < 12; ++i)
                        learner.step();
                    benchmark::DoNotOptimize(system->error(learner.weights()));
                }
}
void floorsOfThirdOrder(benchmark::State& state) {
    floors(state, thirdOrderSystem());
}
void floorsOfSine(benchmark::State& state) {
    floors(state, std::make_shared<SineSystem>());
}

void step(benchmark::State& state, const System& system) {
    IntegralPolicyIteration learner(
        system,
        {.start = system->start(), .excitation = IntegralPolicyIteration::Excitation::restarted},
        rule(true, 9));
    for (auto _ : state)
        learner.step();
}
void stepOfThirdOrder(benchmark::State& state) {
    step(state, thirdOrderSystem());
}
void stepOfSine(benchmark::State& state) {
    step(state, std::make_shared<SineSystem>());
}

BENCHMARK(floorsOfThirdOrder)->Unit(benchmark::kMillisecond);
BENCHMARK(floorsOfSine)->Unit(benchmark::kMillisecond);
BENCHMARK(stepOfThirdOrder)->Unit(benchmark::kMicrosecond);
BENCHMARK(stepOfSine)->Unit(benchmark::kMicrosecond);

} // namespace
