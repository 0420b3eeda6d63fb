#pragma once

#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// Runs every trial of a recording to its end in the current oneTBB arena; see runToEnd().
void runTrialsInParallel(const Experiment& experiment, Recording& recording, const StopToken& stop,
                         const std::vector<LiveEvent>& events = {},
                         const std::filesystem::path& folder = {});

} // namespace convergence
