#pragma once

#include <Eigen/Core>

/// Linear and quadratic equations in a symmetric matrix P, of linear-quadratic control: the cost
/// ∫₀^∞ (xᵀQx + uᵀRu) dt of ẋ = Ax + Bu is x(0)ᵀ P x(0).
namespace convergence {

/// P with AᵀP + PA + Q = 0 (Lyapunov), for a stable A (all eigenvalues to the left of the imaginary
/// axis) and a symmetric Q: the cost without control. There is one, P = ∫₀^∞ e^{Aᵀt} Q e^{At} dt,
/// positive (semi)definite with Q. By the sign iteration of Roberts (1980), which converges
/// quadratically, and one step of refinement; O(n³). Throws NumericalError where A is not stable to
/// rounding or a number is not finite; std::logic_error unless A and Q are square, of one size.
Eigen::MatrixXd solveLyapunov(const Eigen::MatrixXd& a, const Eigen::MatrixXd& q);

/// P with AᵀP + PA + Q − PBR⁻¹BᵀP = 0 (Riccati), for symmetric Q and positive definite R: of the
/// solutions the stabilizing one, the cost under the best control u = −Kx with K = R⁻¹BᵀP, which
/// moves all eigenvalues of A − BK to the left of the imaginary axis.
///
/// By the sign of the Hamiltonian matrix (Roberts 1980), which separates its stable invariant
/// subspace, and Newton's method from there (Kleinman 1968; each step a Lyapunov equation), until
/// the residual falls no more. Throws NumericalError where there is no stabilizing solution to
/// rounding (the pair (A, B) cannot be stabilized, or the Hamiltonian has imaginary eigenvalues), R
/// is not positive definite, or a number is not finite; std::logic_error where sizes do not fit.
Eigen::MatrixXd solveRiccati(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b,
                             const Eigen::MatrixXd& q, const Eigen::MatrixXd& r);

} // namespace convergence
