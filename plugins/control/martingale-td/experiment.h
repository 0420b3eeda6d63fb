#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Policy Evaluation and Temporal-Difference Learning in Continuous Time and Space: A Martingale
/// Approach" (Jia and Zhou 2022): learners of the value of a policy, one arm a learner, one trial
/// for each mesh, arm and replicate.
ExperimentType martingaleTd();

/// Its parts, each in a file of its own.
namespace martingale_td {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace martingale_td

} // namespace convergence
