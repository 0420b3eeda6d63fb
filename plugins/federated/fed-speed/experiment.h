#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "FedSpeed: Larger Local Interval, Less Communication Round, and Higher Generalization Accuracy"
/// (Sun et al. 2023): a spring to the server's model, a correction of what it leaves behind, and
/// gradients from uphill.
ExperimentType fedSpeed();

/// Its parts, each in a file of its own.
namespace fed_speed {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace fed_speed

} // namespace convergence
