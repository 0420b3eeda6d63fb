// What each method is, and each choice of the other parameters.

#pragma once

#include <string_view>

#include "core/bilevel/cosh_problem.h"
#include "core/bilevel/methods.h"
#include "core/bilevel/softmax_problem.h"
#include "core/experiment/trait_table.h"

namespace convergence::borep {

struct MethodArm {
    std::string_view id, label, help;
    std::unique_ptr<bilevel::Method> (*make)(std::unique_ptr<bilevel::Problem>,
                                             const bilevel::MethodOptions&);
    bool isNormalized = false; ///< its steps are those of `step`, else of `raw_step`
    bool averages = true;      ///< false: β = 0
    bool refines = true;       ///< false: K₀ = 0
    bool moves = true;         ///< false: x stays at the start
};
inline constexpr MethodArm methodArms[] = {
    {.id = "bo_rep",
     .label = "BO-REP",
     .help = "Normalized momentum for x, a refined first y, y updated once a period.",
     .make = bilevel::boRep,
     .isNormalized = true},
    {.id = "ma_soba",
     .label = "MA-SOBA",
     .help = "x, y and z move once a step, x along an average.",
     .make = bilevel::averagedSoba},
    {.id = "soba", .label = "SOBA", .help = "x, y and z move once a step.", .make = bilevel::soba},
    {.id = "stocbio",
     .label = "StocBio",
     .help = "Several steps on y, a Neumann series for z.",
     .make = bilevel::stocBio},
    {.id = "ttsa",
     .label = "TTSA",
     .help = "Steps that fall at two rates, a random term of the series.",
     .make = bilevel::twoTimescale},
    {.id = "saba",
     .label = "SABA",
     .help = "SOBA with SAGA's estimates over a finite sum.",
     .make = bilevel::saba},
    {.id = "vrbo",
     .label = "VRBO",
     .help = "Recursive differences between large batches.",
     .make = bilevel::varianceReduced},
    {.id = "no_normalization",
     .label = "not normalized",
     .help = "BO-REP with x ← x − ηm.",
     .make = bilevel::boRep},
    {.id = "no_momentum",
     .label = "no momentum",
     .help = "BO-REP with β = 0: each hypergradient is normalized by itself.",
     .make = bilevel::boRep,
     .isNormalized = true,
     .averages = false},
    {.id = "no_refinement",
     .label = "no refinement",
     .help = "BO-REP with K₀ = 0.",
     .make = bilevel::boRep,
     .isNormalized = true,
     .refines = false},
    {.id = "fixed_upper",
     .label = "x fixed",
     .help = "The same steps on y, with x as it starts: equal weights, no cleaning.",
     .make = bilevel::boRep,
     .isNormalized = true,
     .moves = false}};

struct ProblemChoice {
    std::string_view id, label, help;
    bool isText;
    bilevel::SoftmaxProblem::Upper upper = bilevel::SoftmaxProblem::Upper::exampleWeights;
    std::size_t trainingLines = 0;
    bool hasWrongLabels = false;
    [[nodiscard]] constexpr bool weighs() const { return isText && hasWrongLabels; }
};
inline constexpr ProblemChoice problemChoices[] = {
    {.id = "cosh",
     .label = "cosh",
     .help = "Made up, its curvature grows with its gradient, and all about it is known.",
     .isText = false},
    {.id = "cleaning",
     .label = "cleaning",
     .help = "Lines of manual pages in six languages, some with a wrong label: x weighs the lines.",
     .isText = true,
     .trainingLines = 1000,
     .hasWrongLabels = true},
    {.id = "regularizer",
     .label = "regularizer",
     .help = "The same lines with true labels: x is the logarithm of the ridge.",
     .isText = true,
     .upper = bilevel::SoftmaxProblem::Upper::ridge,
     .trainingLines = 100}};

/// How η and β follow from the horizon.
enum class StepRule { fixed, theory, frozen };
struct ScheduleChoice {
    std::string_view id, label, help;
    StepRule rule;
};
inline constexpr ScheduleChoice scheduleChoices[] = {
    {"fixed", "fixed", "η and β as they are set, whatever T.", StepRule::fixed},
    {"theory", "theory", "η = c_η T^(−3/4), 1 − β = c_β T^(−1/2).", StepRule::theory},
    {"frozen", "frozen", "The theory's of the shortest horizon, for all.", StepRule::frozen}};

struct NoiseChoice {
    std::string_view id, label, help;
    bilevel::NoiseKind kind;
};
inline constexpr NoiseChoice noiseChoices[] = {
    {"normal", "normal", "N(0, 1).", bilevel::NoiseKind::normal},
    {"skewed", "skewed", "3 with probability 0.1, −1/3 otherwise.", bilevel::NoiseKind::skewed}};

struct StartChoice {
    std::string_view id, label, help;
    bool isSpread;
};
inline constexpr StartChoice startChoices[] = {
    {"equal", "equal", "The same value in every coordinate.", false},
    {"spread", "spread", "From 4 to the largest, evenly.", true}};

struct RefinementChoice {
    std::string_view id, label, help;
    bool byEpochs;
};
inline constexpr RefinementChoice refinementChoices[] = {
    {"sgd", "SGD", "Steps that fall with 1/k.", false},
    {"epoch", "epoch SGD", "The step halves and the stage doubles, each from an average.", true}};

struct LabelChoice {
    std::string_view id, label, help;
    bool isTrue;
};
inline constexpr LabelChoice labelChoices[] = {
    {"true", "true", "Every validation line has its language.", true},
    {"shuffled", "shuffled", "Broken data: the labels of the validation lines change places.",
     false}};

/// What a refutation breaks.
struct ControlChoice {
    std::string_view id, label, help;
    bool addsMixedProduct;
};
inline constexpr ControlChoice controlChoices[] = {
    {"none", "none", "The methods as they are.", false},
    {"wrong_sign", "wrong sign", "The mixed product is added in the place of subtracted.", true}};

} // namespace convergence::borep
