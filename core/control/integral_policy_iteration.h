#pragma once

#include <cstdint>
#include <memory>

#include <Eigen/Core>

#include "core/control/integral_systems.h"
#include "core/math/random.h"

namespace convergence::control {

/// Σ βₙ l(tₙ) in the place of ∫₀ᵀ l dt; without weights the integral itself.
struct IntegralRule {
    Eigen::VectorXd weights; ///< β, one a sample
    [[nodiscard]] bool isExact() const { return weights.size() == 0; }
};

/// Policy iteration of integral reinforcement learning (Vrabie et al. 2009; Cao and Pan 2024).
///
/// The learner sees the system only through windows j = 1..M of length T under its present policy
/// ω. Each says what the value lost, to which a rule adds up the N samples of the running cost:
///
///   (φ(x₀) − φ(x_T)) · ω⁺ = Σ βₙ l(tₙ),
///
/// and ω⁺ is the least-squares solution of the M equations (of smallest norm, where they leave some
/// directions open). It is the value of the policy and stands for the next one.
///
/// With exact integrals this is Newton's method on the Hamilton–Jacobi–Bellman equation
/// (ControlledSystem::newtonStep()), where the features can express the value. A rule adds its
/// error to every step: ‖ω⁺ − ω*‖ ≤ C‖ω − ω*‖² + C′ε.
class IntegralPolicyIteration {
public:
    /// Where windows begin.
    enum class Excitation {
        carried,   ///< where the last one ended, also from one policy to the next
        restarted, ///< so too, but the first of each evaluation at x⁰
        drawn,     ///< each at a state drawn for it, so that no direction is starved
    };
    struct Options {
        Eigen::VectorXd start;     ///< x⁰
        double length = 0.1;       ///< T > 0, in seconds
        Eigen::Index windows = 20; ///< M ≥ 1
        Excitation excitation = Excitation::carried;
        std::uint64_t seed = 0, replicate = 0; ///< of the states drawn
    };
    /// Throws InputError where these, or the number of the rule's samples, cannot be, naming them.
    IntegralPolicyIteration(std::shared_ptr<const ControlledSystem> system, Options options,
                            IntegralRule rule);

    /// Evaluates the policy and improves on it. Throws NumericalError where the state or the new
    /// weights are not finite; weights() then remain.
    void step();

    /// From the next step on.
    void setRule(IntegralRule rule);
    void setExcitation(Excitation excitation) { options_.excitation = excitation; }

    [[nodiscard]] const Eigen::VectorXd& weights() const { return weights_; } ///< ω, p
    [[nodiscard]] double change() const { return change_; } ///< ‖ω − ω_old‖₂ of the last step
    /// σ₁/σ_p of the last equations; infinite where they leave a direction open.
    [[nodiscard]] double condition() const { return condition_; }
    /// The policy that was evaluated last, and where its windows began (n × M).
    [[nodiscard]] const Eigen::VectorXd& evaluated() const { return evaluated_; }
    [[nodiscard]] const Eigen::MatrixXd& windowStarts() const { return starts_; }

private:
    void observeWindows();
    std::shared_ptr<const ControlledSystem> system_;
    Options options_;
    IntegralRule rule_;
    Eigen::VectorXd weights_, evaluated_, state_, before_, after_;
    Eigen::MatrixXd rows_, starts_;
    Eigen::VectorXd targets_;
    double change_ = 0.0, condition_ = 1.0;
    std::uint64_t steps_ = 0;
};

/// A state to begin at, drawn as the system says (ControlledSystem::startFrom()).
Eigen::VectorXd drawnStart(const ControlledSystem& system, const StreamKey& key);

} // namespace convergence::control
