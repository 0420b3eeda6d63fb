#pragma once

#include <Eigen/Core>

#include "core/matrix/sensing_operator.h"

namespace convergence::matrix {

/// Gradient descent on f(X) = ¼‖𝒜(XXᵀ) − y‖² (Xiong, Ding, Du 2023, symmetric setting):
///
///   X ← X − η R(XXᵀ) X,   R(Z) = 𝒜*(𝒜(Z) − y),   X ∈ R^{n×k}.
///
/// With the identity operator and M* = U diag(σ) Uᵀ, a superfluous singular value of X obeys
/// s ← s(1 − ηs²), hence s² → 1/(2ηt): slower than any exponential.
class SymmetricDescent {
public:
    /// X₀ is n × k; the residual must be that of n × n matrices (and symmetric).
    SymmetricDescent(MeasuredResidual residual, Eigen::MatrixXd start);

    /// One step. Does not allocate. False if the iterate has left any useful range.
    bool step(double learningRate);

    [[nodiscard]] const Eigen::MatrixXd& factor() const { return x_; }
    /// XXᵀ of the present factor.
    [[nodiscard]] Eigen::MatrixXd product() const { return x_ * x_.transpose(); }
    /// ∇f(X) = R(XXᵀ) X at the present factor, n × k.
    [[nodiscard]] Eigen::MatrixXd gradient();
    /// f at the present factor.
    [[nodiscard]] double loss();
    [[nodiscard]] MeasuredResidual& residual() { return residual_; }
    [[nodiscard]] const MeasuredResidual& residual() const { return residual_; }

private:
    void computeGradient();

    MeasuredResidual residual_;
    Eigen::MatrixXd x_;        ///< n × k
    Eigen::MatrixXd gram_;     ///< XᵀX, k × k
    Eigen::MatrixXd product_;  ///< n × n
    Eigen::MatrixXd r_;        ///< n × n
    Eigen::MatrixXd gradient_; ///< n × k
};

/// Gradient descent on f(F, G) = ½‖𝒜(FGᵀ) − y‖² (the same paper, asymmetric setting), both
/// factors from the old pair:
///
///   F ← F − η R(FGᵀ) G,   G ← G − η R(FGᵀ)ᵀ F,   F ∈ R^{n₁×k}, G ∈ R^{n₂×k}.
///
/// FᵀF − GᵀG changes by O(η²) a step only. Off the signal space G shrinks by I − ηFᵀF a step.
class AsymmetricDescent {
public:
    enum class Update {
        simultaneous, ///< the algorithm
        sequential,   ///< G from the new F: another algorithm, kept to show what it breaks
    };

    AsymmetricDescent(MeasuredResidual residual, Eigen::MatrixXd left, Eigen::MatrixXd right,
                      Update update = Update::simultaneous);

    /// One step. Does not allocate. False if the iterate has left any useful range.
    bool step(double learningRate);

    /// The one modified step: with the thin SVD F = P S Qᵀ,
    ///   F ← β P,   G ← G Q S / β.
    /// FGᵀ stays as it is and FᵀF becomes β²I. Returns ‖change of FGᵀ‖_F / ‖FGᵀ‖_F.
    double balance(double beta);
    /// √ of the r̂-th singular value of FGᵀ, r̂ = the count above a tenth of the first.
    [[nodiscard]] double automaticBalance() const;

    [[nodiscard]] const Eigen::MatrixXd& left() const { return f_; }
    [[nodiscard]] const Eigen::MatrixXd& right() const { return g_; }
    [[nodiscard]] Eigen::MatrixXd product() const { return f_ * g_.transpose(); }
    /// (∇_F f, ∇_G f) at the present pair.
    [[nodiscard]] std::pair<Eigen::MatrixXd, Eigen::MatrixXd> gradients();
    [[nodiscard]] double loss();
    [[nodiscard]] MeasuredResidual& residual() { return residual_; }
    [[nodiscard]] const MeasuredResidual& residual() const { return residual_; }

private:
    void computeResidual();
    void computeGradientF();
    void computeGradientG();

    MeasuredResidual residual_;
    Update update_;
    Eigen::MatrixXd gram_;      ///< GᵀG or FᵀF, k × k
    Eigen::MatrixXd f_;         ///< n₁ × k
    Eigen::MatrixXd g_;         ///< n₂ × k
    Eigen::MatrixXd product_;   ///< n₁ × n₂
    Eigen::MatrixXd r_;         ///< n₁ × n₂
    Eigen::MatrixXd gradientF_; ///< n₁ × k
    Eigen::MatrixXd gradientG_; ///< n₂ × k
};

} // namespace convergence::matrix
