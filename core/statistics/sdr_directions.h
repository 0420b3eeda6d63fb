#pragma once

#include <Eigen/Core>

/// Sufficient dimension reduction without a network: features of X that hold the most of what a
/// weight matrix W asks for, tr(FᵀWF), at unit size. W is that of the Fréchet cumulative covariance
/// or of distances (frechet_covariance.h).
namespace convergence::statistics {

/// F = (x − x̄)B, the leading d solutions of XᵀWXb = ρ(Σ_X + 10⁻⁶ tr(Σ_X)/p I)b: the little that is
/// added lets pixels be 0 everywhere. With distance weights it is the weighted inverse regression
/// ensemble (WIRE).
class LinearDirections {
public:
    /// x: n × p, W: n × n. Throws NumericalError where all predictors are constant.
    LinearDirections(const Eigen::MatrixXd& x, const Eigen::MatrixXd& weights,
                     Eigen::Index dimension);
    [[nodiscard]] Eigen::MatrixXd features(const Eigen::MatrixXd& x) const;
    [[nodiscard]] const Eigen::MatrixXd& directions() const { return directions_; } ///< p × d

private:
    Eigen::RowVectorXd mean_;
    Eigen::MatrixXd directions_;
};

/// f = Σ α_k k(·, x_k), k Gaussian with the median squared distance as its scale, that maximizes
/// αᵀKWKα at αᵀ(KHK/n + ε λ₁(K/n) K + 10⁻⁸I)α = 1; the leading d by subspace iteration.
class KernelDirections {
public:
    /// Throws NumericalError where the kernel matrix is singular to rounding.
    KernelDirections(const Eigen::MatrixXd& x, const Eigen::MatrixXd& weights,
                     Eigen::Index dimension, double ridge);
    [[nodiscard]] Eigen::MatrixXd features(const Eigen::MatrixXd& x) const;

private:
    Eigen::MatrixXd x_;
    double scale_ = 1.0;
    Eigen::MatrixXd coefficients_; ///< α, n × d
};

} // namespace convergence::statistics
