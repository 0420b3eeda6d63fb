#pragma once

#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/optim/private_problem.h"
#include "core/optim/recursive_regularization.h"

namespace convergence::private_points {

enum class Method { noisyDescent, spiderBoost, treeSpider, recursive };

struct PrivateArm {
    std::string_view id, label, help;
    Method method;
    RecursiveSolver solver = RecursiveSolver::noisyDescent; ///< of Method::recursive
    bool isEmbedded = false; ///< runs on rows embedded in k dimensions
};

inline constexpr PrivateArm privateArms[] = {
    {.id = "noisy_gd",
     .label = "noisy GD",
     .help = "Baseline: gradients of all samples plus noise.",
     .method = Method::noisyDescent},
    {.id = "spiderboost",
     .label = "Private SpiderBoost",
     .help = "A noisy gradient now and then, noisy differences in between.",
     .method = Method::spiderBoost},
    {.id = "tree_spider",
     .label = "tree SPIDER",
     .help = "A single pass, for the gradient of the population.",
     .method = Method::treeSpider},
    {.id = "recursive_gd",
     .label = "recursive, noisy GD",
     .help = "Convex losses: a regularizer that grows from round to round.",
     .method = Method::recursive},
    {.id = "recursive_phased",
     .label = "recursive, phased SGD",
     .help = "The same with a solver in linear time.",
     .method = Method::recursive,
     .solver = RecursiveSolver::phased},
    {.id = "jl_noisy_gd",
     .label = "JL + noisy GD",
     .help = "On rows embedded in k dimensions.",
     .method = Method::noisyDescent,
     .isEmbedded = true},
    {.id = "jl_spiderboost",
     .label = "JL + SpiderBoost",
     .help = "On rows embedded in k dimensions.",
     .method = Method::spiderBoost,
     .isEmbedded = true},
    {.id = "jl_recursive_gd",
     .label = "JL + recursive",
     .help = "On rows embedded in k dimensions; convex losses.",
     .method = Method::recursive,
     .isEmbedded = true},
};

enum class ProblemKind { location, regression, logistic, images };

struct ProblemChoice {
    std::string_view id, label, help;
    ProblemKind kind;
    PrivateLoss loss;
};

inline constexpr ProblemChoice problemChoices[] = {
    {"location", "robust location", "Three clusters; not convex. 1 − exp(−‖w − x‖²/2).",
     ProblemKind::location, PrivateLoss::robustLocation},
    {"regression", "robust regression", "A linear model, not convex.", ProblemKind::regression,
     PrivateLoss::robustRegression},
    {"logistic", "logistic regression", "Convex, labels from the model with w* = 2e₁.",
     ProblemKind::logistic, PrivateLoss::logistic},
    {"images", "two classes of Fashion-MNIST", "Logistic regression, images of norm 1.",
     ProblemKind::images, PrivateLoss::logistic},
};

enum class Mistake { none, onePhase, noiseOnSum, selectedData };

struct MistakeChoice {
    std::string_view id, label, help;
    Mistake mistake;
};

inline constexpr MistakeChoice mistakeChoices[] = {
    {"none", "none", "", Mistake::none},
    {"one_phase", "one long phase",
     "SpiderBoost starts with a gradient and adds differences for ever.", Mistake::onePhase},
    {"noise_on_sum", "noise on the sum", "Noise made for the sum is added to the mean.",
     Mistake::noiseOnSum},
    {"selected_data", "selected samples",
     "Only the half with the smaller first coordinate, or response.", Mistake::selectedData},
};

inline const ProblemChoice& problemOf(const ParameterValues& values) {
    return traitsOf(problemChoices, values.text("problem"));
}
inline Mistake mistakeOf(const ParameterValues& values) {
    return traitsOf(mistakeChoices, values.text("mistake")).mistake;
}

} // namespace convergence::private_points
