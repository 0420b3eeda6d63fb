#pragma once

#include <cstdint>
#include <memory>

#include "core/control/martingale_condition.h"

namespace convergence::control {

/// α/(1 + k/k₀)^ρ in update k = 0, 1, …
struct DecayingRate {
    double start = 1.0;        ///< α > 0
    double decayStart = 200.0; ///< k₀ > 0, in updates
    double power = 1.0;        ///< ρ ≥ 0
    [[nodiscard]] double at(std::int64_t update) const;
};

/// Evaluates a policy from episodes, knowing neither drift nor volatility: θ moves with each batch
/// of episodes, by averages over it. Start: θ = 0.
class MartingaleLearner {
public:
    virtual ~MartingaleLearner() = default;

    /// One update on a batch, episodes × (n + 1), of as many episodes as it was made for. Does not
    /// allocate. False once θ is not finite.
    bool update(const Eigen::ArrayXXd& y);

    [[nodiscard]] const Eigen::VectorXd& theta() const { return theta_; }
    [[nodiscard]] std::int64_t updates() const { return updates_; }
    /// The step size of the update to come; 0 where the method has none.
    [[nodiscard]] virtual double stepSize() const { return rate_.at(updates_); }

    // What may change on the way.
    void setRate(const DecayingRate& rate) { rate_ = rate; }
    void setAuxiliaryRate(const DecayingRate& rate) { auxiliaryRate_ = rate; }
    void setLambda(double lambda) { condition_.lambda = lambda; }

protected:
    MartingaleLearner(std::shared_ptr<const ValueFamily> family,
                      const MartingaleCondition& condition, Eigen::Index episodes);
    virtual void learn(const Eigen::ArrayXXd& y) = 0;
    /// Mean over episodes of Σ g_i w_i with the weights in `weights_`.
    [[nodiscard]] const Eigen::VectorXd& meanDirection(const Eigen::ArrayXXd& y);

    std::shared_ptr<const ValueFamily> family_;
    const ValueProcess& process_;
    MartingaleCondition condition_;
    DecayingRate rate_, auxiliaryRate_;
    Eigen::VectorXd theta_;
    ValueTable table_;
    Eigen::ArrayXXd weights_; ///< episodes × n

private:
    Eigen::ArrayXXd lanes_; ///< episodes × d: sums over time, by episode
    Eigen::VectorXd direction_;
    std::int64_t updates_ = 0;
};

/// How a learner comes to a θ at which its condition holds.
enum class Method {
    offline,      ///< θ ← θ + α Σ g_iw_i after the episodes (the four conditions)
    online,       ///< θ ← θ + α ξ_iΔM_i at each step (orthogonality, traces)
    leastSquares, ///< the condition solved, by a rank-one update a step (the same, J linear in θ)
    gradient,     ///< CGTD: of ½|E Σ g_iΔM_i|² by way of an average u (orthogonality)
    preconditionedGradient, ///< CGTD2: of ½|·|² in the inverse of E Σ g_ig_iᵀΔt (orthogonality)
};

///   offline       θ ← θ + α_k mean Σ g_i w_i
///   online        z ← λ^{Δt}z + g_iΔt (traces) or z = g_i;  θ ← θ + α_k mean zΔM_i, with J_i and
///                 J_{i+1} of the θ before the step
///   leastSquares  C ← C − C z vᵀC/(1 + vᵀCz),  θ ← θ + C z (ρ − vᵀθ)/(1 + vᵀCz) of the old C and
///                 θ, with v = φ_i − φ_{i+1} and ρ = ΔM_i at θ = 0; C = 10³ I at first
///                 (Sherman–Morrison: θ = (10⁻³ I + Σ zvᵀ)⁻¹ Σ zρ over all steps so far)
///   gradient      u ← u + α_u(m − u),  θ ← θ − α Gᵀu,  m = mean Σ g_iΔM_i, G = ∂m/∂θ
///   preconditioned u ← u + α_u(m − Cu),  C = mean Σ g_ig_iᵀΔt;  the same step of θ
///
/// Throws InputError for a method that the condition or the family does not admit, and without
/// episodes.
std::unique_ptr<MartingaleLearner> makeLearner(Method method, const MartingaleCondition& condition,
                                               std::shared_ptr<const ValueFamily> family,
                                               Eigen::Index episodes);

} // namespace convergence::control
