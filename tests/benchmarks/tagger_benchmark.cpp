// Tokens per second of taggers with 36 tags on a test set of 20,000 words, and fits of learning
// trends; hmm_vs_numpy.py compares the hidden Markov model with numpy.

#include <cmath>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/language/tagging_task.h"
#include "core/statistics/learning_trace.h"

using namespace convergence;
using namespace convergence::language;

namespace {

/// As many tags as the tagged King James Bible has.
TaggedText text36() {
    TaggedText text = madeUpTaggedText(130'000, 0);
    text.tags.assign(36, "T");
    for (Token& token : text.tokens)
        token.tag = 3 * token.tag + token.word % 3;
    return text;
}

struct BenchmarkTask {
    TaggedText text = text36();
    TaggingTask task{text, {.testWords = 20'000}};
    std::shared_ptr<const TaggerWords> words = std::make_shared<const TaggerWords>(text);
    std::vector<std::uint32_t> tags = std::vector<std::uint32_t>(task.test.tokens.size());

    void teach(Tagger& tagger) const {
        for (std::size_t i = 0; i < task.training.count(); ++i)
            tagger.learn(task.training.sentence(i));
        tagger.prepare();
    }
};
BenchmarkTask& shared() {
    static BenchmarkTask task;
    return task;
}

template <typename Make>
void tagging(benchmark::State& state, const Make& make) {
    BenchmarkTask& of = shared();
    const std::unique_ptr<Tagger> tagger = make(of);
    of.teach(*tagger);
    for (auto _ : state)
        benchmark::DoNotOptimize(tagAll(*tagger, of.task.test, of.tags));
    state.SetItemsProcessed(state.iterations() * std::int64_t(of.tags.size()));
}
void hmm(benchmark::State& state) {
    tagging(state, [](const BenchmarkTask& of) { return hmmTagger(of.words, of.task.test); });
}
void unigram(benchmark::State& state) {
    tagging(state, [](const BenchmarkTask& of) { return unigramTagger(of.words, of.task.test); });
}
void perceptron(benchmark::State& state) {
    tagging(state, [](const BenchmarkTask& of) { return perceptronTagger(of.words); });
}

/// A level of the experiment: 5,000 words learned, tables made, 20,000 words tagged.
void hmmLevel(benchmark::State& state) {
    BenchmarkTask& of = shared();
    const auto tagger = hmmTagger(of.words, of.task.test);
    of.teach(*tagger);
    for (auto _ : state) {
        std::size_t words = 0;
        for (std::size_t i = 0; words < 5000; ++i) {
            tagger->learn(of.task.training.sentence(i));
            words += of.task.training.sentence(i).size();
        }
        tagger->prepare();
        benchmark::DoNotOptimize(tagAll(*tagger, of.task.test, of.tags));
    }
    state.SetItemsProcessed(state.iterations());
}

void trend(benchmark::State& state) {
    std::vector<double> words, accuracies;
    for (int i = 1; i <= 140; ++i) {
        words.push_back(5000.0 * i);
        accuracies.push_back(97.0 - 8.0 / std::sqrt(double(i)) + 0.05 * (i % 7 - 3));
    }
    statistics::TrendFitter fitter(140);
    for (auto _ : state)
        benchmark::DoNotOptimize(fitter.fit(words, accuracies));
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(hmm)->Name("hmm/tokens");
BENCHMARK(unigram)->Name("unigram/tokens");
BENCHMARK(perceptron)->Name("perceptron/tokens");
BENCHMARK(hmmLevel)->Name("hmm/level");
BENCHMARK(trend)->Name("trend/140_levels");

} // namespace
