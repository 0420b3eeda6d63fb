#pragma once

#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/optim/stochastic_problem.h"

namespace convergence::last_iterate {

/// Which theorem bounds E[F(x^{T+1}) − F*].
enum class Guarantee {
    none,
    withLog,      ///< LD/T + (D/η + η(M² + σ²) log T)/√T
    withoutLog,   ///< the same without log T
    strongFirst,  ///< (μ(1 + κ)D + (M² + σ²)(1 + log T)/μ)/T
    strongSecond, ///< μ(1 + κ)²D/T² + (M² + σ²) log T/(μT)
    heavyWithLog, ///< T^{1/p − 1}(D/η + η^{p−1}(M^p + σ^p) log T)
    heavyWithoutLog,
};

struct ScheduleArm {
    std::string_view id, label, help;
    std::string_view steps; ///< name of its StochasticSteps
    Guarantee guarantee = Guarantee::none;
    bool needsStrongConvexity = false;
    bool takesHeavyMap = false; ///< the uniformly convex map, whatever the geometry chosen
    bool clips = false;         ///< gradients are scaled down to the clip level
};

inline constexpr ScheduleArm scheduleArms[] = {
    {.id = "sqrt",
     .label = "η/√t",
     .help = "Does not know T; pays log T at the last iterate.",
     .steps = "sqrt",
     .guarantee = Guarantee::withLog},
    {.id = "const",
     .label = "η/√T",
     .help = "A constant that knows T; pays log T as well.",
     .steps = "const",
     .guarantee = Guarantee::withLog},
    {.id = "linear",
     .label = "linear decay",
     .help = "η(T − t + 1)/T^{3/2}: knows T, no log.",
     .steps = "linear",
     .guarantee = Guarantee::withoutLog},
    {.id = "strong_1",
     .label = "1/(μ(t + 2κ))",
     .help = "For strongly convex problems.",
     .steps = "strong_1",
     .guarantee = Guarantee::strongFirst,
     .needsStrongConvexity = true},
    {.id = "strong_2",
     .label = "2/(μ(t + 4κ))",
     .help = "For strongly convex problems, forgets the start faster.",
     .steps = "strong_2",
     .guarantee = Guarantee::strongSecond,
     .needsStrongConvexity = true},
    {.id = "heavy",
     .label = "η/t^(1/p)",
     .help = "With the uniformly convex map, for noise without a variance.",
     .steps = "heavy",
     .guarantee = Guarantee::heavyWithLog,
     .takesHeavyMap = true},
    {.id = "heavy_linear",
     .label = "heavy linear",
     .help = "η(T − t + 1)/T^{1+1/p} with the uniformly convex map.",
     .steps = "heavy_linear",
     .guarantee = Guarantee::heavyWithoutLog,
     .takesHeavyMap = true},
    {.id = "clipped",
     .label = "clipped η/√t",
     .help = "Baseline for heavy tails: long gradients are scaled down.",
     .steps = "sqrt",
     .clips = true},
    {.id = "fixed",
     .label = "fixed η",
     .help = "Baseline that never decays: stalls where the noise takes over.",
     .steps = "fixed"},
};

enum class ProblemKind { absolute, adversarial, composite, simplex };
struct ProblemChoice {
    std::string_view id, label, help;
    ProblemKind kind;
};
inline constexpr ProblemChoice problemChoices[] = {
    {"absolute", "absolute deviations", "Lipschitz, on all of R^d, a sharp minimum.",
     ProblemKind::absolute},
    {"adversarial", "adversarial maximum",
     "Lipschitz, on the unit ball of R^T: the last iterate of 1/√t steps pays log T.",
     ProblemKind::adversarial},
    {"composite", "composite quadratic", "Smooth f plus λ‖x‖₁ + (μ/2)‖x‖².",
     ProblemKind::composite},
    {"simplex", "linear on the simplex", "One cheap coordinate among d.", ProblemKind::simplex},
};

struct CurvatureChoice {
    std::string_view id, label, help;
    Curvature curvature;
    double strongConvexity; ///< μ_f
};
inline constexpr CurvatureChoice curvatureChoices[] = {
    {"decaying", "H_j = j⁻²", "Convex.", Curvature::decaying, 0.0},
    {"strong", "H_j from 0.1 to 1", "μ_f = 0.1.", Curvature::strong, 0.1},
    {"linear", "H_j from 0 to 1", "Convex.", Curvature::linear, 0.0},
};

enum class Geometry { euclidean, entropic, uniformlyConvex };
struct GeometryChoice {
    std::string_view id, label, help;
    Geometry geometry;
};
inline constexpr GeometryChoice geometryChoices[] = {
    {"euclidean", "Euclidean", "½‖x‖², projecting where there is a domain.", Geometry::euclidean},
    {"entropic", "entropic", "Σ x log x, on the simplex.", Geometry::entropic},
    {"uniformly_convex", "uniformly convex", "‖x‖^q, q = p/(p − 1).", Geometry::uniformlyConvex},
};

/// Ids are the names that GradientNoise knows.
struct NoiseChoice {
    std::string_view id, label, help;
    std::string_view shape = "weibull_shape"; ///< the parameter that shapes it
    bool isSilent = false;
    bool hasVariance = true;
};
inline constexpr NoiseChoice noiseChoices[] = {
    {.id = "none", .label = "none", .help = "", .isSilent = true},
    {.id = "gaussian", .label = "Gaussian", .help = "E‖ξ‖² = σ²."},
    {.id = "signs", .label = "±σ", .help = "By coordinate."},
    {.id = "sub_weibull",
     .label = "sub-Weibull",
     .help = "Random direction, magnitude σ|N(0,1)|^{2/p}."},
    {.id = "pareto",
     .label = "Pareto",
     .help = "Random direction, magnitude σ·Lomax(α): infinite variance.",
     .shape = "tail_index",
     .hasVariance = false},
};

} // namespace convergence::last_iterate
