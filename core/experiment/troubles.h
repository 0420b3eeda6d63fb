#pragma once

#include <functional>
#include <string>

#include "core/experiment/recording.h"

namespace convergence {

/// What went wrong in a run, a sentence for each reason: "S-over and A-mod diverged at iterations
/// 19 and 23: the factors grew without bound." Of more than six trials with one reason, and where
/// arms have several trials, it tells how many there are and which was first. `label` names an arm.
/// Empty where nothing went wrong.
std::string troublesByReason(const Recording& recording,
                             const std::function<std::string(const std::string& arm)>& label);

} // namespace convergence
