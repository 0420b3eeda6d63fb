// Parts of networks: forward and backward, without a step of an optimizer. Compare with
// layers_vs_torch.py, which names its lines as these.

#include <benchmark/benchmark.h>

#include "core/data/image_transforms.h"
#include "core/data/partitions.h"
#include "core/distributed/event_queue.h"
#include "core/nn/activations.h"
#include "core/nn/client_gradients.h"
#include "core/nn/feed_forward.h"
#include "core/nn/hypernetwork.h"
#include "core/nn/low_rank_adapter.h"
#include "core/nn/mlp_classifier.h"
#include "core/nn/recurrent.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<float>;

/// Repeats the loss that `record(theta, x)` records and its slope in theta.
template <typename Record>
void slopeOf(benchmark::State& state, const ParameterLayout& layout, const Shape& input,
             const Record& record) {
    Graph<float> graph;
    const auto theta = graph.input({layout.size()}), x = graph.input(input);
    const T loss = record(theta, x);
    Program<float> program(graph, {loss, gradient(loss, theta)});
    layout.initialize(program.value(theta), 1);
    RandomStream stream({.seed = 1, .purpose = "benchmark"});
    stream.fillNormal(program.value(x));
    for (auto _ : state) {
        program.run();
        benchmark::DoNotOptimize(program.scalar(loss));
    }
    state.counters["operations"] = static_cast<double>(program.operations());
}

/// Batch, length, inputs, width. 20, 30, 16, 32 are those of hyper-representation.
void tanhRecurrent(benchmark::State& state) {
    const Index batch = state.range(0), length = state.range(1), inputs = state.range(2);
    ParameterLayout layout;
    const TanhRecurrent layer(layout, "a", inputs, state.range(3));
    slopeOf(state, layout, {length, batch, inputs},
            [&](T theta, T x) { return mean(square(layer.meanOverTime(theta, x))); });
}

/// Rows, inputs, outputs, rank. The slope is that of the adapter; the layer is frozen.
void lowRankAdapter(benchmark::State& state) {
    const Index rows = state.range(0), inputs = state.range(1);
    ParameterLayout base, adapters;
    const Linear layer(base, "a", inputs, state.range(2));
    const LowRankAdapter adapter(adapters, layer, "a", {.rank = state.range(3)});
    std::vector<float> theta(static_cast<std::size_t>(base.size()));
    base.initialize(std::span(theta), 1);
    slopeOf(state, adapters, {rows, inputs}, [&](T phi, T x) {
        return mean(square(adapter(x.graph().constant({base.size()}, theta), phi, x)));
    });
}
/// The same layer trained whole.
void wholeLayer(benchmark::State& state) {
    ParameterLayout layout;
    const Linear layer(layout, "a", state.range(1), state.range(2));
    slopeOf(state, layout, {state.range(0), state.range(1)},
            [&](T theta, T x) { return mean(square(layer(theta, x))); });
}

/// x [128 × 32] through a feed-forward part of 128 hidden units. Argument: ReLU, PolyReLU,
/// PolyNorm.
void feedForward(benchmark::State& state) {
    ParameterLayout layout;
    const FeedForwardPart part(
        layout, "a", {.width = 32, .hidden = 128, .linear = {.bias = Linear::Bias::without}});
    const auto base = state.range(0) == 2 ? PolynomialBase::normalized : PolynomialBase::relu;
    const PolynomialActivation sigma(layout, "sigma", {.base = base});
    slopeOf(state, layout, {128, 32}, [&](T theta, T x) {
        return mean(square(
            part(theta, x, [&](T h) { return state.range(0) == 0 ? relu(h) : sigma(theta, h); })));
    });
    state.SetLabel(
        std::array{"ReLU", "PolyReLU", "PolyNorm"}[static_cast<std::size_t>(state.range(0))]);
}

/// Losses of 128 rows of soft targets, weighted, and the slope in logits. Argument: classes.
void softTargets(benchmark::State& state) {
    const Index classes = state.range(0);
    Graph<float> graph;
    const auto logits = graph.input({128, classes}), targets = graph.input({128, classes}),
               weights = graph.input({128});
    const auto loss = weightedMean(crossEntropy(logits, targets), weights);
    const auto slopes = gradient(loss, {logits, weights});
    Program<float> program(graph, {loss, slopes[0], slopes[1]});
    RandomStream stream({.seed = 1, .purpose = "benchmark"});
    stream.fillNormal(program.value(logits));
    for (const auto& positive : {targets, weights})
        for (float& value : program.value(positive))
            value = static_cast<float>(stream.uniform());
    for (auto _ : state)
        program.run();
}

/// One step of a hypernetwork 2-16-32 on a primary 196-16-16-16-10 with 32 pictures: 3866 weights.
void hypernetwork(benchmark::State& state) {
    ParameterLayout primary, layout;
    const Mlp mlp(primary, "mlp", {196, 16, 16, 16, 10});
    const Hypernetwork hyper(layout, "h", primary, {.inputs = 2, .hidden = {16, 32}});
    const auto leaky = [](auto h) { return leakyRelu(h); };
    slopeOf(state, layout, {32, 196}, [&](T omega, T x) {
        const auto gamma = x.graph().constant({2}, {0.6F, 0.8F});
        return mean(square(mlp(hyper(omega, gamma, leaky), x, leaky)));
    });
}

