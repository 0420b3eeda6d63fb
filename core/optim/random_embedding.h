#pragma once

#include <memory>

#include "core/optim/private_descent.h"

namespace convergence {

/// Φ ∈ R^{k×d} with independent entries ±1/√k: keeps lengths in expectation (Johnson and
/// Lindenstrauss 1984).
Eigen::MatrixXd signEmbedding(Eigen::Index k, Eigen::Index d, RandomStream stream);

/// The problem on x̃_i = Φx_i, scaled down to twice the norm bound where longer, so that its
/// constants are 2L₀ and 4L₁. What a method finds there is taken back by Φᵀ. For losses that
/// depend on ⟨w, x⟩ only; std::logic_error for the location loss.
PrivateProblem embedded(const PrivateProblem& problem, const Eigen::MatrixXd& embedding);

/// Rates of convergence of the gradient norm, constants left out, for a problem in j dimensions:
/// ᾱ = √(j log(1/δ))/(nε).
enum class PrivateRate {
    noisyDescent, ///< (√(F₀L₁) L₀ ᾱ)^{1/2}
    spiderBoost,  ///< (√(F₀L₁) L₀ ᾱ)^{2/3}
    recursive,    ///< L₀ (n^{−1/2} + ᾱ)
};
double privateRate(PrivateRate rate, const PrivateConstants& problem, const PrivacyBudget& budget);

/// k = min{argmin_j [g(j) + L₀ log n/√j], rank · log(2n/δ)} for the rate g of the method that is to
/// run on the embedded problem; from 2 to d.
Eigen::Index embeddingDimension(const PrivateConstants& problem, Eigen::Index rank,
                                PrivateRate rate, const PrivacyBudget& budget);

} // namespace convergence
