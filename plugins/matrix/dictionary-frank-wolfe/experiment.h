#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// Online orthogonal dictionary learning by Frank–Wolfe (Xue and Lau 2021, arXiv 2103.01484).
ExperimentType dictionaryLearning();

/// Its parts, each in a file of its own.
namespace dictionary_learning {
std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<View> views();
std::vector<Claim> claims();
} // namespace dictionary_learning

} // namespace convergence
