// Training steps of language models: forward, backward, clipping and Adam. Compare with
// language_steps_vs_pytorch.py.

#include <benchmark/benchmark.h>

#include "core/data/text.h"
#include "core/nn/language_training.h"

using namespace convergence;

namespace {

std::shared_ptr<const TextChunks> text() {
    static const auto chunks = std::make_shared<TextChunks>(
        TextChunks::bytesOf(inventedText(1'000'000, 0)), 64, 256, 0, 0);
    return chunks;
}

LanguageModelSpec spec(LanguageModelKind kind, std::int64_t width) {
    return {.kind = kind, .vocabulary = text()->vocabulary(), .width = width};
}

void steps(benchmark::State& state, LanguageModelKind kind, double dropout) {
    LanguageTrainer trainer(text(), spec(kind, state.range(0)),
                            {.iterations = 1'000'000, .dropout = dropout});
    const auto pool = text()->pool();
    std::size_t at = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(trainer.step(pool.subspan(at, 8)));
        at = at + 16 < pool.size() ? at + 8 : 0;
    }
    state.counters["steps/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void transformer(benchmark::State& state) {
    steps(state, LanguageModelKind::transformer, 0.0);
}
void transformerWithDropout(benchmark::State& state) {
    steps(state, LanguageModelKind::transformer, 0.1);
}
void ngramNetwork(benchmark::State& state) {
    steps(state, LanguageModelKind::ngram, 0.0);
}

void testLoss(benchmark::State& state) {
    const LanguageTrainer trainer(text(), spec(LanguageModelKind::transformer, state.range(0)), {});
    for (auto _ : state)
        benchmark::DoNotOptimize(trainer.loss(text()->test()));
}

BENCHMARK(transformer)->Arg(32)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(transformerWithDropout)->Arg(32)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(ngramNetwork)->Arg(0)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(testLoss)->Arg(32)->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace
