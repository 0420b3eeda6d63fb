#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <Eigen/Core>

#include "core/math/jet.h"
#include "plugins/playground/optimizer-playground/arms.h"

namespace convergence::playground {

/// The constants that an optimizer works with.
struct OptimizerConstants {
    double momentum = 0.9; ///< μ, also of Nesterov
    double rmsDecay = 0.9; ///< ρ of RMSProp
    double beta1 = 0.9, beta2 = 0.999;
    double weightDecay = 0.01; ///< λ of AdamW
};

/// Everything about one step, in the order in which it happens.
struct StepRecord {
    StepRule rule = StepRule::descent;
    std::int64_t t = 0; ///< from 1
    double rate = 0.0;  ///< η_t
    OptimizerConstants constants;
    Eigen::Vector2d x = Eigen::Vector2d::Zero();        ///< before
    Jet f;                                              ///< at x
    Eigen::Vector2d noise = Eigen::Vector2d::Zero();    ///< added to ∇f
    Eigen::Vector2d gradient = Eigen::Vector2d::Zero(); ///< g = ∇f + noise
    std::size_t batchRows = 0; ///< of a table over which ∇f was taken; 0: all, or no table
    std::size_t rows = 0;      ///< that the table has
    std::optional<Eigen::Vector2d> momentumBefore, momentumAfter;
    std::optional<Eigen::Vector2d> squaresBefore, squaresAfter;
    Eigen::Vector2d next = Eigen::Vector2d::Zero(); ///< after
};

/// The step written out with its numbers, line by line.
std::string arithmeticOf(const StepRecord& step);

} // namespace convergence::playground
