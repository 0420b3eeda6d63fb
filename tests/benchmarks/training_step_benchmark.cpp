// One training step of rex-schedule: 784–32–10, batch 128, single precision, momentum.

#include <benchmark/benchmark.h>

#include "core/math/random.h"
#include "core/nn/mlp_classifier.h"
#include "core/optim/optimizer.h"

using namespace convergence;

namespace {

void trainingStep(benchmark::State& state) {
    constexpr Eigen::Index pixels = 784, batch = 128;
    MlpClassifier<float> network({pixels, 32, 10}, batch);
    Eigen::VectorXf parameters(network.parameterCount());
    Eigen::VectorXf gradient(network.parameterCount());
    network.initialize(parameters, 0);
    Eigen::MatrixXf images(pixels, batch);
    RandomStream stream({.seed = 0, .purpose = "images"});
    stream.fillNormal({images.data(), static_cast<std::size_t>(images.size())});
    std::vector<std::uint8_t> labels(batch);
    for (auto& label : labels)
        label = static_cast<std::uint8_t>(stream.integer(10));
    Momentum<float> momentum(network.parameterCount(), 0.9F);
    for (auto _ : state) {
        benchmark::DoNotOptimize(network.lossAndGradient(parameters, images, labels, gradient));
        momentum.step(parameters, gradient, 1e-3F);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(trainingStep)->Unit(benchmark::kMicrosecond);

} // namespace
