#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Impact of Computation in Integral Reinforcement Learning for Continuous-Time Control" (Cao and
/// Pan 2024): policy iteration from N samples a window, one arm a quadrature rule, one trial for
/// each arm, N, window length and start.
ExperimentType integralRl();

/// Its parts, each in a file of its own.
namespace integral_rl {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace integral_rl

} // namespace convergence
