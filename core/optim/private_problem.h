#pragma once

#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "core/math/random.h"

namespace convergence {

enum class PrivateLoss {
    robustLocation, ///< f(w; x) = 1 − e^{−‖w − x‖²/2}, not convex: L₀ = e^{−1/2}, L₁ = 1
    robustRegression, ///< f(w; x, y) = 1 − e^{−(⟨w, x⟩ − y)²/2}, ‖x‖ = 1: the same constants
    logistic, ///< f(w; x, y) = log(1 + e^{−y⟨w, x⟩}), ‖x‖ = 1: L₀ = 1, L₁ = ¼
};

/// What a plan of steps and noise depends on: n, d, and the constants L₀ with ‖∇f‖ ≤ L₀ and L₁ with
/// ‖∇f(w) − ∇f(u)‖ ≤ L₁‖w − u‖ of every sample's loss.
struct PrivateConstants {
    std::int64_t count = 1;
    std::int64_t dimension = 1;
    double lipschitz = 1.0;
    double smoothness = 1.0;
};
/// For samples of norm at most `normBound` (of no effect for the location loss), L₀ grows in
/// proportion to it, L₁ to its square.
PrivateConstants privateConstants(PrivateLoss loss, std::int64_t count, std::int64_t dimension,
                                  double normBound = 1.0);

/// An empirical risk F(w) = (1/n) Σ f(w; x_i, y_i) with bounded gradients by sample: what a
/// differentially private method may rely on without clipping.
class PrivateProblem {
public:
    /// x: d × n, one sample a column, of norm at most `normBound`; y: n labels or responses. The
    /// location loss needs neither bound nor y.
    PrivateProblem(PrivateLoss loss, Eigen::MatrixXd x, Eigen::VectorXd y, double normBound = 1.0);

    [[nodiscard]] Eigen::Index dimension() const { return x_.rows(); }
    [[nodiscard]] Eigen::Index count() const { return x_.cols(); }
    [[nodiscard]] PrivateLoss loss() const { return loss_; }
    [[nodiscard]] const Eigen::MatrixXd& samples() const { return x_; }
    [[nodiscard]] const Eigen::VectorXd& responses() const { return y_; }
    [[nodiscard]] double normBound() const { return normBound_; }
    [[nodiscard]] PrivateConstants constants() const {
        return privateConstants(loss_, count(), dimension(), normBound_);
    }
    [[nodiscard]] double lipschitz() const { return constants().lipschitz; }   ///< L₀
    [[nodiscard]] double smoothness() const { return constants().smoothness; } ///< L₁

    [[nodiscard]] double value(const Eigen::Ref<const Eigen::VectorXd>& w) const;
    /// Adds `factor` times ∇f of one sample.
    void addGradient(Eigen::Index sample, const Eigen::Ref<const Eigen::VectorXd>& w, double factor,
                     Eigen::Ref<Eigen::VectorXd> sum) const;
    /// Mean of ∇f over samples [first, first + size).
    void meanGradient(const Eigen::Ref<const Eigen::VectorXd>& w, Eigen::Index first,
                      Eigen::Index size, Eigen::Ref<Eigen::VectorXd> g) const;
    void fullGradient(const Eigen::Ref<const Eigen::VectorXd>& w,
                      Eigen::Ref<Eigen::VectorXd> g) const {
        meanGradient(w, 0, count(), g);
    }
    /// Mean of ∇f(w) − ∇f(u) over the same samples of a batch.
    void meanVariation(const Eigen::Ref<const Eigen::VectorXd>& w,
                       const Eigen::Ref<const Eigen::VectorXd>& u,
                       std::span<const std::uint32_t> batch, Eigen::Ref<Eigen::VectorXd> g) const;
    void meanVariation(const Eigen::Ref<const Eigen::VectorXd>& w,
                       const Eigen::Ref<const Eigen::VectorXd>& u, Eigen::Index first,
                       Eigen::Index size, Eigen::Ref<Eigen::VectorXd> g) const;

private:
    PrivateLoss loss_;
    Eigen::MatrixXd x_;
    Eigen::VectorXd y_;
    double normBound_;
    Eigen::VectorXd squaredNorms_; ///< n, of the samples; location loss only
};

/// Members of a problem in another order, e.g. one that is not random. Shorter lists take a part.
PrivateProblem reordered(const PrivateProblem& problem, std::span<const std::uint32_t> order);

/// Three clusters with weights 0.5, 0.3, 0.2, centers of norm 1.2 in random directions (by seed
/// alone), deviation 0.5/√d by coordinate. `draw` chooses the samples.
PrivateProblem robustLocation(Eigen::Index dimension, Eigen::Index count, std::uint64_t seed,
                              std::uint64_t draw);
/// Rows of norm 1 in a random r-dimensional subspace of R^d, y = 1.5 z₁ + 0.1 N(0, 1), z the row's
/// coordinates in it.
PrivateProblem robustRegression(Eigen::Index dimension, Eigen::Index rank, Eigen::Index count,
                                std::uint64_t seed, std::uint64_t draw);
/// Rows of norm 1 in random directions, labels ±1 from the logistic model with w* = 2e₁.
PrivateProblem privateLogistic(Eigen::Index dimension, Eigen::Index count, std::uint64_t seed,
                               std::uint64_t draw);

} // namespace convergence
