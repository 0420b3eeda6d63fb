#pragma once

#include <optional>
#include <variant>

#include "core/matrix/factored_descent.h"

namespace convergence::matrix {

/// One of the two descents of matrix sensing, and what one wants to know of both alike. F stands
/// for the factor X of the symmetric one.
class SensingDescent {
public:
    explicit SensingDescent(SymmetricDescent descent);
    explicit SensingDescent(AsymmetricDescent descent);

    [[nodiscard]] bool isSymmetric() const;
    /// One step. Does not allocate. False if the iterate has left any useful range.
    bool step(double learningRate);
    /// The one modified step of the asymmetric descent (AsymmetricDescent::balance), from where
    /// the drift counts afresh. Returns the relative change of FGᵀ.
    double balance(double beta);
    [[nodiscard]] double automaticBalance() const;
    void setNoise(double noise);

    [[nodiscard]] const Eigen::MatrixXd& left() const;
    /// G, or X once more.
    [[nodiscard]] const Eigen::MatrixXd& right() const;
    [[nodiscard]] Eigen::MatrixXd product() const;
    /// ‖FGᵀ − M*‖ for the target of the residual.
    [[nodiscard]] double error() const;
    [[nodiscard]] double loss();
    /// ‖𝒜(FGᵀ) − y‖, in the population limit the error itself.
    [[nodiscard]] double residualNorm();
    /// ‖∇f‖ over both factors.
    [[nodiscard]] double gradientNorm();
    /// ‖(FᵀF − GᵀG) − (FᵀF − GᵀG)₀‖; NaN for the symmetric descent, which has no G.
    [[nodiscard]] double imbalanceDrift() const;

private:
    [[nodiscard]] AsymmetricDescent& asymmetric();
    [[nodiscard]] Eigen::MatrixXd imbalance() const;

    std::variant<SymmetricDescent, AsymmetricDescent> descent_;
    Eigen::MatrixXd startImbalance_;
};

// ---- What theory predicts, with no fitted constant -----------------------------------------

/// −ln(1 − x): how fast ln e falls where e shrinks by 1 − x a step. NaN from x = 1 on.
double decayPerStep(double x);

/// s → 1/√(2ηt) for every superfluous singular value of X, and e → √(k − r)/(2ηt).
double superfluousValue(double learningRate, double t);
double superfluousError(double surplus, double learningRate, double t);

/// An exponential, of which theory says the rate and not the constant: it hangs on the first error
/// that is handed in as settled.
class HangingExponential {
public:
    /// The prediction at iteration t, from where the error goes on at `rate` a step; NaN while it
    /// hangs on nothing.
    double advance(double t, double error, double rate, bool isSettled);
    /// Hangs on the next settled error instead.
    void release() { logarithm_.reset(); }

private:
    std::optional<double> logarithm_;
    double t_ = 0.0, rate_ = 0.0; ///< of the last call
};

} // namespace convergence::matrix
