#pragma once

#include <memory>
#include <optional>

#include <Eigen/Core>

#include "core/control/value_process.h"

namespace convergence::control {

/// What a learner may say of the value, τ = T − t:
///
///              Ornstein–Uhlenbeck                     geometric Brownian motion
///     exact    θ₁ a(t)x² + θ₂ c(t), θ* = (1, 1)       x²e^{θτ}, θ* = 2μ + σ² − β; not linear
///     linear   θ₁ τx² + θ₂ τ                          x² + θ τx²
///     poly     Σ θᵢ τⁱx² + Σ θ₃₊ᵢ τⁱ, i = 1, 2, 3     x² + Σ θᵢ τⁱx²
///
/// All are h(x) at the horizon whatever θ is.
enum class Basis { exact, linear, poly };

/// e^{−βt}J^θ and its derivatives at one θ on a mesh: J_i = square·Y + constant, ∂J_i/∂θ_k
/// likewise.
struct ValueTable {
    Eigen::VectorXd square, constant;           ///< n + 1
    Eigen::MatrixXd slopeSquare, slopeConstant; ///< d × (n + 1)
    Eigen::VectorXd curvature; ///< n + 1: ∂²J/∂θ² = curvature·Y; 0 where linear
};

/// J^θ(t, x) = p_θ(t)x² + r_θ(t) on the mesh of a process.
class ValueFamily {
public:
    ValueFamily(std::shared_ptr<const ValueProcess> process, Basis basis);

    [[nodiscard]] const ValueProcess& process() const { return *process_; }
    [[nodiscard]] Eigen::Index dimension() const { return dimension_; } ///< d
    [[nodiscard]] bool isLinear() const { return isLinear_; }
    /// θ* with J^θ* = J; nothing where the family does not hold J (linear, poly).
    [[nodiscard]] const std::optional<Eigen::VectorXd>& truth() const { return truth_; }

    /// A table of the right size at θ.
    [[nodiscard]] ValueTable table(const Eigen::VectorXd& theta) const;
    /// Moves a table to another θ; without allocation.
    void evaluate(const Eigen::VectorXd& theta, ValueTable& table) const;
    /// The same at t_i alone.
    void evaluateAt(Eigen::Index i, const Eigen::VectorXd& theta, ValueTable& table) const;

private:
    std::shared_ptr<const ValueProcess> process_;
    Eigen::Index dimension_;
    bool isLinear_;
    std::optional<Eigen::VectorXd> truth_;
    Eigen::MatrixXd featureSquare_, featureConstant_; ///< d × (n + 1), of families linear in θ
    Eigen::VectorXd fixedSquare_;                     ///< of x², whatever θ, n + 1
};

/// M_{t_i} = e^{−βt_i}J^θ(t_i, X_i) + Σ_{j<i} e^{−βt_j}r_jΔt along the episodes of y: a martingale
/// for θ*, up to the mesh. Episodes × (n + 1), like y.
Eigen::ArrayXXd martingaleOf(const ValueProcess& process, const QuadraticOnMesh& value,
                             const Eigen::ArrayXXd& y);

} // namespace convergence::control
