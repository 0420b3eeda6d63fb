#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace convergence::matrix {

/// What a gross error s_i of a measurement is.
enum class OutlierKind {
    normal,      ///< N(0, τ²)
    constant,    ///< +τ
    uniform,     ///< uniform on [−τ, τ]
    adversarial, ///< −2⟨A_i, M*⟩: the measurement with its sign turned round
};

/// How measurements are spoiled: y_i = ⟨A_i, M*⟩ + s_i + ν ε_i, where s_i is an outlier with
/// probability p and 0 otherwise, ε_i standard normal.
struct CorruptionModel {
    double outlierFraction = 0.0; ///< p, in [0, 1]
    OutlierKind kind = OutlierKind::normal;
    double outlierScale = 0.0; ///< τ ≥ 0
    double noise = 0.0;        ///< ν ≥ 0
};

struct CorruptedMeasurements {
    Eigen::VectorXd observed;    ///< y, m
    std::vector<bool> isOutlier; ///< m
    [[nodiscard]] double truthLoss(const Eigen::VectorXd& clean) const {
        return (observed - clean).cwiseAbs().mean();
    }
};

/// Spoils clean measurements ⟨A_i, M*⟩. Places, sizes and noise come from streams of their own, so
/// that a larger p keeps the outliers of a smaller one, and fewer measurements are the first of
/// many. Another `draw` gives fresh ones.
CorruptedMeasurements corrupt(const Eigen::VectorXd& clean, const CorruptionModel& model,
                              std::uint64_t seed, std::uint64_t draw = 0);

/// What an ideal (infinitely large) set of Gaussian measurements would do to the ℓ₁ loss at
/// Δ = UUᵀ − M*; ⟨A_i, Δ⟩ is N(0, ‖Δ‖²_F), so only norms and the angle to M* matter.
struct IdealLoss {
    /// E |⟨A, Δ⟩ − s − νε|.
    double value = 0.0;
    /// φ = E sign(⟨A, Δ⟩ − s − νε) ⟨A, Δ⟩ / ‖Δ‖: the length of the averaged sub-gradient along Δ.
    ///
    ///   φ = √(2/π) · ‖Δ‖/v · (1 − p + p E exp(−s²/2v²)),   v² = ‖Δ‖² + ν²,
    ///
    /// √(2/π) = 0.798 with clean data. Outliers only enter through how often they outvote ⟨A, Δ⟩:
    /// their size hardly matters.
    double alignment = 0.0;
};

/// `inner` = ⟨Δ, M*⟩ and `targetNorm` = ‖M*‖_F matter for adversarial outliers only.
IdealLoss idealLoss(const CorruptionModel& model, double deltaNorm, double inner,
                    double targetNorm);

} // namespace convergence::matrix
