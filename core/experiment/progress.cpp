#include "core/experiment/progress.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace convergence {

Progress countProgress(const Recording& recording) {
    Progress progress;
    progress.trialsPlanned = recording.plans().size();
    progress.secondsLeft = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < progress.trialsPlanned; ++i) {
        const std::int64_t done = recording.iterations(i);
        const TrialStatus status = recording.status(i);
        const bool ended = status != TrialStatus::pending && status != TrialStatus::running;
        progress.iteration = std::max(progress.iteration, done);
        // A trial that ended early by itself leaves nothing to wait for; one that was stopped has
        // not come further than it came.
        const bool isDone = ended && status != TrialStatus::stopped;
        progress.stepsDone += isDone ? recording.plans()[i].steps : done;
        progress.stepsPlanned += recording.plans()[i].steps;
        progress.trialsDone += ended;
    }
    progress.fraction =
        static_cast<double>(progress.stepsDone) / static_cast<double>(progress.stepsPlanned);
    return progress;
}

namespace {

/// ", budget 5 %, optimizer adam"
std::string factorsInWords(const Recording& recording, const TrialPlan& plan) {
    std::string words;
    for (const Column& column : recording.factorColumns()) {
        const auto factor = plan.factors.find(column.name);
        if (factor == plan.factors.end())
            continue;
        const auto index = static_cast<std::size_t>(factor->second);
        words += ", " + column.label + " " +
                 (index < column.categories.size() ? column.categories[index]
                                                   : fmt::format("{}", factor->second));
        if (!column.unit.empty())
            words += " " + column.unit;
    }
    return words;
}

} // namespace

RunState outcome(const Recording& recording) {
    std::map<std::string, bool> allDiverged;
    bool stopped = false;
    for (std::size_t i = 0; i < recording.plans().size(); ++i) {
        const TrialStatus status = recording.status(i);
        if (status == TrialStatus::failed)
            return RunState::failed;
        const bool diverged = status == TrialStatus::diverged;
        stopped |= !diverged && status != TrialStatus::finished;
        const auto [arm, isNew] = allDiverged.emplace(recording.plans()[i].arm, diverged);
        arm->second &= diverged;
    }
    if (stopped)
        return RunState::stopped;
    const bool anyArm = std::any_of(allDiverged.begin(), allDiverged.end(),
                                    [](const auto& arm) { return arm.second; });
    return anyArm ? RunState::diverged : RunState::finished;
}

std::vector<std::string> troubles(const Recording& recording) {
    const bool oneTrialAnArm = recording.plans().size() == recording.arms().size();
    std::vector<std::string> sentences;
    for (std::size_t i = 0; i < recording.plans().size(); ++i) {
        const TrialStatus status = recording.status(i);
        if (status != TrialStatus::diverged && status != TrialStatus::failed)
            continue;
        const TrialPlan& plan = recording.plans()[i];
        std::string where = plan.arm;
        if (!oneTrialAnArm)
            where += factorsInWords(recording, plan);
        const std::string reason = recording.message(i);
        sentences.push_back(fmt::format("{} {} at iteration {}: {}{}", where, nameOf(status),
                                        recording.iterations(i), reason,
                                        reason.ends_with('.') ? "" : "."));
    }
    return sentences;
}

std::string_view nameOf(RunState state) {
    constexpr std::array names = {"ready",   "playing",  "paused", "finished",
                                  "stopped", "diverged", "failed"};
    return names[static_cast<int>(state)];
}

} // namespace convergence
