#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// "Revisiting the Last-Iterate Convergence of Stochastic Gradient Methods" (Liu and Zhou 2023):
/// composite stochastic mirror descent, one arm a step-size schedule, one trial for each arm,
/// horizon and replicate.
ExperimentType lastIterateSgd();

/// Its parts, each in a file of its own.
Description lastIterateSgdDescription();
const std::vector<Arm>& lastIterateArms();
std::vector<Claim> lastIterateSgdClaims();

} // namespace convergence
