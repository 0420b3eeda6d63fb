#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// Optimizers side by side on surfaces over the plane, from one start: paths, the arrows and the
/// arithmetic of each step.
ExperimentType optimizerPlayground();

/// Its parts, each in a file of its own.
namespace playground {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace playground

} // namespace convergence
