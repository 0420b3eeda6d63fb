#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Momentum Benefits Non-IID Federated Learning Simply and Provably" (Cheng et al. 2024): momentum
/// in the local steps, with and without control variates and variance reduction.
ExperimentType momentumFl();

/// Its parts, each in a file of its own.
namespace momentum_fl {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace momentum_fl

} // namespace convergence
