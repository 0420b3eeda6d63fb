#pragma once

#include <string>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// Optimizers side by side on surfaces over the plane, from one start: paths, the arrows and the
/// arithmetic of each step.
ExperimentType optimizerPlayground();

/// Its parts, each in a file of its own.
Description optimizerPlaygroundDescription();
std::vector<Claim> optimizerPlaygroundClaims();

/// sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, newton.
const std::vector<std::string>& playgroundArms();

} // namespace convergence
