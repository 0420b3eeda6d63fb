// The bare steps of the matrix family; matrix_sensing_vs_numpy.py and matrix_family_vs_numpy.py
// compare them with numpy.

#include <cmath>

#include <benchmark/benchmark.h>

#include "core/data/sample_stream.h"
#include "core/math/random.h"
#include "core/matrix/dictionary_learning.h"
#include "core/matrix/factored_descent.h"
#include "core/matrix/federated_pca.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/robust_recovery.h"

using namespace convergence;
using namespace convergence::matrix;

namespace {

constexpr Eigen::Index rank = 2, width = 4;
constexpr double learningRate = 1e-3; ///< small, so that long runs stay in the same regime

Eigen::MatrixXd start(Eigen::Index n, std::string_view purpose) {
    Eigen::MatrixXd x(n, width);
    RandomStream({.seed = 0, .purpose = purpose})
        .fillNormal({x.data(), static_cast<std::size_t>(x.size())},
                    0.3 / std::sqrt(static_cast<double>(n)));
    return x;
}

MeasuredResidual residual(Eigen::Index n, Eigen::Index m, SensingOperator::Structure structure) {
    const LowRankProblem problem = symmetricLowRankProblem(n, rank, 1.0, 0);
    if (m == 0)
        return MeasuredResidual(problem.target);
    return {std::make_shared<const SensingOperator>(n, n, m, structure, 0), problem.target, 0.0, 0};
}

void symmetric(benchmark::State& state) {
    const Eigen::Index n = state.range(0), m = state.range(1);
    SymmetricDescent descent(residual(n, m, SensingOperator::Structure::symmetric), start(n, "x"));
    for (auto _ : state)
        benchmark::DoNotOptimize(descent.step(learningRate));
    state.SetItemsProcessed(state.iterations());
}

void asymmetric(benchmark::State& state) {
    const Eigen::Index n = state.range(0), m = state.range(1);
    AsymmetricDescent descent(residual(n, m, SensingOperator::Structure::general), start(n, "f"),
                              start(n, "g"));
    for (auto _ : state)
        benchmark::DoNotOptimize(descent.step(learningRate));
    state.SetItemsProcessed(state.iterations());
}

/// SubGM with as many columns as rows, a tenth of the measurements spoiled.
void robust(benchmark::State& state) {
    const Eigen::Index d = state.range(0), m = state.range(1);
    const LowRankProblem problem = symmetricLowRankProblem(d, rank, 1.0, 0);
    const auto sensing =
        std::make_shared<const SensingOperator>(d, d, m, SensingOperator::Structure::symmetric, 0);
    const Eigen::VectorXd observed =
        corrupt(std::sqrt(static_cast<double>(m)) * sensing->apply(problem.target),
                {.outlierFraction = 0.1, .outlierScale = 10.0}, 0)
            .observed;
    SubgradientRecovery recovery(MeasuredLoss(sensing, observed, MeasuredLoss::Kind::absolute),
                                 {.rule = StepRule::constant, .first = learningRate},
                                 0.3 * spectralStart(*sensing, observed, d));
    for (auto _ : state)
        benchmark::DoNotOptimize(recovery.step());
    state.SetItemsProcessed(state.iterations());
}

/// Online Frank–Wolfe with the drawing of its batch; b samples of N numbers.
void frankWolfe(benchmark::State& state) {
    const Eigen::Index n = state.range(0), b = state.range(1);
    const BernoulliGaussianStream stream(n, 0.2, 0.0, 0);
    OnlineFrankWolfe learner(SparsityObjective(3.0), Eigen::MatrixXd::Identity(n, n),
                             {.exponent = 0.5}, {.exponent = 0.75});
    Eigen::MatrixXd batch(n, b);
    std::uint64_t t = 0;
    for (auto _ : state) {
        stream.draw(t++, batch);
        learner.step(batch);
    }
    state.SetItemsProcessed(state.iterations());
}

/// A round of federated PCA: d features, k = 6, 6 of 20 clients, 10 local steps each.
template <ConsensusPca::Geometry geometry>
void federatedRound(benchmark::State& state) {
    const Eigen::Index d = state.range(0), k = 6;
    std::vector<PcaClient> clients;
    for (std::uint64_t i = 0; i < 20; ++i) {
        Eigen::MatrixXd x(d, 400);
        RandomStream({.seed = 0, .purpose = "flows", .index = i})
            .fillNormal({x.data(), static_cast<std::size_t>(x.size())});
        clients.push_back({x * x.transpose() / 400.0, 400.0});
    }
    ConsensusPca pca(std::move(clients), {.geometry = geometry},
                     randomOrthonormal(d, k, RandomStream({.seed = 0, .purpose = "z"})), 0);
    for (auto _ : state)
        benchmark::DoNotOptimize(pca.round());
    state.SetItemsProcessed(state.iterations());
}
void fedpg(benchmark::State& state) {
    federatedRound<ConsensusPca::Geometry::grassmann>(state);
}
void fedpe(benchmark::State& state) {
    federatedRound<ConsensusPca::Geometry::euclidean>(state);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
    for (const std::int64_t n : {20, 50, 100})
        for (const std::int64_t m : {std::int64_t{0}, 10 * n})
            benchmark->Args({n, m});
}

BENCHMARK(symmetric)->Apply(sizes);
BENCHMARK(asymmetric)->Apply(sizes);
BENCHMARK(frankWolfe)->Args({10, 10})->Args({20, 20})->Args({64, 24});
BENCHMARK(fedpg)->Arg(39);
BENCHMARK(fedpe)->Arg(39);
BENCHMARK(robust)->Args({20, 400})->Args({20, 1000})->Args({50, 6000});

} // namespace
