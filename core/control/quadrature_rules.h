#pragma once

#include <Eigen/Core>

#include "core/math/bayesian_quadrature.h"

/// Rules for ∫₀ᵀ l dt from samples at the evenly spaced nodes tₙ = nT/(N − 1), n = 0, ..., N − 1:
/// weights β with ∫ l ≈ Σ βₙ l(tₙ), h = T/(N − 1). All throw InputError unless N ≥ 2 and T is
/// positive and finite.
namespace convergence::control {

Eigen::VectorXd evenNodes(Eigen::Index count, double length);

/// β = h (1, ..., 1, 0): each sample counts until the next. Of order 1 in h.
Eigen::VectorXd leftRule(Eigen::Index count, double length);

/// β = h (½, 1, ..., 1, ½), of order 2: by Euler–Maclaurin
/// Σ βₙ l(tₙ) = ∫ l + (h²/12)(l′(T) − l′(0)) + O(h⁴).
Eigen::VectorXd trapezoidalRule(Eigen::Index count, double length);

/// β = (h/3)(1, 4, 2, 4, ..., 2, 4, 1), of order 4. InputError also for an even number of nodes.
Eigen::VectorXd simpsonRule(Eigen::Index count, double length);

/// A kernel of samples with noise: K gets `variance` on its diagonal, the integrals of k stay. Also
/// known as jitter or nugget. It keeps K from being singular, and is paid with the order of the
/// rule: the noise of the samples does not fall with h.
class JitteredKernel final : public QuadratureKernel {
public:
    /// `kernel` outlives this. Throws InputError unless 0 ≤ variance < ∞.
    JitteredKernel(const QuadratureKernel& kernel, double variance);
    [[nodiscard]] long double covariance(long double s, long double t) const override;
    [[nodiscard]] long double integral(long double t, long double T) const override;
    [[nodiscard]] long double doubleIntegral(long double T) const override;

private:
    const QuadratureKernel& kernel_;
    long double variance_;
};

} // namespace convergence::control
