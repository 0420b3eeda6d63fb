#pragma once

#include <span>

namespace convergence {

/// Effective sample size of importance weights rᵢ (Kish 1965),
///
///   n_eff = (Σ rᵢ)² / Σ rᵢ²,
///
/// of which the logarithms are given, since r = p̃(z)/q(z) overflows where it is of interest:
/// a weighted mean of n draws is about as good as a plain one of n_eff. From 1, where one draw
/// carries all weight, to n, where all weigh the same; a common factor of the weights has no say.
/// n_eff/n estimates 1/E_q[(p/q)²], which is 0 where the weights have no variance to estimate.
/// 0 for no weights or none above 0; NaN where one is NaN or +∞.
double effectiveSampleSize(std::span<const double> logWeights);

} // namespace convergence
