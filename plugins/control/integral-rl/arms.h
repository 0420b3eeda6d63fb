#pragma once

#include <memory>
#include <string_view>

#include "core/control/integral_policy_iteration.h"
#include "core/experiment/trait_table.h"

namespace convergence::integral_rl {

enum class Method {
    left,
    trapezoid,
    simpson,
    wiener,
    matern,
    exact,
    newton,  ///< from the model, without data
    derived, ///< so too, with the error that the trapezoid makes to second order
};

struct RuleArm {
    std::string_view id, label, help;
    Method method = Method::matern;
    double smoothness = 0.0; ///< ν, of Matérn's kernel
    [[nodiscard]] bool usesModel() const {
        return method == Method::newton || method == Method::derived;
    }
};

inline constexpr RuleArm ruleArms[] = {
    {.id = "trapezoid",
     .label = "trapezoid",
     .help = "Lines between the samples; its floor falls like N⁻².",
     .method = Method::trapezoid},
    {.id = "matern",
     .label = "Matérn ν = 7/2",
     .help = "Bayesian quadrature, the authors' kernel; b = 4.",
     .smoothness = 3.5},
    {.id = "matern_5_2",
     .label = "Matérn ν = 5/2",
     .help = "Bayesian quadrature with a rougher prior; b = 3.",
     .smoothness = 2.5},
    {.id = "matern_3_2", .label = "Matérn ν = 3/2", .help = "b = 2.", .smoothness = 1.5},
    {.id = "matern_1_2", .label = "Matérn ν = 1/2", .help = "b = 1.", .smoothness = 0.5},
    {.id = "wiener",
     .label = "Wiener",
     .help = "Bayesian quadrature with Brownian motion as prior: the trapezoid, exactly.",
     .method = Method::wiener},
    {.id = "exact",
     .label = "exact integral",
     .help = "What no learner has: the integral itself.",
     .method = Method::exact},
    {.id = "simpson",
     .label = "Simpson",
     .help = "Not in the paper. For odd N.",
     .method = Method::simpson},
    {.id = "left",
     .label = "left sum",
     .help = "Baseline of order 1: each sample counts until the next.",
     .method = Method::left},
    {.id = "newton",
     .label = "Newton on HJB",
     .help = "The twin: Newton's method on the Hamilton–Jacobi–Bellman equation, from the model.",
     .method = Method::newton},
    {.id = "derived",
     .label = "trapezoid, derived",
     .help = "Newton's method with the trapezoid's error h²/12 (AᵀS + SA) put in by hand, without "
             "data.",
     .method = Method::derived},
};

struct SystemChoice {
    std::string_view id, label, help;
    std::shared_ptr<const control::ControlledSystem> (*make)();
    bool isLinear;
};
inline constexpr SystemChoice systemChoices[] = {
    {"third_order", "third order", "Linear, three states, known P*.",
     []() -> std::shared_ptr<const control::ControlledSystem> {
         return control::thirdOrderSystem();
     },
     true},
    {"sine", "sine", "Nonlinear, two states, V* = ½x₁² + x₂².",
     []() -> std::shared_ptr<const control::ControlledSystem> {
         return std::make_shared<control::SineSystem>();
     },
     false},
};

using Excitation = control::IntegralPolicyIteration::Excitation;
struct ExcitationChoice {
    std::string_view id, label, help;
    Excitation excitation;
};
inline constexpr ExcitationChoice excitationChoices[] = {
    {"carried", "carried over", "As the authors: one long trajectory, which decays.",
     Excitation::carried},
    {"restarted", "restarted", "At x⁰ before each evaluation.", Excitation::restarted},
    {"drawn", "drawn", "Ours: each window at a state drawn for it, so that none is starved.",
     Excitation::drawn},
};

/// What a person can put in an arm's place while it runs: the rule of another arm.
struct RuleAction {
    std::string_view id, label, help, arm;
};
inline constexpr RuleAction ruleActions[] = {
    {"use_trapezoid", "Trapezoid", "From now on for all learners; the samples stay.", "trapezoid"},
    {"use_matern", "Matérn 7/2", "From now on for all learners; the samples stay.", "matern"},
    {"use_exact", "Exact", "Exact integrals from now on, for all learners.", "exact"},
};

/// The rule of an arm that learns from data. Throws InputError and NumericalError as the rules do.
/// `deviation` becomes its worst-case error, of Bayesian rules.
control::IntegralRule ruleOf(const RuleArm& arm, Eigen::Index samples, double length,
                             double lengthScale, double jitter, double* deviation = nullptr);

} // namespace convergence::integral_rl
