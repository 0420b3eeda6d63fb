#include "core/optim/tree_spider.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace convergence {

namespace {

constexpr double failureProbability = 0.1; ///< p of the theorem

} // namespace

TreeSpiderPlan treeSpiderPlan(const PrivateConstants& problem, const PrivacyBudget& budget,
                              double stopFactor) {
    const auto n = static_cast<double>(problem.count);
    const auto d = static_cast<double>(problem.dimension);
    const double L0 = problem.lipschitz, epsilon = budget.epsilon;
    TreeSpiderPlan plan;
    const double b = std::floor(
        std::max(std::pow(n, 2.0 / 3.0), std::sqrt(n) * std::pow(d, 0.25) / std::sqrt(epsilon)));
    plan.batch = static_cast<std::int64_t>(b);
    plan.depth = 0;
    while ((plan.depth + 1) * std::exp2(plan.depth + 2) <= b)
        ++plan.depth;
    plan.rounds = static_cast<std::int64_t>(n / (b * (0.5 * plan.depth + 1.0)));
    plan.steps = plan.rounds * ((std::int64_t{2} << plan.depth) - 1);
    plan.accuracy =
        std::sqrt(2.0) * L0 * std::max(1.0 / std::cbrt(n), std::sqrt(std::sqrt(d) / (n * epsilon)));
    plan.stepScale = plan.accuracy * std::min(1.0, std::sqrt(b) * epsilon / std::sqrt(d));
    plan.stopLevel = stopFactor * plan.accuracy;
    const double logarithm = std::log(1.25 / budget.delta);
    plan.theoremStopFactor =
        256.0 * logarithm *
        std::log(2.0 * static_cast<double>(std::max<std::int64_t>(1, plan.rounds)) *
                 std::exp2(plan.depth + 1) / failureProbability);
    if (budget.noiseConstant > 0.0) {
        plan.rootNoise = std::sqrt(8.0 * logarithm) * L0 / (b * epsilon);
        plan.variationNoise =
            std::sqrt(8.0 * logarithm * std::exp2(plan.depth)) * plan.stepScale / (b * epsilon);
    }
    return plan;
}

TreeSpider::TreeSpider(std::shared_ptr<const PrivateProblem> problem, const TreeSpiderPlan& plan,
                       RandomStream stream)
    : PrivateDescent(std::move(problem), stream), plan_(plan), vertexW_(w_.size(), plan.depth + 1),
      vertexV_(w_.size(), plan.depth + 1), variation_(w_), output_(w_),
      norms_((std::size_t{2} << plan.depth) - 1, -1.0) {}

void TreeSpider::step() {
    if (depth_ == 0)
        visitRoot();
    else if (position_ % 2 == 1)
        visitRightChild();
    else {
        vertexW_.col(depth_) = vertexW_.col(depth_ - 1);
        vertexV_.col(depth_) = vertexV_.col(depth_ - 1);
        noiseDeviation_ = 0.0;
    }
    v_ = vertexV_.col(depth_);
    previous_ = vertexW_.col(depth_);
    norms_[static_cast<std::size_t>((std::int64_t{1} << depth_) - 1 + position_)] = v_.norm();
    if (depth_ == plan_.depth) {
        visitLeaf();
        return;
    }
    w_ = previous_;
    ++depth_;
    position_ *= 2;
}

void TreeSpider::visitRoot() {
    std::fill(norms_.begin(), norms_.end(), -1.0);
    if (round_ == 0)
        vertexW_.col(0).setZero();
    else // the leaf's own w, not the one it stepped to
        vertexW_.col(0) = vertexW_.col(plan_.depth);
    problem_->meanGradient(vertexW_.col(0), samplesUsed_, plan_.batch, vertexV_.col(0));
    addNoise(vertexV_.col(0), plan_.rootNoise);
    samplesUsed_ += plan_.batch;
    oracleCalls_ += plan_.batch;
    ZeroConcentratedAccountant release;
    release.addGaussian(2.0 * problem_->lipschitz() / static_cast<double>(plan_.batch),
                        plan_.rootNoise);
    accountant_.combineDisjoint(release);
}

void TreeSpider::visitRightChild() {
    const std::int64_t size = std::max<std::int64_t>(1, plan_.batch >> depth_);
    vertexW_.col(depth_) = w_;
    problem_->meanVariation(w_, vertexW_.col(depth_ - 1), samplesUsed_, size, variation_);
    // A size rounded down costs more noise: each release spends the same.
    const double rounding =
        static_cast<double>(plan_.batch) / (std::exp2(depth_) * static_cast<double>(size));
    addNoise(variation_, rounding * plan_.variationNoise);
    vertexV_.col(depth_) = vertexV_.col(depth_ - 1) + variation_;
    samplesUsed_ += size;
    oracleCalls_ += 2 * size;
    // The left sibling's leaves have moved w by a fixed length each.
    const double moved = std::exp2(plan_.depth - depth_) * plan_.stepScale /
                         (std::exp2(0.5 * plan_.depth) * problem_->smoothness());
    ZeroConcentratedAccountant release;
    release.addGaussian(2.0 * problem_->smoothness() * moved / static_cast<double>(size),
                        rounding * plan_.variationNoise);
    accountant_.combineDisjoint(release);
}

void TreeSpider::visitLeaf() {
    const double norm = v_.norm();
    ++leavesSeen_;
    stopped_ = norm <= 2.0 * plan_.stopLevel;
    if (stopped_ || stream_.integer(static_cast<std::uint64_t>(leavesSeen_)) == 0)
        output_ = previous_;
    if (stopped_) {
        w_ = previous_;
        return;
    }
    w_ = previous_ -
         plan_.stepScale / (std::exp2(0.5 * plan_.depth) * problem_->smoothness() * norm) * v_;
    // Up from right children, then over to the right sibling.
    const auto next = static_cast<std::uint64_t>(position_ + 1);
    const int up = std::countr_zero(next);
    if (up >= plan_.depth) {
        depth_ = 0;
        position_ = 0;
        ++round_;
    } else {
        depth_ = plan_.depth - up;
        position_ = static_cast<std::int64_t>(next >> up);
    }
}

} // namespace convergence
