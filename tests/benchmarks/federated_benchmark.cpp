// One round of FedAvg: build/release/benchmarks/federated_benchmark
#include <benchmark/benchmark.h>

#include "core/federated/classifier_clients.h"
#include "core/federated/methods/fed_speed.h"
#include "core/federated/methods/local_momentum.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "core/math/random.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

template <typename Scalar>
void rounds(benchmark::State& state, Rounds<Scalar>& run) {
    for (auto _ : state)
        run.step();
    if (!run.isSound())
        state.SkipWithError("diverged");
    state.SetItemsProcessed(state.iterations());
}

/// N = 20, d = 20, K = 10, exact gradients.
void quadratics(benchmark::State& state, std::unique_ptr<Method<double>> method, bool rotated) {
    Rounds<double> run(std::make_shared<Quadratics>(
                           QuadraticsSetting{.clients = 20, .dimension = 20, .rotated = rotated}),
                       std::move(method), withoutReplacement(20, 20, {}),
                       {.plan = {.steps = 10, .batch = 0}, .localRate = 0.1});
    rounds(state, run);
}
void diagonal(benchmark::State& state) {
    quadratics(state, std::make_unique<FedAvg<double>>(), false);
}
void rotated(benchmark::State& state) {
    quadratics(state, std::make_unique<FedAvg<double>>(), true);
}
void scaffoldMomentum(benchmark::State& state) {
    quadratics(state,
               std::make_unique<LocalMomentum<double>>(LocalMomentumOptions{.hasControls = true}),
               false);
}

/// N = 20, S = 10, B = 32, K = 10, on random pictures.
void network(benchmark::State& state, const ClientNetwork& network) {
    constexpr Index clients = 20, samples = 100;
    auto data = std::make_shared<ClassifierData<float>>();
    data->inputs.resize(784, clients * samples);
    RandomStream stream({.purpose = "benchmark"});
    stream.fillNormal({data->inputs.data(), static_cast<std::size_t>(data->inputs.size())});
    for (Index i = 0; i < data->inputs.cols(); ++i)
        data->labels.push_back(static_cast<std::uint8_t>(stream.integer(10)));
    data->partition = identicalPartition(data->labels.size(), clients, 0);
    Rounds<float> run(
        std::make_shared<ClassifierClients<float>>(data, ClassifierSetting{.network = network}),
        std::make_unique<FedAvg<float>>(), withoutReplacement(clients, 10, {}),
        {.plan = {.steps = 10, .batch = 32}, .localRate = 0.01});
    rounds(state, run);
}
void mlp(benchmark::State& state) {
    network(state, {.sizes = {784, 64, 10}});
}
void lenet(benchmark::State& state) {
    network(state, ClientNetwork::lenet());
}

BENCHMARK(diagonal);
BENCHMARK(rotated);
BENCHMARK(scaffoldMomentum);
BENCHMARK(mlp)->Unit(benchmark::kMillisecond);
BENCHMARK(lenet)->Unit(benchmark::kMillisecond);

} // namespace
