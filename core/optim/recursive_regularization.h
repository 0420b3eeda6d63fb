#pragma once

#include "core/optim/private_descent.h"

namespace convergence {

enum class RecursiveSolver {
    noisyDescent, ///< projected gradient descent on noisy gradients of the whole block
    phased,       ///< phases of one-pass SGD with steps η/4^k, noise on each phase's result
};

struct RecursivePlan {
    RecursiveSolver solver = RecursiveSolver::noisyDescent;
    std::int64_t steps = 0;  ///< planned in all, see RecursiveRegularization::step()
    double lambda = 1.0;     ///< λ = (L₀/R) max{n^{−1/2}, √(d log(1/δ))/(nε)}
    double radius = 1.0;     ///< R ≥ ‖w*‖
    std::int64_t rounds = 1; ///< T = ⌊log₂(L₁/λ)⌋; below 1 if λ is too large
    std::int64_t block = 1;  ///< m = ⌊n/T⌋ samples a round
    double noiseScale = 0.0; ///< 2√2 L₀ √log(1/δ)/ε: a release of sensitivity 2L₀s gets the
                             ///< deviation s · noiseScale
    double noiseInflation = 1.0; ///< times more noise than needed
};
RecursivePlan recursivePlan(const PrivateConstants& problem, const PrivacyBudget& budget,
                            double radius, RecursiveSolver solver);

/// Recursive regularization for convex losses (algorithm 3 of Arora et al. 2022, after Allen-Zhu
/// 2018): f⁽⁰⁾ = f + (λ/2)‖w‖²; round t = 1, ..., T finds the minimizer w̄_t of f⁽ᵗ⁻¹⁾ on its own
/// block of samples, within the ball of radius √t R, and sets
///   f⁽ᵗ⁾ = f⁽ᵗ⁻¹⁾ + (2^t λ/2)‖w − w̄_t‖².
/// With Λ the sum of the weights so far, noisy descent takes K = max{20, 4(L₁ + Λ)/Λ} ≤ 400 steps
/// of η = min{log K/(ΛK), 1/(L₁ + Λ)} and gives the average of its iterates with weights
/// (1 − ηΛ)^{−k}; phased SGD takes K = m in η and m/2^k samples in phase k.
///
/// step() is one noisy gradient step, or one phase. estimate() is the noisy gradient of the loss
/// alone on the round's block; of phased SGD that of the last sample.
class RecursiveRegularization final : public PrivateDescent {
public:
    RecursiveRegularization(std::shared_ptr<const PrivateProblem> problem,
                            const RecursivePlan& plan, RandomStream stream);
    void step() override;
    [[nodiscard]] std::int64_t plannedSteps() const override { return plan_.steps; }

    /// w̄ of the latest round that is done; 0 before that.
    [[nodiscard]] const Eigen::VectorXd& output() const { return output_; }
    [[nodiscard]] std::int64_t round() const { return round_; } ///< from 0
    [[nodiscard]] const RecursivePlan& plan() const { return plan_; }

private:
    void startRound();
    void noisyStep();
    void phase();
    void project();
    void average(double stepSize);

    RecursivePlan plan_;
    double weight_ = 0.0;   ///< Λ
    double stepSize_ = 0.0; ///< η
    double radius_ = 0.0;   ///< of this round's ball
    double averageWeight_ = 0.0;
    std::int64_t round_ = 0, k_ = 0, stepsOfRound_ = 1;
    Eigen::Index next_ = 0;  ///< first sample that this round has not used
    Eigen::VectorXd center_; ///< Σ λ_i w̄_i: the regularizer's gradient is Λw − center
    Eigen::VectorXd average_, output_;
};

} // namespace convergence
