#pragma once

#include "core/statistics/crowd_method.h"

namespace convergence::statistics {

/// How much more than by chance two workers agree on the tasks that both answered:
///
///   C_il = K/(K − 1) · (share of agreement) − 1/(K − 1),
///
/// 0 on the diagonal and without common tasks. If wrong answers were spread evenly, C would be
/// x xᵀ off its diagonal, with x_i = (K a_i − 1)/(K − 1) for a worker who is right with
/// probability a_i.
struct Agreement {
    Eigen::MatrixXd excess; ///< C
    Eigen::MatrixXd common; ///< 1 where two workers have common tasks, else 0
};
Agreement agreementOf(const CrowdTable& table);

/// Weights ln(a(K − 1)/(1 − a)) of votes for skills x, a = x(K − 1)/K + 1/K.
Eigen::VectorXd votingWeights(const Eigen::VectorXd& skills, Index choices);

/// Skills between −1/(K − 1) + 1/√m and 1 − 1/√m, so that weights are finite.
struct SkillRange {
    double low, high;
};
SkillRange skillRange(Index choices, Index tasks);

/// Rank-one skills by projected gradient descent (Ma and others 2018): least squares of |C| on
/// x xᵀ over the pairs W with common tasks, from x = ½,
///
///   x ← clip(x + α((|C|∘W)x − x∘(W x²))),   α = 1/(2n),
///
/// until ‖Δx‖₁ < 10⁻¹⁰; then a weighted vote. A round is `stepsPerRound` such steps.
std::unique_ptr<CrowdMethod> projectedSkills(std::shared_ptr<const CrowdTable> table,
                                             int stepsPerRound = 1);

/// M-MSR (Ma and Olshevsky 2020): |C| ≈ u vᵀ by alternating trimmed means. For v_j, the ratios
/// |C_ij|/u_i over the workers i with common tasks; the F largest above and the F smallest below
/// the present v_j are left out (all, where there are fewer), F = ⌊least degree/2⌋ − 1; so too for
/// u. Until uvᵀ changes by less than 10⁻¹⁰. Skills u·√(‖v‖/‖u‖), with the signs of the leading
/// eigenvector of C, within the range above; then a weighted vote. The start is random, by `seed`.
std::unique_ptr<CrowdMethod> robustSkills(std::shared_ptr<const CrowdTable> table,
                                          std::uint64_t seed);

} // namespace convergence::statistics
