// The Fréchet cumulative covariance at n = 1,000, d = 2, in its two quick forms: all of it from
// distances on, and a call alone; and a step of the network. frechet_vs_numpy.py compares with
// numpy.

#include <benchmark/benchmark.h>

#include "core/statistics/frechet_covariance.h"
#include "core/statistics/sdr_data.h"
#include "core/statistics/sdr_network.h"

using namespace convergence::statistics;
using Eigen::MatrixXd;

namespace {

struct Sample {
    SdrSample data = drawSdrSample({});
    MatrixXd distances = distancesBetween(data.objects, ObjectMetric::logEuclidean);
    MatrixXd features = data.x.leftCols(2);
};
const Sample& sample() {
    static const Sample drawn;
    return drawn;
}

void sortedWhole(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(BallOrder(sample().distances).covariance(sample().features));
    state.SetItemsProcessed(state.iterations());
}
void quadraticWhole(benchmark::State& state) {
    for (auto _ : state) {
        const MatrixXd w = frechetWeights(sample().distances);
        benchmark::DoNotOptimize(sample().features.cwiseProduct(w * sample().features).sum());
    }
    state.SetItemsProcessed(state.iterations());
}
void sortedCall(benchmark::State& state) {
    const BallOrder order(sample().distances);
    for (auto _ : state)
        benchmark::DoNotOptimize(order.covariance(sample().features));
    state.SetItemsProcessed(state.iterations());
}
void quadraticCall(benchmark::State& state) {
    const MatrixXd w = frechetWeights(sample().distances);
    for (auto _ : state)
        benchmark::DoNotOptimize(sample().features.cwiseProduct(w * sample().features).sum());
    state.SetItemsProcessed(state.iterations());
}
void networkStep(benchmark::State& state) {
    SdrNetwork network(sample().data.x, frechetWeights(sample().distances),
                       {.iterations = 1'000'000});
    for (auto _ : state)
        network.step();
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(sortedWhole);
BENCHMARK(quadraticWhole);
BENCHMARK(sortedCall);
BENCHMARK(quadraticCall);
BENCHMARK(networkStep);

} // namespace
