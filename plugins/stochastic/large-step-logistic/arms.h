#pragma once

#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/optim/linear_separation.h"

namespace convergence::large_step {

struct SeparationArm {
    std::string_view id, label, help;
    SeparationMethod method;
    /// Of the methods with a step size γ, the perceptron that θ/γ tends to as γ → ∞; the others are
    /// their own limit.
    SeparationMethod limit = method;
    bool hasStepSize = false;
};

inline constexpr SeparationArm separationArms[] = {
    {.id = "lr_gd",
     .label = "LR+GD",
     .help = "Gradient descent on the logistic loss.",
     .method = SeparationMethod::logistic,
     .limit = SeparationMethod::batchPerceptron,
     .hasStepSize = true},
    {.id = "normalized_gd",
     .label = "normalized LR+GD",
     .help = "The gradient over the mean weight Σp/n.",
     .method = SeparationMethod::normalizedLogistic,
     .limit = SeparationMethod::normalizedPerceptron,
     .hasStepSize = true},
    {.id = "batch_perceptron",
     .label = "batch perceptron",
     .help = "The limit γ → ∞ of LR+GD over γ.",
     .method = SeparationMethod::batchPerceptron},
    {.id = "normalized_perceptron",
     .label = "normalized batch perceptron",
     .help = "The limit γ → ∞ of normalized LR+GD over γ.",
     .method = SeparationMethod::normalizedPerceptron},
    {.id = "perceptron",
     .label = "perceptron",
     .help = "One misclassified sample at a time; with a random choice its count varies with the "
             "seed.",
     .method = SeparationMethod::perceptron},
};

enum class Dataset { images, worstCase, twoPoints, ownPoints };
struct DatasetChoice {
    std::string_view id, label, help;
    Dataset dataset;
};
inline constexpr DatasetChoice datasetChoices[] = {
    {"fashion", "two classes of Fashion-MNIST", "Pixels in [0, 1].", Dataset::images},
    {"worst_case", "worst case", "One sample against n − 1 copies of another.", Dataset::worstCase},
    {"two_points", "two points", "The loss at θ₁ grows with γ, θ₂ solves the task.",
     Dataset::twoPoints},
    {"points", "points in the plane", "Of your own; one can be dragged.", Dataset::ownPoints},
};

struct LabelChoice {
    std::string_view id, label, help;
    int sign;
};
inline constexpr LabelChoice labelChoices[] = {{"positive", "+1", "", 1},
                                               {"negative", "−1", "", -1}};

struct PerceptronRule {
    std::string_view id, label, help;
    bool takesFirst;
};
inline constexpr PerceptronRule perceptronRules[] = {{"random", "random", "", false},
                                                     {"first", "first index", "", true}};

struct FirstStep {
    std::string_view id, label, help;
    bool isHalf;
};
inline constexpr FirstStep firstSteps[] = {{"half", "half", "", true}, {"full", "full", "", false}};

} // namespace convergence::large_step
