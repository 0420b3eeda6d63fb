#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/domains/learner.h"

namespace convergence::domains {

/// Softmax regression on data of K domains, small enough that everything about it can be had
/// exactly: objective, minimum, and the variance of every estimate of the gradient.
///
///   ℓ(x; W) = −log softmax(Wφ)_y,   F(W) = Σ_i p_i mean_{D_i} ℓ + (λ/2)‖W‖²
///
/// with W [C × d], stored column by column in a vector. Made from a seed: a common truth
/// W_b ~ N(0, 1), of each domain W_k = W_b + N(0, 1); features 2·scale_k·N(0, I)/√d; the class is
/// argmax_c (1.5 W_k φ + Gumbel noise). The regularizer stands outside all weights.
class SoftmaxDomains {
public:
    struct Options {
        std::vector<std::uint32_t> sizes = {2000, 400, 60};
        std::vector<double> scales = {1, 1, 1}; ///< of the features of each domain
        Eigen::Index features = 10;             ///< d
        Eigen::Index classes = 4;               ///< C
        double ridge = 1e-3;                    ///< λ
        std::uint64_t seed = 0, replicate = 0;
    };
    /// Throws InputError for as many sizes as scales not being given, or a domain without data.
    explicit SoftmaxDomains(const Options& options);

    [[nodiscard]] Eigen::Index dimension() const { return classes_ * features_; }
    [[nodiscard]] std::size_t domains() const { return sizes_.size(); }
    [[nodiscard]] std::span<const std::uint32_t> sizes() const { return sizes_; }
    [[nodiscard]] double ridge() const { return ridge_; }

    /// F at these shares; with its gradient.
    [[nodiscard]] double objective(const Eigen::VectorXd& W, std::span<const double> shares) const;
    double objective(const Eigen::VectorXd& W, std::span<const double> shares,
                     Eigen::VectorXd& gradient) const;
    /// Mean ℓ of each domain.
    [[nodiscard]] std::vector<double> losses(const Eigen::VectorXd& W) const;

    /// The full gradient of temperature sampling: the mean of each domain, then by shares; and of
    /// scalarization: the weighted mean over all data. With λW.
    void gradientByDomains(const Eigen::VectorXd& W, std::span<const double> shares,
                           Eigen::VectorXd& gradient) const;
    void gradientByWeights(const Eigen::VectorXd& W, std::span<const double> weights,
                           Eigen::VectorXd& gradient) const;

    /// (1/B) Σ_b w_b ∇ℓ(x_b) + λW. Examples are numbered over all domains. Allocates nothing.
    void gradient(const Eigen::VectorXd& W, std::span<const std::uint32_t> examples,
                  std::span<const double> weights, Eigen::VectorXd& gradient) const;
    [[nodiscard]] double loss(const Eigen::VectorXd& W, std::uint32_t example) const;
    /// ‖∇ℓ(x)‖².
    [[nodiscard]] double squaredNorm(const Eigen::VectorXd& W, std::uint32_t example) const;

    /// The minimum of F by L-BFGS, until no derivative exceeds 1e−10.
    [[nodiscard]] Eigen::VectorXd minimum(std::span<const double> shares) const;

    /// Traces of the covariance of a single-example gradient without regularizer. With
    /// m_i = mean_{D_i} ‖∇ℓ‖² and G the full gradient,
    ///   V_TS = Σ p_i m_i − ‖G‖²,   V_S = Σ (p_i²/q_i) m_i − ‖G‖².
    /// A batch of B independent draws has V/B.
    struct Noise {
        std::vector<double> moments; ///< m_i
        double sampled = 0.0;        ///< V_TS
        double weighted = 0.0;       ///< V_S
    };
    [[nodiscard]] Noise noise(const Eigen::VectorXd& W, std::span<const double> shares) const;
    /// The same traces as the mean of ‖c g − G‖² over every example there is.
    [[nodiscard]] Noise enumeratedNoise(const Eigen::VectorXd& W,
                                        std::span<const double> shares) const;

private:
    /// p − e_y into `residual` (C); returns ℓ.
    double residual(const Eigen::VectorXd& W, std::uint32_t example, double* residual) const;
    /// Adds a multiple of ∇ℓ; returns ℓ.
    double add(const Eigen::VectorXd& W, std::uint32_t example, double factor,
               Eigen::VectorXd& gradient) const;
    [[nodiscard]] std::uint32_t begin(std::size_t domain) const { return begins_[domain]; }
    [[nodiscard]] std::uint32_t end(std::size_t domain) const {
        return begins_[domain] + sizes_[domain];
    }
    template <typename Coefficient>
    void addAll(const Eigen::VectorXd& W, const Coefficient& ofDomain,
                Eigen::VectorXd& gradient) const;

    std::vector<std::uint32_t> sizes_, begins_;
    Eigen::Index features_, classes_;
    double ridge_;
    std::vector<double> proportional_; ///< q
    Eigen::MatrixXd phi_;              ///< [d × N]
    std::vector<std::int32_t> labels_;
};

/// Plain SGD at a constant rate from W = 0.
class SoftmaxLearner final : public ExampleLearner {
public:
    SoftmaxLearner(std::shared_ptr<const SoftmaxDomains> problem, double rate);
    double step(std::span<const std::uint32_t> examples, std::span<const double> weights) override;
    void losses(std::span<const std::uint32_t> examples, std::span<double> losses) const override;
    void squaredNorms(std::span<const std::uint32_t> examples,
                      std::span<double> norms) const override;
    [[nodiscard]] const Eigen::VectorXd& parameters() const { return W_; }

private:
    std::shared_ptr<const SoftmaxDomains> problem_;
    double rate_;
    Eigen::VectorXd W_, gradient_;
};

} // namespace convergence::domains
