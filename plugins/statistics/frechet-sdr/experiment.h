#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "Fréchet Cumulative Covariance Net for Deep Nonlinear Sufficient Dimension Reduction with Random
/// Objects" (Yuan, Wang and Yu 2025): one arm a method, one trial for each arm, sample size, share
/// of outliers and replicate.
ExperimentType frechetSdr();

/// Its parts, each in a file of its own.
namespace frechet_sdr {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace frechet_sdr

} // namespace convergence
