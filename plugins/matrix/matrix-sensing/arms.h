// What each arm of matrix-sensing is, and each choice of its other parameters.

#pragma once

#include <string_view>

#include "core/matrix/sensing_run.h"

namespace convergence::matrix_sensing {

using Structure = matrix::SensingOperator::Structure;
using matrix::Form, matrix::Width, matrix::Start, matrix::Steps;

struct SensingArm {
    std::string_view id, label, help;
    matrix::SensingVariant variant;
    std::string_view narrower = {}; ///< the arm that this one is at k = r, if it is one

    [[nodiscard]] constexpr Structure structure() const { ///< of its measurements
        return variant.staysSymmetric() ? Structure::symmetric : Structure::general;
    }
};
inline constexpr SensingArm sensingArms[] = {
    {"s_over",
     "S-over: symmetric, k > r",
     "XXᵀ with superfluous columns: sublinear",
     {Form::symmetric, Width::over, Start::single},
     "s_exact"},
    {"s_exact",
     "S-exact: symmetric, k = r",
     "XXᵀ with as many columns as the rank",
     {Form::symmetric, Width::exact, Start::single}},
    {"a_exact",
     "A-exact: asymmetric, k = r",
     "FGᵀ with as many columns as the rank",
     {Form::asymmetric, Width::exact, Start::imbalanced}},
    {"a_over",
     "A-over: asymmetric, k > r",
     "FGᵀ with superfluous columns, imbalanced start: linear, rate ∝ α²",
     {Form::asymmetric, Width::over, Start::imbalanced},
     "a_exact"},
    {"a_mod",
     "A-mod: one modified step",
     "as before, and one step makes the rate independent of α",
     {Form::asymmetric, Width::over, Start::imbalanced, Steps::oneModified}},
    {"a_equal",
     "A-equal: F₀ = G₀",
     "balanced for ever: as slow as the symmetric arm",
     {Form::asymmetric, Width::over, Start::equal}}};

struct SensingProblem {
    std::string_view id, label, help;
    matrix::LowRankProblem (*fixed)() = nullptr; ///< null: drawn from the seed
    matrix::PlaneLoss loss = nullptr;            ///< where it can be drawn over the plane
    bool isScalar = false;                       ///< one dimension, rank 0
};
inline constexpr SensingProblem sensingProblems[] = {{"random", "random low-rank matrix", ""},
                                                     {"plane",
                                                      "2 × 2, rank 1: the loss over the plane", "",
                                                      matrix::planeProblem, matrix::planeLoss},
                                                     {.id = "scalar_toy",
                                                      .label = "scalar toy of the surplus, ½(fg)²",
                                                      .fixed = matrix::scalarToy,
                                                      .loss = matrix::toyLoss,
                                                      .isScalar = true}};

struct UpdateRule {
    std::string_view id, label, help;
    matrix::AsymmetricDescent::Update update;
};
inline constexpr UpdateRule updateRules[] = {
    {"simultaneous", "both from the old pair", "", matrix::AsymmetricDescent::Update::simultaneous},
    {"sequential", "G from the new F (another algorithm)", "",
     matrix::AsymmetricDescent::Update::sequential}};

enum class Side { left, right };
struct PathFactor {
    std::string_view id, label, help;
    Side side;
};
inline constexpr PathFactor pathFactors[] = {{"left", "X or F", "", Side::left},
                                             {"right", "G (X in symmetric arms)", "", Side::right}};

} // namespace convergence::matrix_sensing
