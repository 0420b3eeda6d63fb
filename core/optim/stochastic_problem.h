#pragma once

#include <memory>

#include <Eigen/Core>

#include "core/math/random.h"

namespace convergence {

/// A convex problem min F = f + h whose optimum is known exactly, with a stochastic first-order
/// oracle of f. Read only: any number of solvers may share one.
class StochasticProblem {
public:
    virtual ~StochasticProblem() = default;
    [[nodiscard]] virtual Eigen::Index dimension() const = 0;
    [[nodiscard]] virtual Eigen::VectorXd start() const {
        return Eigen::VectorXd::Zero(dimension());
    }
    /// A minimizer of F.
    [[nodiscard]] virtual const Eigen::VectorXd& minimizer() const = 0;
    /// F(x) − F*, without cancellation where the problem allows.
    [[nodiscard]] virtual double gap(const Eigen::Ref<const Eigen::VectorXd>& x) const = 0;
    /// A random subgradient of f at x, unbiased.
    virtual void subgradient(const Eigen::Ref<const Eigen::VectorXd>& x, RandomStream& stream,
                             Eigen::Ref<Eigen::VectorXd> g) const = 0;
    /// L of f; 0 where f is not smooth.
    [[nodiscard]] virtual double smoothness() const { return 0.0; }
    /// Bound on ‖g‖ where f is Lipschitz; 0 where it is smooth.
    [[nodiscard]] virtual double lipschitz() const { return 1.0; }
};

/// f(x) = (1/2n) Σ_i (|a_iᵀ(x − x*) − ξ_i| + |a_iᵀ(x − x*) + ξ_i|), rows a_i uniform on the unit
/// sphere of R^d, x* ~ N(0, I/d), |ξ_i| Laplace(0.1). By symmetry x* is a minimizer with
/// F* = mean |ξ_i|. Oracle: one i and one sign.
std::unique_ptr<StochasticProblem> absoluteDeviations(Eigen::Index dimension, Eigen::Index samples,
                                                      std::uint64_t seed);

/// The instance on which the last iterate of 1/√t steps pays log T (Harvey, Liaw, Plan, Randhawa
/// 2019), on the unit ball of R^T: a_j = 1/(8(T − j + 1)), b_j = √j/(2√T);
/// h_{i,j} = a_j for j < i, −b_i for j = i ≤ T, 0 after; f(x) = max_{i ≤ T+1} h_iᵀx, F* = 0 at 0,
/// where it starts. The oracle is not random: h_i with the smallest maximizing i.
std::unique_ptr<StochasticProblem> adversarialMaximum(Eigen::Index horizon);

enum class Curvature { decaying, strong, linear };
/// f = ½ Σ H_j (x_j − c_j)², c ~ N(0, I), h = λ‖x‖₁ + (μ_h/2)‖x‖². H_j = j^{−2} (decaying), evenly
/// from 0.1 to 1 (strong: μ_f = 0.1), evenly from 0 to 1 (linear). L = 1. The oracle is exact.
std::unique_ptr<StochasticProblem> compositeQuadratic(Eigen::Index dimension, Curvature curvature,
                                                      double l1Weight, double ridgeWeight,
                                                      std::uint64_t seed);

/// f = ⟨c, x⟩ on the simplex with c = (0, 0.2, ..., 0.2); starts at its center. The oracle is
/// exact.
std::unique_ptr<StochasticProblem> simplexLinear(Eigen::Index dimension);

} // namespace convergence
