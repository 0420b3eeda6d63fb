// Goal: the runner adds at most 2 µs to a step.

#include <benchmark/benchmark.h>

#include "core/experiment/runner.h"

using namespace convergence;

namespace {

constexpr std::int64_t steps = 1000000;

/// Steps that cost nothing, so that what is left is the runner.
class EmptyExperiment final : public Experiment {
    class EmptySolver final : public Solver {
        StepStatus step(const StopToken&) override { return StepStatus::running; }
        void measure(std::span<double> metrics) override { metrics[0] = 0.0; }
        void conclude(std::span<double> finals) override { finals[0] = 0.0; }
    };
    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        return {{.arm = "empty", .steps = steps}};
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override { return {{"x"}}; }
    [[nodiscard]] std::vector<Column> finalColumns() const override { return {{"y"}}; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan&) const override {
        return std::make_unique<EmptySolver>();
    }
};

void countSteps(benchmark::State& state) {
    state.counters["time_per_step"] =
        benchmark::Counter(static_cast<double>(steps * state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void headless(benchmark::State& state) {
    const EmptyExperiment experiment;
    for (auto _ : state) {
        const auto recording = makeRecording(experiment);
        runToEnd(experiment, *recording, {.threads = 1});
    }
    countSteps(state);
}

void watched(benchmark::State& state) {
    const auto experiment = std::make_shared<const EmptyExperiment>();
    for (auto _ : state) {
        Runner runner(experiment, {.threads = 1});
        runner.setPlayback({.seconds = 0.0});
        runner.wait();
    }
    countSteps(state);
}

BENCHMARK(headless)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(watched)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
