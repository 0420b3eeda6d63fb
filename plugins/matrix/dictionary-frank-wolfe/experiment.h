#pragma once

#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// Online orthogonal dictionary learning by Frank–Wolfe (Xue and Lau 2021, arXiv 2103.01484).
ExperimentType dictionaryLearning();

Description dictionaryLearningDescription();
std::vector<Claim> dictionaryLearningClaims();

} // namespace convergence
