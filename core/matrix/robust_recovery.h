#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <Eigen/Core>

#include "core/matrix/corruption.h"
#include "core/matrix/sensing_operator.h"

namespace convergence::matrix {

/// The losses of a matrix against measurements y_i of ⟨A_i, M*⟩ that may be wrong, with the
/// workspaces for them; one a trial.
///
///   ℓ₁:  f(Z) = (1/m) Σ |ρ_i|,   Q(Z) = (1/m) Σ sign(ρ_i) A_i,   sign(0) = 0
///   ℓ₂:  f(Z) = (1/2m) Σ ρ_i²,   Q(Z) = (1/m) Σ ρ_i A_i,         ρ_i = ⟨A_i, Z⟩ − y_i
class MeasuredLoss {
public:
    enum class Kind { absolute, squared };

    /// The operator's A_i are symmetric. y has one entry a measurement (std::logic_error
    /// otherwise).
    MeasuredLoss(std::shared_ptr<const SensingOperator> sensing, Eigen::VectorXd observed,
                 Kind kind);

    /// Q(Z) into `average` (d × d, already sized); returns f(Z). Reads the operator once, does not
    /// allocate.
    double evaluate(const Eigen::MatrixXd& z, Eigen::MatrixXd& average);
    /// ρ, m.
    [[nodiscard]] Eigen::VectorXd residuals(const Eigen::MatrixXd& z) const;
    void setObserved(Eigen::VectorXd observed);
    [[nodiscard]] const Eigen::VectorXd& observed() const { return observed_; }

private:
    std::shared_ptr<const SensingOperator> sensing_;
    Eigen::VectorXd observed_; ///< y, m
    Kind kind_;
    SensingOperator::Workspace workspace_;
    double sum_ = 0.0;
};

/// Where SubGM starts, for a start of scale 1: U₀ = αB.
///
/// C = (1/m) Σ sign(y_i) A_i has eigenvectors V and eigenvalues Λ; B = V_{r′} max(Λ_{r′}, 0)^½ for
/// the r′ largest, scaled to ‖BBᵀ‖_F = 1. The signs of y only: no outlier can steer the start.
/// Columns of eigenvalues ≤ 0 are zero and stay so.
Eigen::MatrixXd spectralStart(const SensingOperator& sensing, const Eigen::VectorXd& observed,
                              Eigen::Index columns);

/// How SubGM chooses η_t.
enum class StepRule {
    residual,    ///< η₀ f(U_t): shrinks by itself with clean data
    geometric,   ///< η₀ ρᵗ: for noisy data, where f has a floor
    constant,    ///< η₀
    inverseRoot, ///< η₀/√(t + 1)
    polyak,      ///< (f(U_t) − f*)/‖D‖²
};

struct StepSchedule {
    StepRule rule = StepRule::geometric;
    double first = 0.3;        ///< η₀ > 0
    double decay = 0.985;      ///< ρ in (0, 1)
    double polyakTarget = 0.0; ///< f*

    /// η_t given f(U_t) and ‖D‖²_F.
    [[nodiscard]] double at(std::int64_t t, double loss, double squaredGradientNorm) const;
};

/// Sub-gradient method for robust matrix recovery (SubGM; Ma and Fattahi 2022, arXiv 2202.08788):
///
///   U ← U − η_t D,   D = 2 Q(UUᵀ) U,   U ∈ R^{d×r′},
///
/// with Q of the ℓ₁ loss (or, as a baseline, the ℓ₂ loss). From a small start the r signal
/// directions grow exponentially while the r′ − r surplus ones stay small.
class SubgradientRecovery {
public:
    SubgradientRecovery(MeasuredLoss loss, StepSchedule schedule, Eigen::MatrixXd start);

    /// One step. Does not allocate. False if the iterate has left any useful range.
    bool step();

    [[nodiscard]] const Eigen::MatrixXd& factor() const { return u_; }
    /// UUᵀ.
    [[nodiscard]] Eigen::MatrixXd product() const { return u_ * u_.transpose(); }
    /// D at the present factor, d × r′.
    [[nodiscard]] Eigen::MatrixXd gradient();
    /// f at the present factor.
    [[nodiscard]] double loss();
    /// Steps since the start, or since restart().
    [[nodiscard]] std::int64_t time() const { return time_; }
    /// Begins again at another factor of the same size, t = 0.
    void restart(Eigen::MatrixXd start);
    [[nodiscard]] StepSchedule& schedule() { return schedule_; }
    [[nodiscard]] MeasuredLoss& measuredLoss() { return loss_; }
    [[nodiscard]] const MeasuredLoss& measuredLoss() const { return loss_; }

private:
    double computeGradient();

    MeasuredLoss loss_;
    StepSchedule schedule_;
    Eigen::MatrixXd u_;        ///< d × r′
    Eigen::MatrixXd product_;  ///< d × d
    Eigen::MatrixXd average_;  ///< Q(UUᵀ), d × d
    Eigen::MatrixXd gradient_; ///< D, d × r′
    std::int64_t time_ = 0;
};

/// SubGM on the ideal loss, in the r signal directions alone: with M* = V diag(σ) Vᵀ and u_i the
/// size of U along v_i,
///
///   u_i ← u_i − 2η_t φ(‖Δ‖) (u_i² − σ_i) u_i / ‖Δ‖,   ‖Δ‖² = Σ (u_i² − σ_i)².
///
/// No fitted constant: it says when a run arrives, and, for schedules that shrink too fast, that it
/// will not.
class IdealDynamics {
public:
    IdealDynamics(const CorruptionModel& model, const StepSchedule& schedule,
                  Eigen::VectorXd eigenvalues, Eigen::VectorXd start);
    void step();
    /// ‖Δ‖/‖M*‖_F.
    [[nodiscard]] double relativeError() const;
    /// Goes on from here under another corruption and schedule (t goes on, too).
    void retune(const CorruptionModel& model, const StepSchedule& schedule);

private:
    [[nodiscard]] double deltaNorm() const;

    CorruptionModel model_;
    StepSchedule schedule_;
    Eigen::VectorXd sigma_; ///< r
    Eigen::VectorXd u_;     ///< r
    double targetNorm_;
    std::int64_t time_ = 0;
};

/// The most by which ln of the weakest signal direction can grow before it arrives: Σ_t over
/// `steps` of 2η_t φ σ_r/‖M*‖_F with φ at Δ = −M*. If that is below ln(1/α) the run cannot arrive.
/// With `steps` = 0 the sum goes on for ever. NaN for Polyak's rule.
double growthBudget(const CorruptionModel& model, const StepSchedule& schedule,
                    const Eigen::VectorXd& eigenvalues, std::int64_t steps);

} // namespace convergence::matrix
