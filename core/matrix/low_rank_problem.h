#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace convergence::matrix {

/// The matrix to be recovered: M* = U diag(σ) Vᵀ of rank r.
struct LowRankProblem {
    Eigen::MatrixXd target;         ///< M*, n₁ × n₂
    Eigen::MatrixXd left;           ///< U, n₁ × r, orthonormal columns
    Eigen::MatrixXd right;          ///< V, n₂ × r, orthonormal columns
    Eigen::VectorXd singularValues; ///< σ, r, from 1 down to 1/κ

    [[nodiscard]] Eigen::Index rank() const { return singularValues.size(); }
};

/// Singular values evenly spaced from 1 to 1/κ on uniformly random orthonormal factors (QR of
/// Gaussian matrices). `symmetric`: V = U, which needs rows = columns. The factors depend on the
/// seed only, so that all arms share the problem.
/// Throws InputError if rank exceeds a dimension, κ < 1, or a symmetric problem is not square.
LowRankProblem randomLowRankProblem(Eigen::Index rows, Eigen::Index columns, Eigen::Index rank,
                                    double conditionNumber, bool symmetric, std::uint64_t seed);

/// M* = diag(1, 0): with k = 1 the loss ¼((x₁² − 1)² + 2x₁²x₂² + x₂⁴) can be drawn.
LowRankProblem planeProblem();

/// M* = 0 in one dimension, rank 0: what a superfluous direction feels, f = ½(fg)².
LowRankProblem scalarToy();

} // namespace convergence::matrix
