// Steps on domains of unequal size: SGD on softmax regression, Adam on a log-linear model of bytes.
// Compare with domains_vs_numpy.py and hashed_ngrams_vs_pytorch.py.

#include <cmath>

#include <benchmark/benchmark.h>

#include "core/domains/draws.h"
#include "core/domains/mixture.h"
#include "core/domains/softmax_domains.h"
#include "core/language/hashed_ngrams.h"
#include "core/math/random.h"

using namespace convergence;
using namespace convergence::domains;

namespace {

const std::vector<std::uint32_t> sizes{2000, 400, 60};
const std::vector<double> sizesOfDomains(sizes.begin(), sizes.end());

void softmaxSteps(benchmark::State& state) {
    const auto problem =
        std::make_shared<const SoftmaxDomains>(SoftmaxDomains::Options{.sizes = sizes});
    SoftmaxLearner learner(problem, 0.3);
    Scalarization policy(sizesOfDomains, {.first = 5});
    DomainDraws draws(sizes, DomainDraws::Order::independent, 0, 0);
    Mixture mixture{std::vector<double>(3), std::vector<double>(3)};
    std::vector<std::uint32_t> examples(8), ofDomain(8);
    std::vector<double> weights(8);
    std::int64_t t = 0;
    for (auto _ : state) {
        policy.at(0.5, draws.repetitions(), mixture);
        draws.draw(++t, mixture.shares, examples, ofDomain);
        for (std::size_t b = 0; b < weights.size(); ++b)
            weights[b] = mixture.weights[ofDomain[b]];
        benchmark::DoNotOptimize(learner.step(examples, weights));
    }
    state.SetItemsProcessed(state.iterations());
}

void softmaxObjective(benchmark::State& state) {
    const SoftmaxDomains problem(SoftmaxDomains::Options{.sizes = sizes});
    const std::vector<double> shares = temperatureShares(sizesOfDomains, 5.0);
    Eigen::VectorXd W = Eigen::VectorXd::Constant(problem.dimension(), 0.1), gradient(W.size());
    for (auto _ : state)
        benchmark::DoNotOptimize(problem.objective(W, shares, gradient));
    state.SetItemsProcessed(state.iterations());
}

void ngramSteps(benchmark::State& state) {
    constexpr std::uint32_t chunks = 4000;
    constexpr double symbols = 185.0, skew = 3.0;
    RandomStream stream({.seed = 1, .purpose = "benchmark"});
    std::string text;
    for (std::uint32_t i = 0; i < chunks * 65; ++i)
        text +=
            static_cast<char>(40 + static_cast<int>(symbols * std::pow(stream.uniform(), skew)));
    language::HashedNgramTrainer trainer(
        std::make_shared<const TextChunks>(TextChunks::bytesOf(text), 64, 0, 0, 0), 11, 0.02);
    std::vector<std::uint32_t> batch(16);
    const std::vector<double> weights(16, 1.0);
    for (auto _ : state) {
        for (std::uint32_t& chunk : batch)
            chunk = static_cast<std::uint32_t>(stream.integer(chunks));
        benchmark::DoNotOptimize(trainer.step(batch, weights));
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(softmaxSteps);
BENCHMARK(softmaxObjective);
BENCHMARK(ngramSteps);

} // namespace
