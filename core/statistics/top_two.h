#pragma once

#include <optional>

#include "core/statistics/crowd_method.h"

namespace convergence::statistics {

/// Log-odds weights of an answer: ln(K q p/(1 − p) + 1) as the first of a pair, with 1 − q in the
/// place of q as the second. Up to a constant of the task, the log-likelihood of (a, b) is the sum
/// of first weights of those who answered a and of second weights of those who answered b.
struct PairWeights {
    double first, second;
};
PairWeights pairWeights(double reliability, double clarity, Index choices);

/// That sum for all ordered pairs of a task: K × K, row a, column b; −∞ on the diagonal, where
/// there is no pair.
Eigen::MatrixXd pairLikelihoods(const CrowdTable& table, Index task,
                                const Eigen::VectorXd& reliability, double clarity);

/// The pair of greatest likelihood of every task: all K(K − 1) are looked at, the first of equal
/// ones counts. p must be below 1.
void likeliestPairs(const CrowdTable& table, const Eigen::VectorXd& reliability,
                    const Eigen::VectorXd& clarity, std::vector<AnswerPair>& pairs);

/// Who knows p and q: the pair of greatest likelihood. One round.
std::unique_ptr<CrowdMethod> pairOracle(std::shared_ptr<const CrowdTable> table,
                                        Eigen::VectorXd reliability, Eigen::VectorXd clarity);

/// What stage 2 takes for the skills: those that stage 1 estimates, their mean for everybody, or
/// the first worker those of the last and so on. The last two take away what stage 2 is for.
enum class SkillsTaken { estimated, equal, exchanged };

/// The algorithm of Jeong and Chung (2023).
///
/// Stage 1, spectral. Cuts k = 1 … K − 1 divide the choices: B⁽ᵏ⁾_ij = −1 for an answer up to k, +1
/// for one beyond, 0 for none, less ŝ(K − 2k)/K everywhere, also where nothing was answered. In
/// expectation B⁽ᵏ⁾ = s p rᵀ, so that its leading left singular vector is p/‖p‖; u is the mean of
/// those of the cuts, with signs that make their sums positive, clipped to [0, 1].
/// w⁽ᵏ⁾ = B⁽ᵏ⁾ᵀu/(2ŝ), w⁽⁰⁾ = w⁽ᴷ⁾ = 0, Δ_jk = w⁽ᵏ⁾_j − w⁽ᵏ⁻¹⁾_j; in expectation
///
///   Δ_jk = ‖p‖ (1/K − q_j 1{g_j = k} − (1 − q_j) 1{h_j = k}),
///
/// so that the two smallest of a task point at g and h. Then
///
///   p̂_i = (share of i's answers that are ĝ or ĥ − 2/K)/(1 − 2/K)   in [0.001, 0.999],
///   q̂_j = 1/K − Δ_jĝ/‖p̂‖                                          in [0.501, 0.999].
///
/// Stage 2 takes the likeliest pair with p̂ and q̂ in the place of p and q.
///
/// A round is a cut, the last one stage 2. Before the first u = 1/√n, all workers alike.
class TopTwo final : public CrowdMethod {
public:
    enum class Stages { one, two };
    struct Options {
        Stages stages = Stages::two;
        SkillsTaken skills = SkillsTaken::estimated;
        /// Answers that stage 2 sees, of the same workers and tasks; null: the same as stage 1.
        std::shared_ptr<const CrowdTable> stageTwo = nullptr;
    };

    /// Throws InputError for fewer than 3 choices.
    TopTwo(std::shared_ptr<const CrowdTable> table, Options options);

    [[nodiscard]] Index rounds() const;
    bool advance() override;
    const CrowdEstimate& estimate() override;
    [[nodiscard]] Eigen::VectorXd scores(Index task) const override;

    [[nodiscard]] const Eigen::VectorXd& direction() const { return u_; } ///< u
    [[nodiscard]] const Eigen::MatrixXd& delta() const { return delta_; } ///< Δ, K × tasks
    /// The sum of some singular vector was about 0, so that its sign is a guess.
    [[nodiscard]] bool signIsUnclear() const { return signIsUnclear_; }

private:
    [[nodiscard]] double centering(Index cut) const;
    void addCut(Index cut);
    void refresh();
    void findPairs();
    void estimateReliability();
    void estimateClarity();
    void decide();

    std::shared_ptr<const CrowdTable> table_;
    Options options_;
    double share_; ///< ŝ
    Index cuts_ = 0;
    bool isDecided_ = false, signIsUnclear_ = false;
    Eigen::VectorXd sum_; ///< of the singular vectors so far
    Eigen::VectorXd u_;
    Eigen::MatrixXd delta_;
    Eigen::MatrixXd gram_, block_;
    CrowdEstimate estimate_;
};

/// The matrix B of a cut, for tests and views; n × tasks.
Eigen::MatrixXd cutMatrix(const CrowdTable& table, Index cut);

} // namespace convergence::statistics
