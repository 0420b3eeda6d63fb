#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "core/math/random.h"

namespace convergence::matrix {

/// The matrix to be recovered: M* = U diag(σ) Vᵀ of rank r.
struct LowRankProblem {
    Eigen::MatrixXd target;         ///< M*, n₁ × n₂
    Eigen::MatrixXd left;           ///< U, n₁ × r, orthonormal columns
    Eigen::MatrixXd right;          ///< V, n₂ × r, orthonormal columns
    Eigen::VectorXd singularValues; ///< σ, r, from 1 down to 1/κ

    [[nodiscard]] Eigen::Index rank() const { return singularValues.size(); }
};

struct LowRankOptions {
    Eigen::Index rows = 1, columns = 1;
    Eigen::Index rank = 1;
    double conditionNumber = 1.0; ///< κ
    bool symmetric = false;       ///< V = U, which needs rows = columns
    std::uint64_t seed = 0;
};
/// Singular values evenly spaced from 1 to 1/κ on uniformly random orthonormal factors (QR of
/// Gaussian matrices). The factors depend on the seed only, so that all arms share the problem.
/// Throws InputError if rank exceeds a dimension, κ < 1, or a symmetric problem is not square.
LowRankProblem randomLowRankProblem(const LowRankOptions& options);
/// n × n and symmetric.
inline LowRankProblem symmetricLowRankProblem(Eigen::Index n, Eigen::Index rank, double kappa,
                                              std::uint64_t seed) {
    return randomLowRankProblem({.rows = n,
                                 .columns = n,
                                 .rank = rank,
                                 .conditionNumber = kappa,
                                 .symmetric = true,
                                 .seed = seed});
}

/// M* = diag(1, 0): with k = 1 the loss ¼((x₁² − 1)² + 2x₁²x₂² + x₂⁴) can be drawn.
LowRankProblem planeProblem();

/// M* = 0 in one dimension, rank 0: what a superfluous direction feels, f = ½(fg)².
LowRankProblem scalarToy();

/// The losses of these two, over the plane in which their factors move.
struct LossAt {
    double f, fx, fy; ///< the loss and its gradient
};
using PlaneLoss = LossAt (*)(double x, double y);
/// ¼((x² − 1)² + 2x²y² + y⁴).
LossAt planeLoss(double x, double y);
/// ½(xy)².
LossAt toyLoss(double x, double y);

/// Independent normal entries of variance scale²/rows. A stream gives equal first columns whatever
/// the number of columns.
Eigen::MatrixXd gaussianFactor(Eigen::Index rows, Eigen::Index columns, double scale,
                               RandomStream stream);

/// Norms of the components of a factor on the span of an orthonormal basis and off it.
struct Components {
    double on, off;
};
Components componentsOf(const Eigen::MatrixXd& factor, const Eigen::MatrixXd& basis);

} // namespace convergence::matrix
