#pragma once

#include <cstdint>
#include <vector>

#include "core/statistics/crowd_table.h"

namespace convergence::statistics {

/// Two answers of a task: the true one and the one that is most confused with it.
struct AnswerPair {
    std::uint8_t first = 0, second = 0;
    friend bool operator==(const AnswerPair&, const AnswerPair&) = default;
};

/// The model of two leading answers (Jeong and Chung 2023). Of K choices task j has a true one g
/// and a confusing one h ≠ g. A worker i who answers it knows the two with probability p_i, and
/// then takes g with probability q_j, else h; otherwise he guesses among all K:
///
///   P(g) = p q + (1 − p)/K,   P(h) = p (1 − q) + (1 − p)/K,   P(other) = (1 − p)/K.
struct TopTwoCrowd {
    Index choices = 3;           ///< K
    Eigen::VectorXd reliability; ///< p_i in [0, 1]
    Eigen::VectorXd clarity;     ///< q_j in (½, 1]
    std::vector<AnswerPair> truth;

    [[nodiscard]] Index workers() const { return reliability.size(); }
    [[nodiscard]] Index tasks() const { return clarity.size(); }
};

/// P(g), P(h) and P(each other) of one worker and one task.
struct AnswerProbabilities {
    double first, second, other;
};
AnswerProbabilities answerProbabilities(double reliability, double clarity, Index choices);

struct UniformRange {
    double low = 0.0, high = 1.0;
};
/// What a crowd is drawn from: p and q uniform, g uniform, h uniform among the others.
struct TopTwoDesign {
    Index workers = 50, tasks = 500, choices = 5;
    UniformRange reliability{0.001, 0.999};
    UniformRange clarity{0.501, 0.599};
    Index experts = 0; ///< the last workers, with a range of their own
    UniformRange expertReliability{0.9, 0.999};
};

/// Workers and tasks have streams of their own (by key.index): a crowd with more of them begins
/// with the same ones. Throws InputError unless there are workers, tasks and at least 3 choices,
/// and ranges within [0, 1] and [½, 1].
TopTwoCrowd drawCrowd(const TopTwoDesign& design, std::uint64_t seed, std::uint64_t replicate);

/// Every worker's answer to every task.
CrowdTable drawAnswers(const TopTwoCrowd& crowd, std::uint64_t seed, std::uint64_t replicate);

/// The union of Bhattacharyya bounds on the chance that who knows p and q takes another pair than
/// (g, h), when each pair is answered with probability s. Between the pairs (g, h) and θ a worker
/// has the coefficient B_θ = Σ_y √(P_gh(y) P_θ(y)), and
///
///   P(wrong) ≤ ½ Σ_θ Π_i (1 − s + s B_θ,i),
///
/// over all K(K − 1) − 1 pairs θ, of which six kinds differ: (h, g), (g, x), (x, h), (x, g), (h, x)
/// and (x, y). The half is that of two hypotheses with one prior; by symmetry it holds for every
/// truth, ties being broken by a toss. At most 1.
double pairErrorBound(const Eigen::VectorXd& reliability, double clarity, Index choices,
                      double share);

/// B_θ of each kind, and how many θ are of it, for one worker.
struct Coefficients {
    static constexpr int kinds = 6;
    double values[kinds];
    double counts[kinds];
};
Coefficients bhattacharyya(double reliability, double clarity, Index choices);

} // namespace convergence::statistics
