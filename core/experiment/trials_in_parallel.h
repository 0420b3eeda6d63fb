#pragma once

#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// What runTrialsInParallel() is told: as RunOptions.
struct TrialsOptions {
    StopToken stop = {};
    std::vector<LiveEvent> events = {};
    std::filesystem::path folder = {};
};

/// Runs every trial of a recording to its end in the current oneTBB arena; see runToEnd().
std::vector<std::filesystem::path> runTrialsInParallel(const Experiment& experiment,
                                                       Recording& recording,
                                                       const TrialsOptions& options = {});

} // namespace convergence
