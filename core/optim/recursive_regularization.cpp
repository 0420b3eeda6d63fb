#include "core/optim/recursive_regularization.h"

#include <algorithm>
#include <cmath>

namespace convergence {

namespace {

constexpr double fewestSteps = 20.0, mostSteps = 400.0;

/// K, or the number of phases, where Λ = `weight`.
std::int64_t stepsOfRound(const RecursivePlan& plan, double smoothness, double weight) {
    if (plan.solver == RecursiveSolver::phased) {
        const double phases = std::ceil(std::log2(static_cast<double>(plan.block))) - 1.0;
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(phases));
    }
    const double steps = 4.0 * (smoothness + weight) / weight;
    return static_cast<std::int64_t>(std::clamp(std::ceil(steps), fewestSteps, mostSteps));
}

} // namespace

RecursivePlan recursivePlan(const PrivateConstants& problem, const PrivacyBudget& budget,
                            double radius, RecursiveSolver solver) {
    const auto n = static_cast<double>(problem.count);
    const auto d = static_cast<double>(problem.dimension);
    const double L0 = problem.lipschitz, logarithm = std::log(1.0 / budget.delta);
    RecursivePlan plan{.solver = solver, .radius = radius};
    plan.lambda =
        L0 / radius * std::max(1.0 / std::sqrt(n), std::sqrt(d * logarithm) / (n * budget.epsilon));
    plan.rounds =
        static_cast<std::int64_t>(std::floor(std::log2(problem.smoothness / plan.lambda)));
    plan.block = problem.count / std::max<std::int64_t>(1, plan.rounds);
    if (budget.noiseConstant > 0.0)
        plan.noiseScale = 2.0 * std::sqrt(2.0) * L0 * std::sqrt(logarithm) / budget.epsilon;
    double weight = plan.lambda;
    for (std::int64_t t = 1; t <= plan.rounds; ++t) {
        plan.steps += stepsOfRound(plan, problem.smoothness, weight);
        weight += std::exp2(static_cast<double>(t)) * plan.lambda;
    }
    return plan;
}

RecursiveRegularization::RecursiveRegularization(std::shared_ptr<const PrivateProblem> problem,
                                                 const RecursivePlan& plan, RandomStream stream)
    : PrivateDescent(std::move(problem), stream), plan_(plan), center_(w_), average_(w_),
      output_(w_) {
    weight_ = plan_.lambda;
    startRound();
}

void RecursiveRegularization::startRound() {
    stepsOfRound_ = stepsOfRound(plan_, problem_->smoothness(), weight_);
    const auto K =
        static_cast<double>(plan_.solver == RecursiveSolver::phased ? plan_.block : stepsOfRound_);
    stepSize_ = std::min(std::log(K) / (weight_ * K), 1.0 / (problem_->smoothness() + weight_));
    radius_ = std::sqrt(static_cast<double>(round_ + 1)) * plan_.radius;
    averageWeight_ = 0.0;
    k_ = 0;
    next_ = round_ * plan_.block;
}

void RecursiveRegularization::project() {
    if (const double norm = w_.norm(); norm > radius_)
        w_ *= radius_ / norm;
}

/// Weights (1 − ηΛ)^{−k}, in units of the latest.
void RecursiveRegularization::average(double stepSize) {
    averageWeight_ = 1.0 + (1.0 - stepSize * weight_) * averageWeight_;
    average_ += (w_ - average_) / averageWeight_;
}

void RecursiveRegularization::noisyStep() {
    const auto m = static_cast<double>(plan_.block);
    const double root = std::sqrt(static_cast<double>(stepsOfRound_));
    problem_->meanGradient(w_, next_, plan_.block, v_);
    addNoise(v_, plan_.noiseInflation * plan_.noiseScale * root / m);
    previous_ = w_;
    w_ -= stepSize_ * (v_ + weight_ * w_ - center_);
    project();
    average(stepSize_);
    oracleCalls_ += plan_.block;
}

void RecursiveRegularization::phase() {
    const auto size = static_cast<Eigen::Index>(plan_.block >> (k_ + 1));
    const double stepSize = stepSize_ * std::exp2(-2.0 * static_cast<double>(k_ + 1));
    previous_ = w_;
    averageWeight_ = 0.0;
    for (Eigen::Index i = next_; i < next_ + size; ++i) {
        v_.setZero();
        problem_->addGradient(i, w_, 1.0, v_);
        w_ -= stepSize * (v_ + weight_ * w_ - center_);
        project();
        average(stepSize);
    }
    w_ = average_;
    addNoise(w_, plan_.noiseInflation * stepSize * plan_.noiseScale);
    next_ += size;
    oracleCalls_ += size;
}

void RecursiveRegularization::step() {
    const bool isPhased = plan_.solver == RecursiveSolver::phased;
    if (isPhased)
        phase();
    else
        noisyStep();
    if (++k_ < stepsOfRound_)
        return;
    output_ = isPhased ? w_ : average_;
    w_ = output_;
    // All of a round's releases together cost ε²/(4 log(1/δ)); rounds use other samples.
    const double inflation = plan_.noiseInflation * plan_.noiseScale;
    ZeroConcentratedAccountant spent;
    spent.addGaussian(2.0 * problem_->lipschitz(), inflation);
    accountant_.combineDisjoint(spent);
    ++round_;
    const double added = std::exp2(static_cast<double>(round_)) * plan_.lambda;
    center_ += added * output_;
    weight_ += added;
    if (round_ < plan_.rounds)
        startRound();
}

} // namespace convergence
