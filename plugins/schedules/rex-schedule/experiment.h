#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "REX: Revisiting Budgeted Training with an Improved Schedule" (Chen, Wolfe, Kyrillidis 2021):
/// learning-rate schedules compared at budgets from 1 % to 100 %, each at its best base rate.
ExperimentType rexSchedule();

/// Its parts, each in a file of its own.
namespace rex {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace rex

} // namespace convergence
