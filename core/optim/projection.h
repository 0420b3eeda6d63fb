#pragma once

#include <Eigen/Core>

namespace convergence {

/// Euclidean projections and proximal steps, in place.

/// Onto the ball of that radius about 0: x ← x · min(1, r/‖x‖). Also what clips a gradient to a
/// norm. Returns ‖x‖ before.
double projectOntoBall(Eigen::Ref<Eigen::VectorXd> x, double radius);

/// Onto the probability simplex {x ≥ 0, Σx = 1} (Held, Wolfe, Crowder 1974): x ← max(x − τ, 0) with
/// the τ that makes the sum 1, found by sorting. O(d log d); `workspace` has the size of x.
void projectOntoSimplex(Eigen::Ref<Eigen::VectorXd> x, Eigen::Ref<Eigen::VectorXd> workspace);

/// prox of λ‖·‖₁: sign(x)·max(|x| − λ, 0), by coordinate.
void softThreshold(Eigen::Ref<Eigen::VectorXd> x, double threshold);

} // namespace convergence
