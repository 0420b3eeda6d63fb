#pragma once

#include <functional>
#include <limits>

#include <Eigen/Core>

namespace convergence {

/// Value of a smooth function at x; fills its gradient (as long as x).
using Objective = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

/// How a step along the direction is chosen (line_search.h).
enum class StepRule {
    strongWolfe, ///< fewest iterations, for smooth functions
    weakWolfe,   ///< bisection, for functions with kinks
};

struct MinimizationOptions {
    int memory = 20; ///< pairs (s, y) that L-BFGS keeps
    StepRule stepRule = StepRule::strongWolfe;
    int maximumIterations = 2000;
    int maximumEvaluations = std::numeric_limits<int>::max(); ///< of f; looked at between steps
    double gradientTolerance = 1e-9;                          ///< on ‖∇f‖∞ / max(1, |f|)
    /// On the relative decrease of f in one iteration; 0: not looked at, for gradients that shall
    /// go to their tolerance although f is known to no more digits.
    double decreaseTolerance = 1e-15;
    /// Asked before each iteration; true gives up with what there is. May be empty.
    std::function<bool()> giveUp;
};

/// Why a minimization ended.
enum class Ending {
    gradientTolerance,
    decreaseTolerance,
    noLowerValue, ///< the line search found none: as far as rounding allows
    maximumIterations,
    maximumEvaluations,
    gaveUp,
};

struct MinimizationResult {
    Eigen::VectorXd x;
    double value = 0.0;
    double largestDerivative = 0.0; ///< ‖∇f(x)‖∞
    int iterations = 0;
    int evaluations = 0; ///< of f and its gradient
    Ending ending = Ending::maximumIterations;
    /// At a minimum as far as tolerances or rounding tell.
    [[nodiscard]] bool converged() const { return ending <= Ending::noLowerValue; }
};

// Quasi-Newton methods: x ← x + αd with d = −H∇f, where H, an approximation of the inverse Hessian,
// is learnt from the steps s = x⁺ − x and the changes y = ∇f⁺ − ∇f of the gradient that they made,
//
//   H ← (I − ρsyᵀ) H (I − ρysᵀ) + ρssᵀ,  ρ = 1/sᵀy  (Broyden, Fletcher, Goldfarb, Shanno 1970),
//
// the matrix next to H with Hy = s. It stays positive definite where sᵀy > 0, which the line search
// sees to; pairs without are left out. The value never rises by more than 10⁻¹⁴ of itself. On a
// strongly convex function f − f* ≤ ‖∇f‖²/(2μ): a gradient of 10⁻⁷ is a gap of 10⁻¹¹ at μ = 10⁻³.
//
// Both throw NumericalError if the function or its gradient is not finite at the start.

/// With H as a matrix: P² numbers and operations an iteration, superlinear convergence; up to about
/// a thousand parameters.
MinimizationResult minimizeBfgs(const Objective& objective, Eigen::VectorXd start,
                                const MinimizationOptions& options = {});

/// With the last `memory` pairs in place of H, from sᵀy/yᵀy times the identity (Nocedal 1980,
/// two-loop recursion): 4·memory·P operations an iteration, for any number of parameters.
MinimizationResult minimizeLbfgs(const Objective& objective, Eigen::VectorXd start,
                                 const MinimizationOptions& options = {});

} // namespace convergence
