#include "core/sweep/sweep_task.h"

#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <tbb/task_arena.h>

#include "core/data/csv.h"
#include "core/error.h"
#include "core/experiment/progress.h"
#include "core/experiment/run_files.h"
#include "core/experiment/trials_in_parallel.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> stateNames = {"finished", "diverged", "failed",
                                                        "refused",  "killed",   "interrupted"};

std::string cellOf(const Column& column, double value) {
    // NaN fails the comparisons, and so does what is no index.
    if (value >= 0.0 && value < static_cast<double>(column.categories.size()))
        return column.categories[static_cast<std::size_t>(value)];
    fmt::memory_buffer text;
    appendCsvNumber(text, value);
    return fmt::to_string(text);
}

std::vector<TaskResult::Trial> trialsOf(const Recording& recording) {
    std::vector<TaskResult::Trial> trials;
    const Table& table = recording.trials();
    const std::size_t firstFinal = recording.firstFinalColumn();
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const TrialPlan& plan = recording.plans()[row];
        TaskResult::Trial trial{.arm = plan.arm,
                                .replicate = plan.replicate,
                                .status = std::string(nameOf(recording.status(row))),
                                .iterations = recording.iterations(row),
                                .cells = {}};
        for (const Column& factor : recording.factorColumns())
            if (const auto at = plan.factors.find(factor.name); at != plan.factors.end())
                trial.cells.emplace_back(factor.name, cellOf(factor, at->second));
        for (std::size_t i = firstFinal; i < table.columns().size(); ++i)
            trial.cells.emplace_back(table.columns()[i].name,
                                     cellOf(table.columns()[i], table.at(row, i)));
        trials.push_back(std::move(trial));
    }
    return trials;
}

TaskState stateOf(const Recording& recording) {
    switch (outcome(recording)) {
    case RunState::finished:
        return TaskState::finished;
    case RunState::diverged:
        return TaskState::diverged;
    case RunState::stopped:
        return TaskState::interrupted;
    default:
        return TaskState::failed;
    }
}

json numberOrNull(double value) {
    return std::isfinite(value) ? json(value) : json(nullptr);
}

double numberFrom(const json& value) {
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void runInto(TaskResult& result, const SweepPlan& plan, const std::filesystem::path& folder,
             const StopToken& stop) {
    const auto start = Clock::now();
    const ExperimentType& type = plan.type();
    const auto values = std::make_shared<const ParameterValues>(
        resolveValues(type, plan.preset(), plan.overrides(result.task)));
    const auto experiment = createExperiment(type, *values);
    const std::shared_ptr<Recording> recording = makeRecording(*experiment);
    // Tasks go side by side, so each keeps to its own thread.
    tbb::task_arena single(1);
    const std::filesystem::path own = taskFolder(folder, result.task);
    if (plan.keepsRecordings())
        prepareOutputFolder(own);
    std::vector<std::filesystem::path> files;
    single.execute([&] {
        files = runTrialsInParallel(
            *experiment, *recording,
            {.stop = stop, .folder = plan.keepsRecordings() ? own : std::filesystem::path()});
    });
    result.state = stateOf(*recording);
    for (const std::string& trouble : troubles(*recording))
        result.message += (result.message.empty() ? "" : " ") + trouble;
    if (result.state == TaskState::interrupted)
        return;
    result.trials = trialsOf(*recording);
    std::vector<ClaimReport> claims;
    if (plan.keepsClaims() || plan.keepsRecordings())
        claims = judgeLiveClaims(type.description, values, recording);
    if (plan.keepsClaims())
        for (const ClaimReport& report : claims)
            result.claims.push_back({report.claim, std::string(nameOf(report.judgement.verdict)),
                                     report.judgement.measured, report.judgement.low,
                                     report.judgement.high, report.judgement.explanation});
    if (plan.keepsRecordings())
        writeRunFolder(own, *recording,
                       {.description = &type.description,
                        .values = values.get(),
                        .state = std::string(nameOf(outcome(*recording))),
                        .wallSeconds = secondsSince(start),
                        .claims = claims,
                        .files = std::move(files)});
}

} // namespace

std::string_view nameOf(TaskState state) {
    return stateNames[static_cast<std::size_t>(state)];
}

TaskState taskStateFrom(std::string_view name) {
    for (std::size_t i = 0; i < stateNames.size(); ++i)
        if (stateNames[i] == name)
            return static_cast<TaskState>(i);
    throw InputError(fmt::format("'{}' is not a state of a task; known are {}.", name,
                                 fmt::join(stateNames, ", ")));
}

std::filesystem::path taskFolder(const std::filesystem::path& folder, std::uint64_t task) {
    return folder / "runs" / fmt::format("{:06}", task);
}

TaskResult runTask(const SweepPlan& plan, std::uint64_t task, const std::filesystem::path& folder,
                   const StopToken& stop) {
    TaskResult result{.task = task};
    const auto start = Clock::now();
    try {
        runInto(result, plan, folder, stop);
    } catch (const InputError& error) {
        result.state = TaskState::refused;
        result.message = error.what();
    } catch (const std::exception& error) {
        result.state = TaskState::failed;
        result.message = error.what();
    } catch (...) {
        result.state = TaskState::failed;
        result.message = "The experiment threw something that is not an exception.";
    }
    result.seconds = secondsSince(start);
    return result;
}

json toJson(const TaskResult& result) {
    json trials = json::array();
    for (const TaskResult::Trial& trial : result.trials)
        trials.push_back({trial.arm, trial.replicate, trial.status, trial.iterations, trial.cells});
    json claims = json::array();
    for (const TaskResult::ClaimResult& claim : result.claims)
        claims.push_back({claim.claim, claim.verdict, numberOrNull(claim.measured),
                          numberOrNull(claim.low), numberOrNull(claim.high), claim.explanation});
    return {{"task", result.task},       {"state", nameOf(result.state)},
            {"message", result.message}, {"seconds", result.seconds},
            {"trials", trials},          {"claims", claims}};
}

TaskResult taskResultFromJson(const json& json) {
    try {
        TaskResult result{.task = json.at("task").get<std::uint64_t>(),
                          .state = taskStateFrom(json.at("state").get<std::string>()),
                          .message = json.at("message").get<std::string>(),
                          .seconds = json.at("seconds").get<double>(),
                          .trials = {},
                          .claims = {}};
        for (const auto& trial : json.at("trials"))
            result.trials.push_back({.arm = trial.at(0),
                                     .replicate = trial.at(1),
                                     .status = trial.at(2),
                                     .iterations = trial.at(3),
                                     .cells = trial.at(4)});
        for (const auto& claim : json.at("claims"))
            result.claims.push_back({claim.at(0), claim.at(1), numberFrom(claim.at(2)),
                                     numberFrom(claim.at(3)), numberFrom(claim.at(4)),
                                     claim.at(5)});
        return result;
    } catch (const nlohmann::json::exception& error) {
        throw InputError(fmt::format("The result of a task cannot be read: {}.", error.what()));
    }
}

} // namespace convergence
