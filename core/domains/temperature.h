#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace convergence::domains {

/// Training data that come from K domains of very unequal sizes n₁, …, n_K are evened out by a
/// temperature τ ≥ 1 (or ∞): domain i counts
///
///   p(i; τ) = n_i^{1/τ} / Σ_j n_j^{1/τ},
///
/// proportionally to its size at τ = 1, as much as any other at τ = ∞. Throws InputError for a size
/// that is not positive and for τ that is not.
std::vector<double> temperatureShares(std::span<const double> sizes, double temperature);

/// The same without a look at what it is given, and without allocation.
void fillTemperatureShares(std::span<const double> sizes, double temperature,
                           std::span<double> shares);

/// w_i = p_i/q_i with q = p(·; 1): what a loss is multiplied by where examples are drawn from all
/// data alike. Σ q_i w_i = 1.
std::vector<double> weightsOf(std::span<const double> shares, std::span<const double> sizes);

/// F = Σ p_i²/q_i = Σ q_i w_i² ≥ 1: how many times noisier single weighted gradients are than
/// sampled ones where all domains have gradients of the same size (and a mean of zero). F(1) = 1;
/// it never falls with τ ≥ 1, and rises unless all sizes are equal.
double excessOf(std::span<const double> shares, std::span<const double> sizes);

/// Sizes i^{−α}, i = 1 … count.
std::vector<double> powerLawSizes(std::size_t count, double skewness);

/// τ over a training of I iterations.
///
///   constant  τ₁
///   step      τ₁ for t ≤ κI, τ₂ after: Cooldown, where τ₁ > τ₂
///   linear    τ₁ + (τ₂ − τ₁) t/I
///   cosine    τ₂ + ½(τ₁ − τ₂)(1 + cos(πt/I))
struct TemperatureSchedule {
    enum class Shape { constant, step, linear, cosine };
    Shape shape = Shape::constant;
    double first = 5.0;    ///< τ₁
    double last = 1.0;     ///< τ₂
    double switchAt = 0.5; ///< κ

    /// At t/I from 0 (before the first iteration) to 1.
    [[nodiscard]] double at(double progress) const;
};

} // namespace convergence::domains
