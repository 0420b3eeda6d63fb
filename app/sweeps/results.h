#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/recording.h"
#include "core/sweep/sweep_plan.h"
#include "core/sweep/sweep_task.h"

namespace convergence {

/// What a sweep has found so far, as a recording: one trial for each trial of a task, the axes as
/// factors, seeds and repetitions as replicates. So every view of trials can show a sweep.
struct SweepResults {
    std::shared_ptr<const SweepPlan> plan;
    std::shared_ptr<const Recording> recording;
    std::vector<std::uint64_t> taskOfTrial; ///< by trial of the recording
    std::vector<std::string> axes;          ///< factor columns, in the plan's order
    std::vector<std::string> metrics;       ///< columns with numbers, in the tasks' order
    std::vector<TaskResult> tasks;          ///< those with a result, without their trials
};

/// Reads a sweep's folder (or the sweep.sqlite in it) while it may still run. Throws InputError
/// naming what cannot be read. May be called from any thread.
SweepResults readSweepResults(const std::string& path, const Registry& registry);

} // namespace convergence
