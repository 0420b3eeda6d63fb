// Training steps of four networks: forward, backward and Adam. Compare with
// network_steps_vs_torch.py.

#include <benchmark/benchmark.h>

#include "core/nn/transformer.h"
#include "core/optim/optimizer.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

/// Repeats a step on fixed random data; `record` returns the loss.
template <typename Record>
void trainingStep(benchmark::State& state, const ParameterLayout& layout, const Record& record,
                  std::int32_t classes) {
    Graph<float> graph;
    const auto theta = graph.input({layout.size()});
    std::vector<Tensor<float>> inputs;
    std::vector<Indices<float>> labels;
    const auto loss = record(graph, theta, inputs, labels);
    const auto slope = gradient(loss, theta);
    Program<float> program(graph, {loss, slope});
    Eigen::VectorXf parameters(layout.size());
    layout.initialize({parameters.data(), static_cast<std::size_t>(parameters.size())}, 1);
    program.bind(theta, {parameters.data(), static_cast<std::size_t>(parameters.size())});
    RandomStream stream({.seed = 1, .purpose = "benchmark"});
    for (const auto& input : inputs)
        stream.fillNormal(program.value(input));
    for (const auto& label : labels)
        for (auto& value : program.value(label))
            value = static_cast<std::int32_t>(stream.integer(static_cast<std::uint64_t>(classes)));
    Adam<float> adam(layout.size());
    for (auto _ : state) {
        program.run();
        adam.step(parameters, program.vector(slope), 1e-3F);
        benchmark::DoNotOptimize(program.scalar(loss));
    }
    state.counters["steps/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
    state.counters["operations"] = static_cast<double>(program.operations());
}

void largeMlp(benchmark::State& state) {
    ParameterLayout layout;
    const Mlp mlp(layout, "mlp", {784, 256, 256, 10});
    trainingStep(
        state, layout,
        [&](auto& graph, auto theta, auto& inputs, auto& labels) {
            inputs.push_back(graph.input({128, 784}));
            labels.push_back(graph.indexInput({128}));
            const auto logits = mlp(theta, inputs[0], [](auto h) { return relu(h); });
            return mean(crossEntropy(logits, labels[0]));
        },
        10);
}

void smallMlp(benchmark::State& state) {
    ParameterLayout layout;
    const Mlp mlp(layout, "mlp", {64, 64, 64, 1});
    trainingStep(
        state, layout,
        [&](auto& graph, auto theta, auto& inputs, auto&) {
            inputs.push_back(graph.input({32, 64}));
            inputs.push_back(graph.input({32, 1}));
            return mean(square(mlp(theta, inputs[0], [](auto h) { return relu(h); }) - inputs[1]));
        },
        1);
}

void convolutional(benchmark::State& state) {
    ParameterLayout layout;
    const Conv2d first(layout, "first", {.outputs = 6, .window = 5, .padding = 2}),
        second(layout, "second", {.inputs = 6, .outputs = 16, .window = 5});
    const Mlp head(layout, "head", {400, 120, 84, 10});
    trainingStep(
        state, layout,
        [&](auto& graph, auto theta, auto& inputs, auto& labels) {
            inputs.push_back(graph.input({64, 28, 28, 1}));
            labels.push_back(graph.indexInput({64}));
            const auto a = averagePool(relu(first(theta, inputs[0])), 2, 2);
            const auto b = averagePool(relu(second(theta, a)), 2, 2);
            const auto logits = head(theta, reshape(b, {64, 400}), [](auto h) { return relu(h); });
            return mean(crossEntropy(logits, labels[0]));
        },
        10);
}

void transformer(benchmark::State& state) {
    ParameterLayout layout;
    const Transformer model(layout, {.vocabulary = 256});
    trainingStep(
        state, layout,
        [&](auto& graph, auto theta, auto&, auto& labels) {
            labels.push_back(graph.indexInput({16, 128}));
            labels.push_back(graph.indexInput({16, 128}));
            return mean(crossEntropy(model(theta, labels[0]), labels[1]));
        },
        256);
}

/// Sgemm alone, as the measure of the machine.
void product(benchmark::State& state) {
    const Index n = state.range(0);
    Graph<float> graph;
    const auto a = graph.input({n, n}), b = graph.input({n, n});
    const auto c = matmul(a, b);
    Program<float> program(graph, {c});
    RandomStream stream({.seed = 1, .purpose = "benchmark"});
    stream.fillNormal(program.value(a));
    stream.fillNormal(program.value(b));
    for (auto _ : state)
        program.run();
    const double flops = 2.0 * static_cast<double>(n * n * n);
    state.counters["flop/s"] = benchmark::Counter(flops * static_cast<double>(state.iterations()),
                                                  benchmark::Counter::kIsRate);
}

/// What one operation costs besides its arithmetic: additions of four numbers.
void operationOverhead(benchmark::State& state) {
    Graph<float> graph;
    const auto x = graph.input({4}), y = graph.input({4});
    auto z = x;
    for (int i = 0; i < 1000; ++i)
        z = z + y;
    Program<float> program(graph, {z});
    for (auto _ : state)
        program.run();
    state.counters["per operation"] =
        benchmark::Counter(1000.0 * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(operationOverhead)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(product)->Arg(512)->Arg(1024)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(largeMlp)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(smallMlp)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(convolutional)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(transformer)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace
