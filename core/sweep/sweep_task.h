#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/experiment/experiment.h"
#include "core/sweep/sweep_plan.h"

namespace convergence {

/// How a task of a sweep ended.
enum class TaskState {
    finished,
    diverged,
    failed,      ///< a solver threw, or made a trial fail
    refused,     ///< its combination of values cannot work
    killed,      ///< its process died while it ran
    interrupted, ///< stopped on request: runs again when the sweep continues
};
std::string_view nameOf(TaskState state);
/// Throws InputError for an unknown name.
TaskState taskStateFrom(std::string_view name);

/// What a sweep keeps of one task.
struct TaskResult {
    /// One trial of the task's run: its row in the trials table.
    struct Trial {
        std::string arm;
        std::uint64_t replicate = 0;
        std::string status;
        std::int64_t iterations = 0;
        /// Factors, then final metrics, by column; categories by name.
        std::vector<std::pair<std::string, std::string>> cells;
    };
    struct ClaimResult {
        std::string claim;
        std::string verdict;
        double measured = 0.0; ///< NaN where there is none
        double low = 0.0;
        double high = 0.0;
        std::string explanation;
    };

    std::uint64_t task = 0;
    TaskState state = TaskState::finished;
    std::string message; ///< why it did not finish; empty otherwise
    double seconds = 0.0;
    std::vector<Trial> trials;
    std::vector<ClaimResult> claims;
};

/// Runs one task on the calling thread. Never throws: what goes wrong is the result. With
/// recordings kept, its run folder is written below taskFolder().
TaskResult runTask(const SweepPlan& plan, std::uint64_t task, const std::filesystem::path& folder,
                   const StopToken& stop);

/// Folder of a task's recording below a sweep's folder: runs/000012.
std::filesystem::path taskFolder(const std::filesystem::path& folder, std::uint64_t task);

/// For handing results between processes.
nlohmann::json toJson(const TaskResult& result);
/// Throws InputError if the JSON is not a result.
TaskResult taskResultFromJson(const nlohmann::json& json);

} // namespace convergence
