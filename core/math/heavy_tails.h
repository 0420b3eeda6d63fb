#pragma once

#include <span>

#include "core/math/random.h"

namespace convergence {

/// Random variables whose tails are heavier than normal, for noise that has few moments.
/// Parameters must be positive and finite (std::logic_error otherwise).

/// Laplace with density e^{−|x|/b}/(2b): mean 0, E|X| = b.
double laplace(RandomStream& stream, double scale);

/// Lomax (Pareto of the second kind) with P(X > x) = (1 + x)^{−α}, x ≥ 0: E Xᵖ < ∞ for p < α only.
double lomax(RandomStream& stream, double index);

/// |N(0, 1)|^{2/p}: sub-Weibull of shape p, P(X > x) ≈ exp(−xᵖ/2). p = 2 is half-normal.
double subWeibull(RandomStream& stream, double shape);

/// Fills with a uniformly random point of the unit sphere.
void unitDirection(RandomStream& stream, std::span<double> out);

} // namespace convergence
