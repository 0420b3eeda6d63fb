#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "core/matrix/low_rank_problem.h"
#include "core/matrix/sensing_descent.h"

namespace convergence::matrix {

enum class Form { symmetric /* XXᵀ */, asymmetric /* FGᵀ */ };
enum class Width { exact /* k = r */, over /* k > r: superfluous columns */ };
enum class Start {
    single,     ///< X₀ alone
    imbalanced, ///< F₀ larger than G₀ by ι
    equal       ///< G₀ = F₀
};
enum class Steps { plain, oneModified };

/// A variant of gradient descent for matrix sensing (Xiong, Ding, Du 2023).
struct SensingVariant {
    Form form = Form::symmetric;
    Width width = Width::over;
    Start start = Start::single;
    Steps steps = Steps::plain;

    /// The product is XXᵀ for ever: it needs a square matrix and symmetric measurements.
    [[nodiscard]] constexpr bool staysSymmetric() const {
        return form == Form::symmetric || start == Start::equal;
    }
    /// Superfluous singular values shrink like 1/√(2ηt) and hold the error back.
    [[nodiscard]] constexpr bool isSublinear() const {
        return width == Width::over && staysSymmetric();
    }
};

struct SensingOptions {
    Eigen::Index factorColumns = 1; ///< k, for variants that are wider than the rank
    double learningRate = 0.1;      ///< η
    double scale = 0.3;             ///< α: F₀ and X₀ have entries of variance α²/rows
    double imbalance = 3.0;         ///< ι: those of G₀ have (α/ι)²/rows
    /// The first column of the start, or its two numbers in one dimension, in place of random ones.
    std::optional<Eigen::Vector2d> point;
    /// The modified step is taken where ‖𝒜(FGᵀ) − y‖ falls below this share of its start.
    double switchAt = 0.3;
    std::optional<double> balance; ///< β; none: √ of the r̂-th singular value of the product
    AsymmetricDescent::Update update = AsymmetricDescent::Update::simultaneous;
    std::uint64_t seed = 0;
};

/// Not a number where a variant does not have it.
inline constexpr double lacking = std::numeric_limits<double>::quiet_NaN();

/// What one wants to know of an iterate. F stands for X in the symmetric form.
struct SensingIterate {
    double error = 0.0; ///< ‖FGᵀ − M*‖
    double loss = 0.0, gradientNorm = 0.0;
    /// From theory, with no fitted constant: of the error, of the rate of its logarithm a step, of
    /// a superfluous singular value. An exponential hangs on the first measured error below a tenth
    /// of the start, or on the first after the modified step.
    std::optional<double> predictedError, predictedRate, predictedSurplus;
    std::optional<double> drift; ///< SensingDescent::imbalanceDrift
    Components f{};              ///< of F on the signal space and off it
    std::optional<Components> g;
    Eigen::VectorXd sigmaF, sigmaG; ///< singular values, in decreasing order; G may have none
};

struct SensingOutcome {
    double error = 0.0;
    double rate = lacking, rateRSquared = lacking; ///< of ln e between decayFrom and decayTo
    double slopeOfSquare = lacking; ///< of ln e² against ln t over the last decade of iterations
    std::optional<double> predictedRate;
    std::optional<double> switchIteration, productChange; ///< of the modified step
};

/// A variant on its way from the start.
class SensingRun {
public:
    static constexpr double decayFrom = 1e-3, decayTo = 1e-9;
    static constexpr std::size_t fitSamples = 200; ///< log-spaced, at most

    /// Equal seeds give equal columns of the start whatever the width: variants differ in what the
    /// algorithm does and not in where it starts. `problem` has to outlive the run.
    SensingRun(const LowRankProblem& problem, MeasuredResidual residual, SensingVariant variant,
               const SensingOptions& options);

    /// One step. Does not allocate, but for the one modified step. False if the iterate has left
    /// any useful range.
    bool step();
    /// The modified step at once, where the variant has one and has not taken it.
    void takeModifiedStep();
    void setLearningRate(double learningRate) { options_.learningRate = learningRate; }
    void setNoise(double noise) { descent_.setNoise(noise); }

    /// Of the present iterate; remembered for the fits of outcome().
    const SensingIterate& measure();
    /// The fits are over what was measured.
    [[nodiscard]] SensingOutcome outcome() const;

    [[nodiscard]] const SensingDescent& descent() const { return descent_; }
    [[nodiscard]] double learningRate() const { return options_.learningRate; }

private:
    void predict();
    [[nodiscard]] std::optional<double> predictedRate() const;

    const LowRankProblem& problem_;
    SensingVariant variant_;
    SensingOptions options_;
    SensingDescent descent_;
    double startResidual_, startError_;
    std::int64_t iteration_ = 0;
    bool switchPending_;
    double beta_ = lacking;
    std::optional<double> switchIteration_, productChange_;
    HangingExponential exponential_;
    SensingIterate now_;                      ///< as last measured
    std::vector<double> iterations_, errors_; ///< what was measured
};

/// k, or r in the exact variants.
Eigen::Index widthOf(const SensingVariant& variant, const LowRankProblem& problem,
                     const SensingOptions& options);

} // namespace convergence::matrix
