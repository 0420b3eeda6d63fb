#pragma once

#include <Eigen/Core>

namespace convergence {

/// e^A = Σ Aᵏ/k! of a square matrix, by scaling, squaring and Padé approximants (Higham 2005): what
/// ẋ = Ax makes of x(0) in time 1, x(t) = e^{At} x(0). Relative error about machine precision times
/// the condition of the exponential, which is 1 + ‖A‖ for normal A. All NaN where a number is not
/// finite. Throws std::logic_error unless A is square.
Eigen::MatrixXd matrixExponential(const Eigen::MatrixXd& a);

} // namespace convergence
