#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Revisiting the Last-Iterate Convergence of Stochastic Gradient Methods" (Liu and Zhou 2023):
/// composite stochastic mirror descent, one arm a step-size schedule, one trial for each arm,
/// horizon and replicate.
ExperimentType lastIterateSgd();

/// Its parts, each in a file of its own.
namespace last_iterate {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace last_iterate

} // namespace convergence
