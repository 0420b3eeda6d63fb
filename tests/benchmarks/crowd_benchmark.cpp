// Rounds of methods that find answers in a crowd of 50 workers and 5,000 tasks of five choices;
// dawid_skene_vs_numpy.py compares Dawid–Skene with numpy.

#include <memory>

#include <benchmark/benchmark.h>

#include "core/statistics/dawid_skene.h"
#include "core/statistics/top_two.h"
#include "core/statistics/worker_skills.h"

using namespace convergence::statistics;

namespace {

struct BenchmarkCrowd {
    TopTwoCrowd model = drawCrowd({.workers = 50, .tasks = 5000, .clarity = {0.501, 0.899}}, 0, 0);
    std::shared_ptr<const CrowdTable> table = std::make_shared<const CrowdTable>(
        withoutSilent(sampled(drawAnswers(model, 0, 0), 0.6, {.seed = 0, .purpose = "asked"}))
            .table);
};
const BenchmarkCrowd& crowd() {
    static const BenchmarkCrowd of;
    return of;
}

void dawidSkeneRound(benchmark::State& state) {
    DawidSkene method(crowd().table);
    for (auto _ : state)
        method.advance();
    state.SetItemsProcessed(state.iterations());
}

/// From the table to answers: the votes, ten rounds, and the two largest of each task.
void dawidSkeneWhole(benchmark::State& state) {
    for (auto _ : state) {
        DawidSkene method(crowd().table);
        for (int round = 0; round < 10; ++round)
            method.advance();
        benchmark::DoNotOptimize(method.estimate().pairs.data());
    }
    state.SetItemsProcessed(state.iterations());
}

void bothStages(benchmark::State& state) {
    for (auto _ : state) {
        TopTwo method(crowd().table, {});
        while (method.advance()) {
        }
        benchmark::DoNotOptimize(method.estimate().pairs.data());
    }
    state.SetItemsProcessed(state.iterations());
}

void agreement(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(agreementOf(*crowd().table).excess.data());
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(dawidSkeneRound)->Name("dawid_skene/round");
BENCHMARK(dawidSkeneWhole)->Name("dawid_skene/ten_rounds");
BENCHMARK(bothStages)->Name("top_two/both_stages");
BENCHMARK(agreement)->Name("pgd/agreement");

} // namespace
