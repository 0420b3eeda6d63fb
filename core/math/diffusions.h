#pragma once

#include <span>

#include "core/math/random.h"

/// Diffusions whose transitions are Gaussian and known exactly, so that paths on any mesh have the
/// right law, where Euler's scheme would add an error of its own to what is studied.
namespace convergence {

/// X(t + Δ) given X(t) = x: factor·x + shift + deviation·Z with a standard normal Z.
struct GaussianTransition {
    double factor = 1.0;
    double shift = 0.0;
    double deviation = 0.0;

    [[nodiscard]] double mean(double x) const { return factor * x + shift; }
    [[nodiscard]] double operator()(double x, double normal) const {
        return mean(x) + deviation * normal;
    }
    /// A step of every path, with normals of the stream in order.
    void step(std::span<double> x, RandomStream& stream) const;
};

/// Brownian motion with drift, dX = μ dt + σ dW: X + μΔ + σ√Δ Z. Geometric Brownian motion,
/// dS = μS dt + σS dW, is S = e^X with drift μ − σ²/2. Throws InputError unless σ ≥ 0, Δ ≥ 0 and
/// all is finite.
GaussianTransition brownianTransition(double drift, double volatility, double duration);

struct OrnsteinUhlenbeck {
    double reversion = 1.0;  ///< κ; negative: away from the level, 0: Brownian motion
    double volatility = 1.0; ///< σ
    double level = 0.0;      ///< m
};

/// dX = κ(m − X) dt + σ dW (Uhlenbeck and Ornstein 1930): factor ρ = e^{−κΔ}, shift m(1 − ρ),
/// variance σ²(1 − ρ²)/(2κ), without cancellation for small κΔ. Started at N(m, σ²/(2κ)) it stays
/// there. Throws InputError unless σ ≥ 0, Δ ≥ 0 and all is finite.
GaussianTransition ornsteinUhlenbeckTransition(const OrnsteinUhlenbeck& process, double duration);

} // namespace convergence
