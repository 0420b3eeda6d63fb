#pragma once

#include <cstdint>
#include <vector>

namespace convergence {

/// Zero-concentrated differential privacy (Bun and Steinke 2016): releases of Gaussian noise add
/// up. A release of sensitivity Δ with deviation σ costs ρ = Δ²/(2σ²), whatever the dimension.
class ZeroConcentratedAccountant {
public:
    /// `count` releases. Without noise (deviation 0) the cost is infinite; both ≥ 0.
    void addGaussian(double sensitivity, double deviation, std::int64_t count = 1);
    /// The other's releases used other samples: what counts is the dearer of the two.
    void combineDisjoint(const ZeroConcentratedAccountant& other);
    [[nodiscard]] double rho() const { return rho_; }
    /// ρ-zCDP gives (ρ + 2√(ρ log(1/δ)), δ)-differential privacy; 0 < δ < 1.
    [[nodiscard]] double epsilon(double delta) const;

private:
    double rho_ = 0.0;
};

/// Rényi divergence of order α ≥ 2 of the Gaussian mechanism on a Poisson subsample (Mironov,
/// Talwar, Zhang 2019, integer orders): every sample takes part with probability q, the noise has
/// deviation σ times the sensitivity to adding or removing one:
///
///   log( Σ_{k ≤ α} C(α, k) (1 − q)^{α − k} q^k e^{(k² − k)/(2σ²)} ) / (α − 1).
///
/// q = 1 gives α/(2σ²). Throws InputError unless 0 ≤ q ≤ 1 and σ > 0.
double subsampledGaussianDivergence(int order, double samplingRate, double noiseMultiplier);

/// Adds up Rényi divergences over orders 2, ..., 512 and turns them into (ε, δ).
class RenyiAccountant {
public:
    RenyiAccountant();
    /// `steps` releases of the subsampled Gaussian mechanism.
    void addSubsampledGaussian(double samplingRate, double noiseMultiplier, std::int64_t steps);
    /// The best over orders of RDP(α) + log((α − 1)/α) − (log δ + log α)/(α − 1) (Canonne, Kamath,
    /// Steinke 2020); not below 0. 0 < δ < 1.
    [[nodiscard]] double epsilon(double delta) const;
    /// The order at which epsilon() is attained.
    [[nodiscard]] int bestOrder(double delta) const;

private:
    [[nodiscard]] double epsilonAt(std::size_t index, double delta) const;
    std::vector<double> divergences_; ///< at order index + 2
};

} // namespace convergence
