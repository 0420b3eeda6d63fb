// What each arm of robust-matrix-recovery is, and each choice of its other parameters.

#pragma once

#include <optional>
#include <string_view>

#include "core/matrix/corruption.h"
#include "core/matrix/robust_recovery.h"

namespace convergence::robust_recovery {

enum class StartScale { small, large };
enum class Width { exact /* r′ = r */, over /* r′ > r */ };
enum class Directions { spectral, gaussian };

struct RobustArm {
    std::string_view id, label, help;
    StartScale scale = StartScale::small;
    Width width = Width::over;
    matrix::MeasuredLoss::Kind loss = matrix::MeasuredLoss::Kind::absolute;
    std::optional<matrix::StepRule> rule = {}; ///< none: that of the parameter
    std::string_view firstStep = "step_size";  ///< the parameter that says η₀
    std::optional<Directions> directions = {}; ///< none: those of the parameter
};
inline constexpr RobustArm robustArms[] = {
    {"small", "small start, r′ > r", "the method: SubGM from a small start, surplus columns"},
    {"small_exact", "small start, r′ = r", "as many columns as the rank; the floor is rounding",
     StartScale::small, Width::exact},
    {"large", "large start, r′ > r", "the same from a start as large as the truth",
     StartScale::large},
    {"large_exact", "large start, r′ = r", "large start, as many columns as the rank",
     StartScale::large, Width::exact},
    {.id = "l2",
     .label = "ℓ₂ gradient descent",
     .help = "squared residuals with a constant step: outliers pull",
     .loss = matrix::MeasuredLoss::Kind::squared,
     .rule = matrix::StepRule::constant,
     .firstStep = "l2_step"},
    {.id = "residual",
     .label = "residual step",
     .help = "η_t = η₀ f(U_t), which needs clean data to converge",
     .rule = matrix::StepRule::residual,
     .firstStep = "residual_step"},
    {.id = "random",
     .label = "random start",
     .help = "small Gaussian start instead of the spectral one",
     .directions = Directions::gaussian},
    {.id = "constant",
     .label = "constant step",
     .help = "η_t = η₀",
     .rule = matrix::StepRule::constant},
    {.id = "inverse_root",
     .label = "η₀/√(t + 1)",
     .help = "the classical sub-gradient step",
     .rule = matrix::StepRule::inverseRoot},
    {.id = "polyak",
     .label = "Polyak step",
     .help = "(f − f*)/‖D‖², needs f*",
     .rule = matrix::StepRule::polyak}};

struct OutlierChoice {
    std::string_view id, label, help;
    matrix::OutlierKind kind;
};
inline constexpr OutlierChoice outlierKinds[] = {
    {"normal", "normal, N(0, τ²)", "", matrix::OutlierKind::normal},
    {"constant", "constant, +τ", "", matrix::OutlierKind::constant},
    {"uniform", "uniform on [−τ, τ]", "", matrix::OutlierKind::uniform},
    {"adversarial", "sign turned round, −2⟨Aᵢ, M*⟩", "", matrix::OutlierKind::adversarial}};

struct StartChoice {
    std::string_view id, label, help;
    Directions directions;
};
inline constexpr StartChoice startChoices[] = {
    {"spectral", "spectral: eigenvectors of Σ sign(yᵢ)Aᵢ", "", Directions::spectral},
    {"random", "random: Gaussian", "", Directions::gaussian}};

struct StepChoice {
    std::string_view id, label, help;
    matrix::StepRule rule;
};
inline constexpr StepChoice stepRules[] = {
    {"residual", "residual: η₀ f(U_t)", "for clean data", matrix::StepRule::residual},
    {"geometric", "geometric: η₀ ρᵗ", "for spoiled data", matrix::StepRule::geometric},
    {"constant", "constant: η₀", "", matrix::StepRule::constant},
    {"inverse_root", "inverse root: η₀/√(t + 1)", "", matrix::StepRule::inverseRoot},
    {"polyak", "Polyak: (f − f*)/‖D‖²", "", matrix::StepRule::polyak}};

enum class PolyakTarget { zero, lossAtTruth };
struct TargetChoice {
    std::string_view id, label, help;
    PolyakTarget target;
};
inline constexpr TargetChoice polyakTargets[] = {
    {"zero", "0", "", PolyakTarget::zero},
    {"truth", "the loss at M*", "", PolyakTarget::lossAtTruth}};

/// The factor that is swept, and the parameter that lists its values.
enum class Values { real, whole };
struct SweepChoice {
    std::string_view id, label, help;
    std::string_view list = {}; ///< empty: nothing is swept
    Values values = Values::real;
};
inline constexpr SweepChoice sweepChoices[] = {
    {"none", "none", ""},
    {"initial_scale", "initial scale α", "", "sweep_initial_scale"},
    {"outlier_fraction", "outlier fraction p", "", "sweep_outlier_fraction"},
    {"noise", "noise ν", "", "sweep_noise"},
    {"measurements", "measurements m", "", "sweep_measurements", Values::whole},
    {"factor_rank", "factor rank r′", "", "sweep_factor_rank", Values::whole}};

} // namespace convergence::robust_recovery
