#pragma once

#include <span>

#include "core/optim/private_descent.h"

namespace convergence {

/// Sizes and noise of the tree mechanism.
struct TreeSpiderPlan {
    std::int64_t steps = 0;         ///< T (2^{D+1} − 1) vertices
    std::int64_t batch = 1;         ///< b, of a root: max{n^{2/3}, √n d^{1/4}/√ε}
    int depth = 1;                  ///< D, the largest with D 2^{D+1} ≤ b
    std::int64_t rounds = 1;        ///< T = ⌊n/(b(D/2 + 1))⌋; 0 if n is too small for one
    double accuracy = 0.0;          ///< α = √2 L₀ max{n^{−1/3}, (√d/(nε))^{1/2}}
    double stepScale = 0.0;         ///< β = α min{1, √b ε/√d}
    double stopLevel = 0.0;         ///< α̃ = κα
    double theoremStopFactor = 0.0; ///< leading term of the theorem's κ, 256 log(1.25/δ)
                                    ///< log(2T 2^{D+1}/p) with p = 0.1
    double rootNoise = 0.0;         ///< √(8 L₀² log(1.25/δ))/(bε)
    double variationNoise = 0.0;    ///< √(8 · 2^D β² log(1.25/δ))/(bε)
};

/// The noise is that of the Gaussian mechanism for one release a sample, which needs ε ≤ 1.
/// `budget.noiseConstant` = 0 switches it off and has no effect otherwise.
TreeSpiderPlan treeSpiderPlan(const PrivateConstants& problem, const PrivacyBudget& budget,
                              double stopFactor);

/// Tree-based Private SPIDER (Arora, Bassily, González, Guzmán, Menart, Ullah 2022, algorithm 1):
/// a single pass for the population's gradient. Each round walks a binary tree depth-first. The
/// root estimates the gradient on b fresh samples; a left child copies its parent's iterate and
/// estimate; a right child at depth s takes the present iterate and b/2^s fresh samples,
///   v = v_parent + mean[∇f(w) − ∇f(w_parent)] + N(σ),
/// so that an estimate at a leaf carries the noise of at most D + 1 releases. A leaf with
/// ‖v‖ ≤ 2α̃ is returned; otherwise w ← w − β v/(2^{D/2} L₁‖v‖). No sample is used twice.
///
/// step() visits one vertex. iterate() is then the vertex's w, or the w that its leaf stepped to.
class TreeSpider final : public PrivateDescent {
public:
    TreeSpider(std::shared_ptr<const PrivateProblem> problem, const TreeSpiderPlan& plan,
               RandomStream stream);
    void step() override;
    [[nodiscard]] std::int64_t plannedSteps() const override { return plan_.steps; }
    [[nodiscard]] bool stopped() const override { return stopped_; }

    /// The leaf that was returned; before that, a uniformly random one of the leaves so far.
    [[nodiscard]] const Eigen::VectorXd& output() const { return output_; }
    [[nodiscard]] std::int64_t samplesUsed() const { return samplesUsed_; }
    [[nodiscard]] const TreeSpiderPlan& plan() const { return plan_; }
    [[nodiscard]] std::int64_t round() const { return round_; } ///< from 0
    /// ‖v‖ of this round's vertices: depth s, position i from the left at 2^s − 1 + i. Negative
    /// where the walk has not been yet.
    [[nodiscard]] std::span<const double> estimateNorms() const { return norms_; }

private:
    void visitRoot();
    void visitRightChild();
    void visitLeaf();

    TreeSpiderPlan plan_;
    Eigen::MatrixXd vertexW_, vertexV_; ///< d × (D + 1), along the path from the root
    Eigen::VectorXd variation_, output_;
    std::vector<double> norms_;
    std::int64_t samplesUsed_ = 0, round_ = 0, leavesSeen_ = 0;
    std::int64_t position_ = 0; ///< of the next vertex from the left at its depth
    int depth_ = 0;             ///< of the next vertex
    bool stopped_ = false;
};

} // namespace convergence
