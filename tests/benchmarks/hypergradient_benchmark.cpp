// The oracles of bilevel problems: a hyper-representation through a recurrent network, and the
// weights of training lines. A gradient of the lower loss beside them, to compare with.

#include <benchmark/benchmark.h>

#include "core/autodiff/operations.h"
#include "core/math/random.h"
#include "core/optim/hypergradient.h"

using namespace convergence;
using namespace convergence::autodiff;
using Eigen::VectorXd;

namespace {

struct Problem {
    BilevelProgram<double> program;
    VectorXd z;
};

std::vector<std::int32_t> indices(Index count, std::uint64_t bound) {
    RandomStream stream({.seed = 0, .purpose = "benchmark indices"});
    std::vector<std::int32_t> drawn(static_cast<std::size_t>(count));
    for (std::int32_t& index : drawn)
        index = static_cast<std::int32_t>(stream.integer(bound));
    return drawn;
}

VectorXd normal(Index size, double deviation) {
    VectorXd x(size);
    RandomStream({.seed = 0, .purpose = "benchmark"})
        .fillNormal({x.data(), static_cast<std::size_t>(size)}, deviation);
    return x;
}

/// Twenty lines of thirty characters, an embedding in 16, a tanh recurrence of 32, the mean of its
/// states, a head of two classes.
Problem representation() {
    constexpr Index batch = 20, length = 30, symbols = 28, embedding = 16, width = 32, classes = 2;
    constexpr Index size = symbols * embedding + (embedding + width + 1) * width;
    Graph<double> graph;
    const auto x = graph.input({size}), y = graph.input({width, classes});
    const auto labels = graph.indexInput({batch});
    Index begin = 0;
    const auto next = [&](const Shape& shape) {
        const auto taken = part(x, begin, shape);
        begin += shape.elements();
        return taken;
    };
    const auto table = next({symbols, embedding}), input = next({embedding, width}),
               recurrent = next({width, width}), bias = next({width});
    std::vector<Indices<double>> characters;
    auto h = graph.constant({batch, width}, 0.0), total = h;
    for (Index t = 0; t < length; ++t) {
        characters.push_back(graph.indexInput({batch}));
        h = tanh(matmul(gatherRows(table, characters.back()), input) + matmul(h, recurrent) + bias);
        total = total + h;
    }
    const auto fit = mean(crossEntropy(matmul(total / static_cast<double>(length), y), labels));
    BilevelProgram<double> program(fit, fit + 0.005 * sum(square(y)), x, y);
    for (const auto& leaf : characters)
        program.set(leaf, indices(batch, symbols));
    program.set(labels, indices(batch, classes));
    program.setX(normal(size, 0.2));
    program.setY(normal(width * classes, 0.1));
    return {std::move(program), normal(width * classes, 1.0)};
}

/// A batch of 128 lines with 512 features, six classes.
Problem cleaning() {
    constexpr Index batch = 128, features = 512, classes = 6;
    Graph<double> graph;
    const auto x = graph.input({batch}), y = graph.input({features, classes});
    const auto labels = graph.indexInput({batch});
    const VectorXd numbers = normal(batch * features, 0.05);
    const auto lines = graph.constant({batch, features}, {numbers.begin(), numbers.end()});
    const auto losses = crossEntropy(matmul(lines, y), labels);
    BilevelProgram<double> program(mean(losses),
                                   mean(sigmoid(x) * losses) + 0.0005 * sum(square(y)), x, y);
    program.set(labels, indices(batch, classes));
    program.setX(normal(batch, 1.0));
    program.setY(normal(features * classes, 0.1));
    return {std::move(program), normal(features * classes, 1.0)};
}

void lowerGradient(benchmark::State& state, Problem (*make)()) {
    Problem problem = make();
    for (auto _ : state)
        benchmark::DoNotOptimize(problem.program.lower().value);
}
void hessianProduct(benchmark::State& state, Problem (*make)()) {
    Problem problem = make();
    VectorXd result;
    for (auto _ : state) {
        problem.program.hessianProduct(problem.z, result);
        benchmark::DoNotOptimize(result.data());
    }
}
void mixedProduct(benchmark::State& state, Problem (*make)()) {
    Problem problem = make();
    for (auto _ : state)
        benchmark::DoNotOptimize(problem.program.mixedProduct(problem.z).data());
}
void hypergradientByTenTerms(benchmark::State& state, Problem (*make)()) {
    Problem problem = make();
    for (auto _ : state)
        benchmark::DoNotOptimize(
            hypergradient<double>(problem.program, [](const auto& hessian, const auto& right) {
                return neumannSolve<double>(hessian, right, 0.1, 10);
            }).data());
}

#define MEASURE(oracle)                                                                            \
    BENCHMARK_CAPTURE(oracle, representation, representation)->Unit(benchmark::kMicrosecond);      \
    BENCHMARK_CAPTURE(oracle, cleaning, cleaning)->Unit(benchmark::kMicrosecond)
MEASURE(lowerGradient);
MEASURE(hessianProduct);
MEASURE(mixedProduct);
MEASURE(hypergradientByTenTerms);

} // namespace
