#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/math/random.h"
#include "core/optim/privacy_accountant.h"
#include "core/optim/private_problem.h"

namespace convergence {

/// What a private method may spend, and the constants its noise is scaled with.
struct PrivacyBudget {
    double epsilon = 1.0;
    double delta = 1e-5;
    double noiseConstant = 0.0; ///< c; 0 switches all noise off (and privacy with it)
};

/// A private method that starts at w = 0 and goes step by step. step() is called at most
/// plannedSteps() times, and not after stopped().
class PrivateDescent {
public:
    virtual ~PrivateDescent() = default;
    virtual void step() = 0;
    [[nodiscard]] virtual std::int64_t plannedSteps() const = 0;
    /// It found what it looks for before the planned number of steps.
    [[nodiscard]] virtual bool stopped() const { return false; }
    [[nodiscard]] const Eigen::VectorXd& iterate() const { return w_; }
    /// The noisy gradient of the latest step, and the iterate it was taken at.
    [[nodiscard]] const Eigen::VectorXd& estimate() const { return v_; }
    [[nodiscard]] const Eigen::VectorXd& previousIterate() const { return previous_; }
    /// Deviation by coordinate of the noise added in the latest step.
    [[nodiscard]] double noiseDeviation() const { return noiseDeviation_; }
    /// That noise; of no meaning where the deviation is 0.
    [[nodiscard]] const Eigen::VectorXd& noise() const { return noise_; }
    /// Gradients of single samples evaluated so far.
    [[nodiscard]] std::int64_t oracleCalls() const { return oracleCalls_; }
    /// What has been spent. Releases on disjoint samples cost as much as the dearest of them.
    [[nodiscard]] const ZeroConcentratedAccountant& accountant() const { return accountant_; }

protected:
    PrivateDescent(std::shared_ptr<const PrivateProblem> problem, RandomStream stream);
    void addNoise(Eigen::Ref<Eigen::VectorXd> target, double deviation);

    std::shared_ptr<const PrivateProblem> problem_;
    RandomStream stream_;
    ZeroConcentratedAccountant accountant_;
    Eigen::VectorXd w_, v_, previous_, noise_;
    double noiseDeviation_ = 0.0;
    std::int64_t oracleCalls_ = 0;
};

/// T = ⌈√(F₀L₁)/(L₀ᾱ)⌉ steps with ᾱ = c√(d log(1/δ))/(nε), and noise of deviation
/// σ = cL₀√(T log(1/δ))/(nε). c = 2√2 spends ε + ε²/(4 log(1/δ)) by zCDP. F₀ = 1 bounds
/// F(0) − min F.
struct NoisyDescentPlan {
    std::int64_t steps = 1;
    double deviation = 0.0;
};
NoisyDescentPlan noisyDescentPlan(const PrivateConstants& problem, const PrivacyBudget& budget);

/// Noisy gradient descent, w ← w − (∇F(w) + N(σ))/(2L₁). Its output is a uniformly random iterate:
/// the last has no guarantee.
class NoisyGradientDescent final : public PrivateDescent {
public:
    NoisyGradientDescent(std::shared_ptr<const PrivateProblem> problem,
                         const NoisyDescentPlan& plan, RandomStream stream);
    void step() override;
    [[nodiscard]] std::int64_t plannedSteps() const override { return plan_.steps; }

private:
    NoisyDescentPlan plan_;
};

/// The lengths of SpiderBoost's phases and batches, and its noise.
enum class SpiderBatch { small, all };
struct SpiderBoostPlan {
    std::int64_t steps = 1;         ///< T
    std::int64_t phase = 1;         ///< q
    std::int64_t batch = 1;         ///< b₂; b₁ = n
    double gradientNoise = 0.0;     ///< σ₁
    double variationNoise = 0.0;    ///< σ₂, times ‖w_t − w_{t−1}‖
    double variationNoiseCap = 0.0; ///< σ̂₂
};
/// Arora, Bassily, González, Guzmán, Menart, Ullah 2022, with a = c√(d log(1/δ))/(nε) in the place
/// of ᾱ, so that phases stay within their stability condition. With every sample
/// in each batch b₂ = n.
SpiderBoostPlan spiderBoostPlan(const PrivateConstants& problem, const PrivacyBudget& budget,
                                SpiderBatch batch = SpiderBatch::small);

/// Private SpiderBoost: every q steps a noisy full gradient, in between noisy differences
///   v ← v + mean over a batch of [∇f(w_t) − ∇f(w_{t−1})] + N(min{σ₂‖w_t − w_{t−1}‖, σ̂₂}),
/// w ← w − v/(2L₁). The sensitivity of a difference is 2L₁‖w_t − w_{t−1}‖/b₂: less noise for short
/// steps. Its output is a uniformly random iterate. With b₂ < n the accountant counts no
/// amplification and is an upper bound.
class SpiderBoost final : public PrivateDescent {
public:
    SpiderBoost(std::shared_ptr<const PrivateProblem> problem, const SpiderBoostPlan& plan,
                RandomStream stream);
    void step() override;
    [[nodiscard]] std::int64_t plannedSteps() const override { return plan_.steps; }

private:
    [[nodiscard]] std::span<const std::uint32_t> drawBatch();

    SpiderBoostPlan plan_;
    std::int64_t t_ = 0;
    Eigen::VectorXd variation_;
    std::vector<std::uint32_t> order_; ///< of the samples; a batch is its beginning
};

} // namespace convergence