/// Gradients of 10 clients. Arguments: softmax 784-10, small 196-32-10, mlp 784-64-10 or lenet;
/// batch.
const std::vector<ClientNetwork>& networks() {
    static const std::vector<ClientNetwork> all{{.sizes = {784, 10}},
                                                {.sizes = {196, 32, 10}},
                                                {.sizes = {784, 64, 10}},
                                                ClientNetwork::lenet()};
    return all;
}
constexpr std::array networkNames{"softmax", "small", "mlp", "lenet"};
constexpr Index clientCount = 10;

struct ClientData {
    Eigen::MatrixXf points, inputs, gradients;
    std::vector<std::uint8_t> labels;
    explicit ClientData(const ClientGradients<float>& clients)
        : points(clients.parameterCount(), clientCount),
          inputs(clients.features(), clientCount * clients.batch()),
          gradients(points.rows(), clientCount) {
        RandomStream stream({.seed = 1, .purpose = "benchmark"});
        for (Index c = 0; c < clientCount; ++c)
            clients.initialize(points.col(c), static_cast<std::uint64_t>(c));
        stream.fillNormal({inputs.data(), static_cast<std::size_t>(inputs.size())});
        for (Index i = 0; i < inputs.cols(); ++i)
            labels.push_back(static_cast<std::uint8_t>(stream.integer(10)));
    }
};

void clientGradients(benchmark::State& state) {
    const auto which = static_cast<std::size_t>(state.range(0));
    const Index clientBatch = state.range(1);
    ClientGradients<float> clients(networks()[which], clientCount, clientBatch);
    ClientData data(clients);
    for (auto _ : state)
        clients.run(data.points, {.inputs = data.inputs, .labels = data.labels}, data.gradients);
    state.SetLabel(networkNames[which]);
}
/// The same one client after another.
void clientsOneByOne(benchmark::State& state) {
    const auto which = static_cast<std::size_t>(state.range(0));
    const Index clientBatch = state.range(1);
    const ClientGradients<float> clients(networks()[which], clientCount, clientBatch);
    ClientData data(clients);
    MlpClassifier<float> alone(networks()[which].sizes, clientBatch);
    for (auto _ : state)
        for (Index c = 0; c < clientCount; ++c)
            alone.lossAndGradient(data.points.col(c),
                                  data.inputs.middleCols(c * clientBatch, clientBatch),
                                  std::span(data.labels)
                                      .subspan(static_cast<std::size_t>(c * clientBatch),
                                               static_cast<std::size_t>(clientBatch)),
                                  data.gradients.col(c));
    state.SetLabel(networkNames[which]);
}

/// 32 pictures of a side; a mini-batch of the rotation task.
void rotation(benchmark::State& state) {
    const Index side = state.range(0);
    const ImageRotation turn(side, side, 37.0);
    const Eigen::MatrixXf images = Eigen::MatrixXf::Random(side * side, 32);
    Eigen::MatrixXf turned(side * side, 32);
    for (auto _ : state) {
        turn.apply(images, turned);
        benchmark::DoNotOptimize(turned.data());
    }
}

/// Samples and clients.
void dirichletClients(benchmark::State& state) {
    std::vector<std::uint8_t> labels(static_cast<std::size_t>(state.range(0)));
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = static_cast<std::uint8_t>(i % 10);
    for (auto _ : state)
        benchmark::DoNotOptimize(
            dirichletPartition({labels}, static_cast<std::size_t>(state.range(1)), 0.3, 1));
}

/// An arrival and the next dispatch, with so many clients on their way.
void eventQueue(benchmark::State& state) {
    EventQueue<std::uint32_t> queue;
    RandomStream stream({.seed = 1, .purpose = "benchmark"});
    for (std::uint32_t client = 0; client < static_cast<std::uint32_t>(state.range(0)); ++client)
        queue.schedule(stream.uniform(), client);
    for (auto _ : state) {
        const auto event = queue.pop();
        queue.schedule(event.seconds + 0.1 + 0.001 * static_cast<double>(event.what), event.what);
    }
}

/// Processor time is that of all threads.
void inMicroseconds(benchmark::internal::Benchmark* timed) {
    timed->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
}

BENCHMARK(tanhRecurrent)->Args({20, 30, 16, 32})->Args({64, 64, 64, 128})->Apply(inMicroseconds);
BENCHMARK(lowRankAdapter)->Args({64, 196, 128, 4})->Args({256, 512, 512, 8})->Apply(inMicroseconds);
BENCHMARK(wholeLayer)->Args({64, 196, 128})->Args({256, 512, 512})->Apply(inMicroseconds);
BENCHMARK(feedForward)->DenseRange(0, 2)->Apply(inMicroseconds);
BENCHMARK(softTargets)->Arg(10)->Arg(256)->Apply(inMicroseconds);
BENCHMARK(hypernetwork)->Apply(inMicroseconds);
BENCHMARK(clientGradients)->ArgsProduct({{0, 1, 2}, {4, 32}})->Args({3, 32})->Apply(inMicroseconds);
BENCHMARK(clientsOneByOne)->ArgsProduct({{0, 1, 2}, {4, 32}})->Apply(inMicroseconds);
BENCHMARK(rotation)->Arg(14)->Arg(28)->Apply(inMicroseconds);
BENCHMARK(dirichletClients)->Args({10000, 20})->Args({60000, 1000})->Apply(inMicroseconds);
BENCHMARK(eventQueue)->Arg(10)->Arg(1000);

} // namespace
