#pragma once

#include <cstdint>
#include <functional>

#include <Eigen/Core>

namespace convergence {

struct PowerIterationOptions {
    double tolerance = 1e-3;      ///< on ‖Hv − λv‖, relative to the largest |λ|
    int maximumIterations = 1000; ///< products in all
    std::uint64_t seed = 0;       ///< of the start, normal in every coordinate
};

struct PowerIterationResult {
    double value = 0.0;     ///< λ = vᵀHv
    Eigen::VectorXd vector; ///< v, ‖v‖ = 1
    double residual = 0.0;  ///< ‖Hv − λv‖
    int iterations = 0;     ///< products
    bool converged = false; ///< within the tolerance
};

/// The largest eigenvalue of a symmetric H, of which only products are known (`product` fills
/// result = Hv): the sharpness of a loss by Hessian-vector products, the smoothness of a quadratic.
///
/// v ← Hv/‖Hv‖ turns v to the eigenvector of largest |λ| with ratio |λ₂/λ₁| an iteration (von Mises
/// 1929). Where that λ is negative, as it may be at a saddle, a second run on H + |λ|I, whose
/// eigenvalues are all ≥ 0, finds the largest. Where λ and −λ are both largest it does not
/// converge.
///
/// It stops by the residual and not when λ has ceased to move, since λ also stands still where two
/// eigenvalues are close and v is far from either: some eigenvalue lies within ‖Hv − λv‖ of λ,
/// and when it is separated from the others by γ, within ‖Hv − λv‖²/γ. At the default of 10⁻³ λ
/// is good to three digits at worst, to six in general. Of products by finite differences in float,
/// (∇f(x + εv) − ∇f(x − εv))/(2ε), about 10⁻² can be had. With the seed given, the same numbers
/// every time. NaN in a product makes the value NaN.
PowerIterationResult largestEigenvalue(
    const std::function<void(const Eigen::VectorXd& v, Eigen::VectorXd& result)>& product,
    Eigen::Index size, const PowerIterationOptions& options = {});

} // namespace convergence
