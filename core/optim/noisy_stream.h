#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace convergence {

/// A convex, nowhere smooth problem whose minimum is known, with stochastic subgradients of chosen
/// noise: the setting of worst-case bounds for the last iterate.
///
///   f(x) = (1/2n) Σ_i ( |a_iᵀ(x − x*) − ξ_i| + |a_iᵀ(x − x*) + ξ_i| ),
///
/// n unit rows a_i (normalized Gaussians) in R^d, x* ~ N(0, I/d), ξ_i = |Laplace(0.1)|. Its minimum
/// is f(x*) = mean ξ_i. A stochastic subgradient draws i and a sign s uniformly and adds noise:
/// sign(a_iᵀ(x − x*) − sξ_i) a_i + N(0, ν²/d) in each coordinate; its expectation without noise is
/// a subgradient of f.
class NoisyStream {
public:
    /// Throws InputError unless d ≥ 1 and n ≥ 1.
    explicit NoisyStream(std::uint64_t seed, Eigen::Index dimension = 20, Eigen::Index rows = 200);

    [[nodiscard]] Eigen::Index dimension() const { return A_.cols(); }
    [[nodiscard]] const Eigen::VectorXd& optimum() const { return optimum_; }
    [[nodiscard]] double minimum() const { return offsets_.mean(); }

    [[nodiscard]] double value(const Eigen::Ref<const Eigen::VectorXd>& x) const;
    /// A subgradient of f itself, without sampling and noise.
    [[nodiscard]] Eigen::VectorXd subgradient(const Eigen::Ref<const Eigen::VectorXd>& x) const;

    /// One stochastic subgradient for each column of X (d × replicates) into G (likewise). Draw t
    /// of replicate r is the same however many replicates there are. Does not allocate.
    void sampleSubgradients(std::int64_t t, const Eigen::Ref<const Eigen::MatrixXd>& X,
                            double noise, Eigen::Ref<Eigen::MatrixXd> G) const;

private:
    std::uint64_t seed_;
    Eigen::MatrixXd A_; ///< n × d
    Eigen::MatrixXd transposed_;
    Eigen::VectorXd optimum_;
    Eigen::VectorXd offsets_; ///< ξ
};

} // namespace convergence
