#pragma once

#include <memory>
#include <optional>

#include <Eigen/Core>

#include "core/control/value_family.h"

/// Jia and Zhou, "Policy Evaluation and Temporal-Difference Learning in Continuous Time and Space:
/// A Martingale Approach", JMLR 23, 2022: J^θ is the value where M_t = J^θ(t, X_t) + ∫₀ᵗ r ds is a
/// martingale. What learners ask of M instead, on a mesh, always has the form
///
///     E Σ_i g_i w_i = 0,   g_i = ∂J^θ/∂θ(t_i, X_i),   ΔM_i = J_{i+1} − J_i + r_iΔt,
///
/// and they differ in the weight w_i alone. With a discount J, g, r and h are all discounted to
/// time 0: J_i stands for e^{−βt_i}J^θ(t_i, X_i).
namespace convergence::control {

enum class Condition {
    squaredError, ///< −∇ of ½E ΣΔM²/Δt (residual gradient): w_i = (ΔM_i − ΔM_{i−1})/Δt
    martingaleLoss, ///< −∇ of ½E Σ(M_T − M_i)²Δt (gradient Monte Carlo): w_i = (G_i − J_i)Δt
    orthogonality, ///< E∫ g dM = 0, TD(0): w_i = ΔM_i
    traces, ///< E∫ ξ dM = 0, ξ_t = ∫₀ᵗ λ^{t−s}g_s ds, TD(λ): w_i = Δt Σ_{j≥i} λ^{t_j−t_i}ΔM_j
};

struct MartingaleCondition {
    Condition kind = Condition::orthogonality;
    double lambda = 0.5; ///< λ in [0, 1], per second; of `traces`
};

/// Fills w, episodes × n, with the weights along the episodes of y (ValueProcess::sample()). G_i is
/// the reward to go, h(X_T) + Σ_{j≥i} r_jΔt. Does not allocate.
void weigh(const MartingaleCondition& condition, const ValueProcess& process,
           const ValueTable& value, const Eigen::ArrayXXd& y, Eigen::ArrayXXd& w);

/// What `weigh` samples, in closed form: expectations over all episodes of a process. Cost O(nd).
class MartingalePopulation {
public:
    explicit MartingalePopulation(std::shared_ptr<const ValueFamily> family);

    /// E Σ g_i w_i at θ: the way in which a learner moves there, 0 at its goal.
    [[nodiscard]] Eigen::VectorXd direction(const MartingaleCondition& condition,
                                            const Eigen::VectorXd& theta) const;
    /// −∂direction/∂θ at θ, d × d; exact where the family is linear, by central differences where
    /// it is not.
    [[nodiscard]] Eigen::MatrixXd response(const MartingaleCondition& condition,
                                           const Eigen::VectorXd& theta) const;
    /// E Σ g_i g_iᵀΔt.
    [[nodiscard]] Eigen::MatrixXd gram(const Eigen::VectorXd& theta) const;
    /// The θ at which the direction is 0. In the family that is not linear: within [−100/T,
    /// max(10/T, 2θ*)], to 1e-12, and of several the one with the smallest squared error. Nothing
    /// where there is none.
    [[nodiscard]] std::optional<Eigen::VectorXd>
    solution(const MartingaleCondition& condition) const;
    /// The θ nearest to the value J in E Σ(J − J^θ)²Δt.
    [[nodiscard]] std::optional<Eigen::VectorXd> projection() const;

    /// ½E ΣΔM²/Δt, the mean-square TD error.
    [[nodiscard]] double squaredError(const Eigen::VectorXd& theta) const;
    /// ½E Σ(M_T − M_i)²Δt.
    [[nodiscard]] double martingaleLoss(const Eigen::VectorXd& theta) const;
    /// (E Σ(J − J^θ)²Δt)^½.
    [[nodiscard]] double valueError(const Eigen::VectorXd& theta) const;
    /// E[M_T − M_i | X_i] of any p(t)x² + r(t): what is still to be won; 0 of the value, up to the
    /// mesh.
    [[nodiscard]] QuadraticOnMesh expectedGain(const QuadraticOnMesh& value) const;
    /// Of any p(t)x² + r(t): E ΣΔM² on the mesh, and what it tends to, the quadratic variation
    /// E∫(σ∂ₓJ)²dt, as a left sum.
    [[nodiscard]] double sumOfSquares(const QuadraticOnMesh& value) const;
    [[nodiscard]] double quadraticVariation(const QuadraticOnMesh& value) const;
    [[nodiscard]] double quadraticVariation(const Eigen::VectorXd& theta) const;

private:
    /// E[w_i | X_i] = square·Y_i + constant, of the conditions whose weights look forward.
    [[nodiscard]] QuadraticOnMesh expectedWeights(const MartingaleCondition& condition,
                                                  const ValueTable& value) const;
    /// E[ΔM_i | X_i], likewise.
    [[nodiscard]] QuadraticOnMesh expectedDifferences(const QuadraticOnMesh& value) const;
    /// E[G_i | X_i], likewise, n + 1.
    [[nodiscard]] QuadraticOnMesh expectedReturns() const;
    [[nodiscard]] std::optional<Eigen::VectorXd> rootOf(const MartingaleCondition& condition) const;

    std::shared_ptr<const ValueFamily> family_;
    const ValueProcess& process_;
    double squaredReturns_ = 0.0; ///< E ΣG_i²Δt
};

} // namespace convergence::control
