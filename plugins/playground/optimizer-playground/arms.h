#pragma once

#include <string_view>
#include <vector>

#include "core/data/fit_table.h"
#include "core/experiment/trait_table.h"

namespace convergence::playground {

/// What the step of an optimizer is written out as.
enum class StepRule { descent, momentum, nesterov, adagrad, rmsprop, adam, adamw, newton };

/// What theory says about the distance on a bowl at a constant rate.
enum class Theory { none, descent, heavyBall };

struct PlaygroundArm {
    std::string_view id, label, help;
    StepRule rule;
    double rate; ///< base rate where none is given
    Theory theory = Theory::none;
    bool isNewton = false; ///< its step is from the Hessian; all others are core/optim's optimizers
};

inline constexpr PlaygroundArm playgroundArms[] = {
    {.id = "sgd",
     .label = "Gradient descent",
     .help = "x ← x − ηg.",
     .rule = StepRule::descent,
     .rate = 1.0,
     .theory = Theory::descent},
    {.id = "momentum",
     .label = "Momentum",
     .help = "v ← μv + g, x ← x − ηv.",
     .rule = StepRule::momentum,
     .rate = 0.2,
     .theory = Theory::heavyBall},
    {.id = "nesterov",
     .label = "Nesterov",
     .help = "v ← μv + g, x ← x − η(g + μv).",
     .rule = StepRule::nesterov,
     .rate = 0.2},
    {.id = "adagrad",
     .label = "AdaGrad",
     .help = "s ← s + g², x ← x − ηg/√s.",
     .rule = StepRule::adagrad,
     .rate = 0.5},
    {.id = "rmsprop",
     .label = "RMSProp",
     .help = "s ← ρs + (1 − ρ)g², x ← x − ηg/√s.",
     .rule = StepRule::rmsprop,
     .rate = 0.05},
    {.id = "adam",
     .label = "Adam",
     .help = "Momentum and squares, both corrected for their start at 0.",
     .rule = StepRule::adam,
     .rate = 0.1},
    {.id = "adamw",
     .label = "AdamW",
     .help = "Adam, with the weights shrunk apart from the gradient.",
     .rule = StepRule::adamw,
     .rate = 0.1},
    {.id = "newton",
     .label = "Newton",
     .help = "x ← x − ηH⁻¹g.",
     .rule = StepRule::newton,
     .rate = 1.0,
     .isNewton = true}};

/// The names under which core/optim/surface.h makes them.
struct SurfaceChoice {
    std::string_view id, label, help;
    bool isBowl = false;  ///< has a condition, a curvature and an angle
    bool isTyped = false; ///< a formula of one's own
    bool isTable = false; ///< the loss of two weights on a table of one's own
};

inline constexpr SurfaceChoice surfaceChoices[] = {
    {.id = "quadratic", .label = "Quadratic bowl", .help = "½(L u² + μ v²)", .isBowl = true},
    {.id = "rosenbrock", .label = "Rosenbrock's valley", .help = "(1 − x)² + 100(y − x²)²"},
    {.id = "beale", .label = "Beale", .help = "Flat, with steep walls at the corners"},
    {.id = "himmelblau", .label = "Himmelblau", .help = "Four minima"},
    {.id = "saddle", .label = "Saddle", .help = "½(x² − y²) + ¼y⁴"},
    {.id = "plateau", .label = "Plateau", .help = "A hole in a plain"},
    {.id = "rastrigin", .label = "Rastrigin", .help = "Many minima on a bowl"},
    {.id = "ackley", .label = "Ackley", .help = "Many minima on a cone"},
    {.id = "formula", .label = "My own formula", .help = "", .isTyped = true},
    {.id = "table",
     .label = "My own table",
     .help = "The loss of two weights on the rows of a file",
     .isTable = true}};

/// What two weights are fitted to.
struct TableModel {
    std::string_view id, label, help;
    FitTable::Kind kind;
};

inline constexpr TableModel tableModels[] = {{.id = "line",
                                              .label = "Line: y = w₁x + w₂",
                                              .help = "Squared error; columns x and y.",
                                              .kind = FitTable::Kind::line},
                                             {.id = "classes",
                                              .label = "Two classes: w₁x₁ + w₂x₂ = 0",
                                              .help = "Logistic loss; two features and a class.",
                                              .kind = FitTable::Kind::classes}};

/// Whose arrows are drawn: an arm's, or those of more or fewer.
struct Inspected {
    std::string_view id, label, help = {};
    bool all = false;
};
inline constexpr Inspected noArrows{.id = "none", .label = "none"};
inline constexpr Inspected allArrows{.id = "all", .label = "all", .all = true};

/// none, the arms, all.
inline std::vector<Inspected> inspectedChoices() {
    std::vector<Inspected> choices = {noArrows};
    for (const PlaygroundArm& arm : playgroundArms)
        choices.push_back({arm.id, arm.label, arm.help});
    choices.push_back(allArrows);
    return choices;
}

} // namespace convergence::playground
