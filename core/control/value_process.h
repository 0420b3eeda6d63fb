#pragma once

#include <cstddef>

#include <Eigen/Core>

#include "core/math/diffusions.h"
#include "core/math/random.h"

/// Evaluating a policy in continuous time: a diffusion under a fixed policy, its reward, and the
/// value J(t, x) = E[∫_tᵀ e^{−β(s−t)}r ds + e^{−β(T−t)}h(X_T) | X_t = x], which a learner is to
/// find from episodes alone.
namespace convergence::control {

enum class Dynamics {
    ornsteinUhlenbeck, ///< dX = −κX dt + σ dW, X₀ ~ N(0, v₀), r = x², h = 0
    geometricBrownian, ///< dX = μX dt + σX dW, X₀ = 1, r = 0, h = x²
};

/// Whether successive states belong together. Shuffled, each has its own law still, but comes from
/// an episode of its own: what a temporal difference learns from is destroyed.
enum class Pairing { paths, shuffled };

struct ValueProblem {
    Dynamics dynamics = Dynamics::ornsteinUhlenbeck;
    double reversion = 1.0;     ///< κ, 1/s; above 0
    double drift = 0.05;        ///< μ, 1/s
    double volatility = 1.0;    ///< σ; above 0
    double startVariance = 1.0; ///< v₀, at least 0
    double horizon = 1.0;       ///< T, s; above 0
    double discount = 0.0;      ///< β, 1/s; at least 0
    Pairing pairing = Pairing::paths;
};

/// A function p(t)x² + r(t) at the times of a mesh, 0 … n.
struct QuadraticOnMesh {
    Eigen::VectorXd square;   ///< p(t_i)
    Eigen::VectorXd constant; ///< r(t_i)
};

/// A problem on the mesh t_i = iΔt, Δt = T/n, by way of Y = X²: rewards and values are affine in Y,
/// and E[Y_{i+1} | Y_i] = growth·Y_i + gain, so that every expectation which a learner samples is
/// known in closed form. Transitions are exact, whatever the mesh.
///
/// All rewards and values are discounted to time 0: at t_i they count e^{−βt_i}. In these terms a
/// problem with β > 0 is one without, whose reward fades.
class ValueProcess {
public:
    /// Throws InputError unless n ≥ 2 and the problem's numbers are finite and in range.
    ValueProcess(const ValueProblem& problem, Eigen::Index steps);

    [[nodiscard]] const ValueProblem& problem() const { return problem_; }
    [[nodiscard]] Eigen::Index steps() const { return steps_; } ///< n
    [[nodiscard]] double timeStep() const { return timeStep_; } ///< Δt
    [[nodiscard]] double time(Eigen::Index i) const;
    [[nodiscard]] double toGo(Eigen::Index i) const; ///< T − t_i, exactly 0 at the end

    [[nodiscard]] double discount(Eigen::Index i) const { return discount_[i]; } ///< e^{−βt_i}
    /// Of Y_i, in step i: e^{−βt_i}qΔt, r = q·x².
    [[nodiscard]] double stepReward(Eigen::Index i) const { return stepReward_[i]; }
    /// Of Y_n: e^{−βT}H, h = H·x².
    [[nodiscard]] double terminalReward() const { return terminalReward_; }
    /// H itself.
    [[nodiscard]] double terminalRewardThen() const { return terminalReward_ / discount_[steps_]; }

    // Moments of Y at the times of the mesh.
    [[nodiscard]] const Eigen::VectorXd& mean() const { return mean_; }     ///< E Y_i, n + 1
    [[nodiscard]] const Eigen::VectorXd& square() const { return square_; } ///< E Y_i², n + 1
    [[nodiscard]] const Eigen::VectorXd& growth() const { return growth_; } ///< n
    [[nodiscard]] const Eigen::VectorXd& gain() const { return gain_; }     ///< n
    /// E Y_i Y_{i+1}.
    [[nodiscard]] double neighbors(Eigen::Index i) const {
        return growth_[i] * square_[i] + gain_[i] * mean_[i];
    }
    /// E (σ(X) ∂ₓx²)² at t_i: what a second of p(t)x² adds to its quadratic variation is p² times
    /// this.
    [[nodiscard]] const Eigen::VectorXd& roughness() const { return roughness_; }

    /// The value e^{−βt}J of the problem. Ornstein–Uhlenbeck, τ = T − t: J = ax² + c with
    /// a = (1 − e^{−(2κ+β)τ})/(2κ + β), c = σ²(b − a)/(2κ), b = (1 − e^{−βτ})/β; geometric Brownian
    /// motion: e^{(2μ + σ² − β)τ}x².
    [[nodiscard]] const QuadraticOnMesh& value() const { return value_; }

    /// Fills y, episodes × (n + 1), with Y along independent episodes; all starts first, then one
    /// time after another. Does not allocate.
    void sample(RandomStream& stream, Eigen::ArrayXXd& y) const;

private:
    void setMoments();
    void setValue();
    [[nodiscard]] GaussianTransition marginal(Eigen::Index i) const;

    ValueProblem problem_;
    Eigen::Index steps_;
    double timeStep_;
    double terminalReward_;
    GaussianTransition transition_; ///< of X, or of ln X
    Eigen::VectorXd discount_, stepReward_;
    Eigen::VectorXd mean_, square_, growth_, gain_, roughness_;
    QuadraticOnMesh value_;
};

} // namespace convergence::control
