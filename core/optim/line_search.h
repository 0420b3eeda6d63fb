#pragma once

#include <functional>

namespace convergence {

/// A function f along a line x + αd: the step α, φ(α) = f(x + αd) and the slope
/// φ′(α) = ⟨∇f(x + αd), d⟩.
struct LinePoint {
    double step = 0.0;
    double value = 0.0;
    double slope = 0.0;
};
/// Evaluates f and its slope at a step α > 0.
using AlongLine = std::function<LinePoint(double step)>;

struct LineSearchOptions {
    double decrease = 1e-4; ///< c₁ of the sufficient decrease
    double curvature = 0.9; ///< c₂ > c₁; 0.1 for nonlinear conjugate gradients
    int maximumEvaluations = 60;
};

struct LineSearchResult {
    LinePoint end;       ///< the step to take
    bool found = false;  ///< the conditions are met there
    int evaluations = 0; ///< of φ; the last was at `end` where they are met
};

/// A step that meets the strong Wolfe conditions
///
///   φ(α) ≤ φ(0) + c₁ α φ′(0)   (sufficient decrease)
///   |φ′(α)| ≤ c₂ |φ′(0)|        (curvature)
///
/// for 0 < c₁ < c₂ < 1 and φ′(0) < 0, which exists wherever φ is smooth and bounded below. The
/// second keeps sᵀy > 0, which a quasi-Newton update needs, and, unlike the weak condition
/// φ′(α) ≥ c₂ φ′(0), also forbids steps that end high up the other wall of a valley. Nocedal and
/// Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6: steps grow until an interval must
/// hold such a step, which then shrinks by cubic interpolation, by half where that is slow.
///
/// Close to a minimizer the decrease drowns in the rounding of φ. There the approximate conditions
/// of Hager and Zhang (2005), (2c₁ − 1) φ′(0) ≥ φ′(α) ≥ c₂ φ′(0) where |φ(α) − φ(0)| ≤ 10⁻¹⁴|φ(0)|,
/// stand in, which ask slopes alone, so that the gradient still falls.
///
/// A step at which the value or the slope is not finite counts as too long. Where nothing is found,
/// `end` is the lowest point seen (the start among them).
LineSearchResult strongWolfeSearch(const AlongLine& phi, const LinePoint& start, double firstStep,
                                   const LineSearchOptions& options = {});

/// The weak Wolfe conditions by doubling and bisection (Lewis and Overton 2013), for functions that
/// need not be smooth. Where nothing is found, `end` is the last point.
LineSearchResult weakWolfeSearch(const AlongLine& phi, const LinePoint& start, double firstStep,
                                 const LineSearchOptions& options = {});

} // namespace convergence
