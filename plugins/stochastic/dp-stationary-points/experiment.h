#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Faster Rates of Convergence to Stationary Points in Differentially Private Optimization"
/// (Arora, Bassily, González, Guzmán, Menart, Ullah 2022): private methods, one trial for each
/// number of samples, dimension, budget and replicate.
ExperimentType dpStationaryPoints();

/// Its parts, each in a file of its own.
namespace private_points {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace private_points

} // namespace convergence
