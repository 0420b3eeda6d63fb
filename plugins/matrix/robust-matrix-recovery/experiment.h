#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// "Global Convergence of Sub-gradient Method for Robust Matrix Recovery" (Ma, Fattahi 2022).
ExperimentType robustRecovery();

/// Its parts, each in a file of its own.
namespace robust_recovery {
std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<View> views();
std::vector<Claim> claims();
} // namespace robust_recovery

} // namespace convergence
