#include "core/optim/private_descent.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace convergence {

namespace {

constexpr double initialGap = 1.0; ///< F₀

/// c√(d log(1/δ))/(nε); without noise as for c = 1, so that plans stay finite.
double accuracyScale(const PrivateConstants& problem, const PrivacyBudget& budget) {
    const double c = budget.noiseConstant > 0.0 ? budget.noiseConstant : 1.0;
    return c * std::sqrt(static_cast<double>(problem.dimension) * std::log(1.0 / budget.delta)) /
           (static_cast<double>(problem.count) * budget.epsilon);
}

} // namespace

PrivateDescent::PrivateDescent(std::shared_ptr<const PrivateProblem> problem, RandomStream stream)
    : problem_(std::move(problem)), stream_(stream),
      w_(Eigen::VectorXd::Zero(problem_->dimension())), v_(w_), previous_(w_), noise_(w_) {}

void PrivateDescent::addNoise(Eigen::Ref<Eigen::VectorXd> target, double deviation) {
    noiseDeviation_ = deviation;
    if (deviation == 0.0)
        return;
    stream_.fillNormal({noise_.data(), static_cast<std::size_t>(noise_.size())}, deviation);
    target += noise_;
}

NoisyDescentPlan noisyDescentPlan(const PrivateConstants& problem, const PrivacyBudget& budget) {
    const double L0 = problem.lipschitz, L1 = problem.smoothness;
    NoisyDescentPlan plan;
    plan.steps = static_cast<std::int64_t>(
        std::ceil(std::sqrt(initialGap * L1) / (L0 * accuracyScale(problem, budget))));
    plan.deviation = budget.noiseConstant * L0 *
                     std::sqrt(static_cast<double>(plan.steps) * std::log(1.0 / budget.delta)) /
                     (static_cast<double>(problem.count) * budget.epsilon);
    return plan;
}

NoisyGradientDescent::NoisyGradientDescent(std::shared_ptr<const PrivateProblem> problem,
                                           const NoisyDescentPlan& plan, RandomStream stream)
    : PrivateDescent(std::move(problem), stream), plan_(plan) {}

void NoisyGradientDescent::step() {
    problem_->fullGradient(w_, v_);
    addNoise(v_, plan_.deviation);
    previous_ = w_;
    w_ -= v_ / (2.0 * problem_->smoothness());
    oracleCalls_ += problem_->count();
    accountant_.addGaussian(2.0 * problem_->lipschitz() / static_cast<double>(problem_->count()),
                            plan_.deviation);
}

SpiderBoostPlan spiderBoostPlan(const PrivateConstants& problem, const PrivacyBudget& budget,
                                SpiderBatch size) {
    const double L0 = problem.lipschitz, L1 = problem.smoothness;
    const auto n = static_cast<double>(problem.count);
    const double a = accuracyScale(problem, budget);
    SpiderBoostPlan plan;
    plan.steps = std::max<std::int64_t>(
        1,
        static_cast<std::int64_t>(std::max(
            std::cbrt(L1 * initialGap) / (std::pow(L0, 2.0 / 3) * std::pow(a, 4.0 / 3)), 1.0 / a)));
    const auto T = static_cast<double>(plan.steps);
    plan.phase = std::max<std::int64_t>(1, static_cast<std::int64_t>(1.0 / (T * a * a)));
    const double batch = std::ceil(
        std::max(std::pow(L0 / (std::sqrt(initialGap * L1) * a), 2.0 / 3),
                 std::cbrt(L0) * n * std::pow(a, 2.0 / 3) / std::pow(L1 * initialGap, 1.0 / 6)));
    plan.batch = size == SpiderBatch::all
                     ? problem.count
                     : static_cast<std::int64_t>(std::min(n, std::max(1.0, batch)));
    const double scale =
        budget.noiseConstant * std::sqrt(std::log(1.0 / budget.delta)) / budget.epsilon;
    const double b2 = std::max(1.0 / static_cast<double>(plan.batch), std::sqrt(T) / n);
    plan.gradientNoise =
        scale * L0 *
        std::max(1.0 / n, std::sqrt(T) / (std::sqrt(static_cast<double>(plan.phase)) * n));
    plan.variationNoise = scale * L1 * b2;
    plan.variationNoiseCap = 2.0 * scale * L0 * b2;
    return plan;
}

SpiderBoost::SpiderBoost(std::shared_ptr<const PrivateProblem> problem, const SpiderBoostPlan& plan,
                         RandomStream stream)
    : PrivateDescent(std::move(problem), stream), plan_(plan), variation_(w_) {
    order_.resize(static_cast<std::size_t>(problem_->count()));
    std::iota(order_.begin(), order_.end(), 0U);
}

/// A uniformly random subset, whatever order earlier draws have left.
std::span<const std::uint32_t> SpiderBoost::drawBatch() {
    const auto size = static_cast<std::size_t>(plan_.batch);
    for (std::size_t i = 0; i < size; ++i)
        std::swap(order_[i], order_[i + stream_.integer(order_.size() - i)]);
    return {order_.data(), size};
}

void SpiderBoost::step() {
    const auto n = static_cast<std::int64_t>(problem_->count());
    const double L0 = problem_->lipschitz(), L1 = problem_->smoothness();
    if (t_ % plan_.phase == 0) {
        problem_->fullGradient(w_, v_);
        addNoise(v_, plan_.gradientNoise);
        oracleCalls_ += n;
        accountant_.addGaussian(2.0 * L0 / static_cast<double>(n), plan_.gradientNoise);
    } else {
        const double moved = (w_ - previous_).norm();
        const auto b = static_cast<double>(plan_.batch);
        if (plan_.batch == n)
            problem_->meanVariation(w_, previous_, 0, n, variation_);
        else
            problem_->meanVariation(w_, previous_, drawBatch(), variation_);
        v_ += variation_;
        const double deviation = std::min(plan_.variationNoise * moved, plan_.variationNoiseCap);
        addNoise(v_, deviation);
        oracleCalls_ += 2 * plan_.batch;
        // Two sensitivities hold; the release costs the smaller.
        accountant_.addGaussian(2.0 * std::min(L1 * moved, 2.0 * L0) / b, deviation);
    }
    ++t_;
    previous_ = w_;
    w_ -= v_ / (2.0 * L1);
}

} // namespace convergence
