#pragma once

#include <optional>

#include <Eigen/Core>

namespace convergence {

/// Principal components (Pearson 1901; Hotelling 1933): the k orthonormal directions in which
/// samples vary most, from the singular values of the centered samples, never from their
/// covariance. Samples are columns, d × n.
struct PrincipalComponents {
    Eigen::VectorXd center;     ///< μ, d
    Eigen::MatrixXd directions; ///< W, d × k, orthonormal; the largest entry of each is positive
    Eigen::VectorXd variances;  ///< λ, k, falling: of the samples along W, with n − 1

    /// diag(λ)^{−½} Wᵀ(x − μ) of each column: of the samples themselves, with covariance I. Where
    /// there is no variance (λ at most 10⁻¹² of the first) the coordinate is 0.
    [[nodiscard]] Eigen::MatrixXd whiten(const Eigen::MatrixXd& x) const;
    /// μ + W diag(λ)^½ z of each column: what whitening has left of x.
    [[nodiscard]] Eigen::MatrixXd restore(const Eigen::MatrixXd& z) const;
};

/// The first `count` components. `center` is taken for μ where it is given, e.g. the mean of more
/// samples than components are computed from; else the samples' mean. All NaN where a number is not
/// finite. Throws InputError unless 1 ≤ count ≤ min(d, n) and n ≥ 2.
PrincipalComponents principalComponents(const Eigen::MatrixXd& samples, Eigen::Index count,
                                        const std::optional<Eigen::VectorXd>& center = {});

} // namespace convergence
