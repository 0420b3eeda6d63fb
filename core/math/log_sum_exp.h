#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <span>
#include <vector>

/// Sums of exponentials, by their logarithms.
///
/// Probabilities and likelihoods of many factors leave the range of double (e^710 is infinite,
/// e^−746 is 0) long before their logarithms do. With m = max xᵢ,
///
///   ln Σ exp(xᵢ) = m + ln Σ exp(xᵢ − m),
///
/// where no term is above 1 and one is 1: nothing overflows, and what underflows does not matter.
namespace convergence {

/// ln Σ exp(xᵢ); −∞ for no terms, +∞ where one is, NaN where one is.
double logSumExp(std::span<const double> logs);

/// ln (1/n Σ exp(xᵢ)): the logarithm of a mean, of which the logarithms are known. NaN for none.
double logMeanExp(std::span<const double> logs);

/// pᵢ = exp(xᵢ)/Σ exp(xⱼ) (softmax): the probabilities that are proportional to weights whose
/// logarithms are x. A temperature τ goes into x: weights nᵢ^{1/τ} have logarithms ln nᵢ/τ. All NaN
/// where one is NaN or +∞, or all are −∞.
std::vector<double> normalizedExponentials(std::vector<double> logs);

/// ln(1 + eˣ), the log-sum-exp of 0 and x; of −x the logistic loss of a margin x.
template <std::floating_point Scalar>
Scalar softplus(Scalar x) {
    return std::max(x, Scalar(0)) + std::log1p(std::exp(-std::abs(x)));
}

} // namespace convergence
