#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <Eigen/Core>

#include "core/math/random.h"

namespace convergence {

/// Binary classification by a hyperplane through 0: features a_i, labels y_i = ±1, kept as
/// z_i = y_i a_i. θ solves the task when every margin z_iᵀθ is positive.
struct SeparationTask {
    Eigen::MatrixXd z; ///< d × n, one sample a column

    [[nodiscard]] Eigen::Index dimension() const { return z.rows(); }
    [[nodiscard]] Eigen::Index count() const { return z.cols(); }
    /// R = max ‖z_i‖.
    [[nodiscard]] double radius() const;
    /// L = λ_max(ZᵀZ)/(4n) of the mean logistic loss, by power iteration; gradient descent descends
    /// for γ < 2/L.
    [[nodiscard]] double smoothness() const;
};

/// (½, −1) with label +1 and n − 1 times (−½, −1) with label −1 (Tyurin 2024, Theorem 5.1):
/// R and μ do not depend on n, but averaged methods need a number of steps proportional to n.
SeparationTask worstCaseTask(Eigen::Index samples);
/// (1, −1) with label +1 and (−1, −4) with label −1 (Theorem 4.1): the loss at θ₁ grows with γ
/// without bound, and θ₂ solves the task.
SeparationTask twoPointTask();

struct MaximumMargin {
    double margin = 0.0;       ///< μ = max over ‖θ‖ = 1 of min_i z_iᵀθ
    Eigen::VectorXd direction; ///< of length 1
};
/// Hard-margin support vector machine, min ½‖θ‖² s.t. z_iᵀθ ≥ 1, by coordinate ascent on its dual
/// until all z_iᵀθ ≥ 1 − 1e-6. Nothing if that takes more than `sweeps` passes over all samples:
/// the data is not separable, or its margin is very small.
std::optional<MaximumMargin> maximumMargin(const SeparationTask& task, int sweeps = 3000);

/// The mean logistic loss (1/n) Σ log(1 + e^{−m_i}); no margin overflows.
double logisticLoss(const Eigen::Ref<const Eigen::VectorXd>& margins);
/// 1/(1 + e^m) without overflow.
double logisticWeight(double margin);

enum class SeparationMethod {
    logistic,             ///< θ ← θ + (γ/n) Σ p_i z_i with p_i = 1/(1 + e^{m_i})
    normalizedLogistic,   ///< θ ← θ + γ Σ p_i z_i / Σ p_i
    batchPerceptron,      ///< first θ = Σ z_i/2n, then θ ← θ + (1/n) Σ_{i ∈ S} z_i
    normalizedPerceptron, ///< θ ← θ + (1/|S|) Σ_{i ∈ S} z_i
    perceptron,           ///< θ ← θ + z_j, j ∈ S
};

/// What bounds on the number of updates depend on.
struct UpdateBoundOptions {
    double samples = 1.0;  ///< n
    double radius = 1.0;   ///< R
    double margin = 1.0;   ///< μ
    double stepSize = 0.0; ///< γ of normalized LR+GD; 0: as γ → ∞
};
/// Bound on the updates from θ = 0 until the task is solved:
///
///   n R²/μ²                        batch perceptron, and LR+GD as γ → ∞
///   R²/μ² + 2 log(2n − 1)/(γμ²)    normalized LR+GD
///   R²/μ²                          normalized batch perceptron, perceptron
double updateBound(SeparationMethod method, const UpdateBoundOptions& options);

struct SeparationOptions {
    double stepSize = 1.0;     ///< γ of the logistic methods
    bool halfFirstStep = true; ///< p_i(0) = ½: without it the batch perceptron is not the limit
    bool firstIndex = false;   ///< the perceptron takes the first of S, else a random one
    RandomStream stream{StreamKey{}};
};

/// The five methods from θ₀ = 0 on one task; S = {i : z_iᵀθ ≤ 0}. As γ → ∞, θ_t/γ of the logistic
/// methods tends to the batch and the normalized batch perceptron.
class LinearSeparator {
public:
    LinearSeparator(std::shared_ptr<const SeparationTask> task, SeparationMethod method,
                    const SeparationOptions& options);

    /// One update; none for a perceptron that has no mistakes left.
    void step();
    [[nodiscard]] bool solved() const { return margins_.minCoeff() > 0.0; }
    [[nodiscard]] std::int64_t updates() const { return updates_; }
    [[nodiscard]] const Eigen::VectorXd& theta() const { return theta_; }
    [[nodiscard]] const Eigen::VectorXd& margins() const { return margins_; } ///< z_iᵀθ
    /// θ/γ for the logistic methods, θ for the perceptrons.
    [[nodiscard]] Eigen::VectorXd scaled() const;
    [[nodiscard]] Eigen::Index mistakes() const { return (margins_.array() <= 0.0).count(); }
    /// ‖∇f(θ)‖ of the mean logistic loss.
    [[nodiscard]] double gradientNorm() const;
    void setStepSize(double gamma) { options_.stepSize = gamma; }

private:
    void weigh();
    [[nodiscard]] bool isLogistic() const {
        return method_ == SeparationMethod::logistic ||
               method_ == SeparationMethod::normalizedLogistic;
    }
    std::shared_ptr<const SeparationTask> task_;
    SeparationMethod method_;
    SeparationOptions options_;
    std::int64_t updates_ = 0;
    Eigen::VectorXd theta_;   ///< d
    Eigen::VectorXd margins_; ///< n
    Eigen::VectorXd weights_; ///< n, of the z_i in the next update
};

} // namespace convergence
