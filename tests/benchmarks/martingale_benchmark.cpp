// Updates of the learners of martingale conditions, on episodes that are drawn anew (updates) or
// lie ready (learns); martingale_vs_numpy.py compares both with numpy.

#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/control/martingale_learner.h"

using namespace convergence;
using namespace convergence::control;

namespace {

constexpr Eigen::Index episodes = 32, steps = 50;
constexpr std::size_t ready = 16; ///< batches

struct LearnerCase {
    Method method;
    Condition condition;
    double rate, auxiliaryRate = 0.0;
};

struct Learning {
    explicit Learning(const LearnerCase& of)
        : learner(makeLearner(of.method, {of.condition, 0.5}, family, episodes)) {
        learner->setRate({.start = of.rate});
        learner->setAuxiliaryRate({.start = of.auxiliaryRate, .power = 0.6});
    }
    void draw(Eigen::ArrayXXd& y) {
        RandomStream stream({.seed = 0, .purpose = "episodes", .index = index++});
        family->process().sample(stream, y);
    }
    std::shared_ptr<const ValueFamily> family = std::make_shared<const ValueFamily>(
        std::make_shared<ValueProcess>(ValueProblem{}, steps), Basis::exact);
    std::unique_ptr<MartingaleLearner> learner;
    std::uint64_t index = 0;
};

void updates(benchmark::State& state, const LearnerCase& of) {
    Learning learning(of);
    Eigen::ArrayXXd y(episodes, steps + 1);
    for (auto _ : state) {
        learning.draw(y);
        learning.learner->update(y);
    }
    state.SetItemsProcessed(state.iterations());
}

void learns(benchmark::State& state, const LearnerCase& of) {
    Learning learning(of);
    std::vector<Eigen::ArrayXXd> batches(ready, Eigen::ArrayXXd(episodes, steps + 1));
    for (Eigen::ArrayXXd& y : batches)
        learning.draw(y);
    std::size_t next = 0;
    for (auto _ : state)
        learning.learner->update(batches[next++ % ready]);
    state.SetItemsProcessed(state.iterations());
}

/// The episodes alone.
void sampling(benchmark::State& state) {
    const ValueProcess process(ValueProblem{}, steps);
    Eigen::ArrayXXd y(episodes, steps + 1);
    std::uint64_t index = 0;
    for (auto _ : state) {
        RandomStream stream({.seed = 0, .purpose = "episodes", .index = index++});
        process.sample(stream, y);
        benchmark::DoNotOptimize(y.data());
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(sampling);

const int registered = [] {
    for (const auto& [name, of] :
         {std::pair<std::string, LearnerCase>{"mstde",
                                              {Method::offline, Condition::squaredError, 0.02}},
          {"ml", {Method::offline, Condition::martingaleLoss, 8.0}},
          {"ctd0", {Method::offline, Condition::orthogonality, 6.0}},
          {"ctd0_online", {Method::online, Condition::orthogonality, 6.0}},
          {"ctd_lambda", {Method::offline, Condition::traces, 15.0}},
          {"clstd", {Method::leastSquares, Condition::orthogonality, 0.0}},
          {"cgtd", {Method::gradient, Condition::orthogonality, 15.0, 0.5}},
          {"cgtd2", {Method::preconditionedGradient, Condition::orthogonality, 2.0, 3.0}}}) {
        benchmark::RegisterBenchmark(("updates/" + name).c_str(), updates, of);
        benchmark::RegisterBenchmark(("learns/" + name).c_str(), learns, of);
    }
    return 0;
}();

} // namespace
