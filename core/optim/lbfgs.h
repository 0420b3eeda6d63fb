#pragma once

#include <functional>

#include <Eigen/Core>

namespace convergence {

/// Value of a smooth function at x; fills its gradient (as long as x).
using Objective = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

struct LbfgsOptions {
    int memory = 20; ///< pairs (s, y) kept
    int maximumIterations = 2000;
    double gradientTolerance = 1e-9;  ///< on ‖∇f‖∞ / max(1, |f|)
    double decreaseTolerance = 1e-15; ///< on the relative decrease of f in one iteration
    /// Asked before each iteration; true gives up with what there is. May be empty.
    std::function<bool()> giveUp;
};

struct LbfgsResult {
    Eigen::VectorXd x;
    double value = 0.0;
    int iterations = 0;
    bool converged = false; ///< a tolerance was met
};

/// Limited-memory BFGS (Nocedal 1980, two-loop recursion) with a line search for the weak Wolfe
/// conditions by bisection (Lewis and Overton 2013). The value never rises.
///
/// Throws NumericalError if the function or its gradient is not finite at the start.
LbfgsResult minimizeLbfgs(const Objective& objective, Eigen::VectorXd start,
                          const LbfgsOptions& options = {});

} // namespace convergence
