#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/experiment/recording.h"

namespace convergence {

/// How far a run has come.
struct Progress {
    std::int64_t iteration = 0; ///< of the trial that is furthest (lock step)
    std::int64_t stepsDone = 0; ///< over all trials
    std::int64_t stepsPlanned = 0;
    double fraction = 0.0;       ///< stepsDone / stepsPlanned
    double stepsPerSecond = 0.0; ///< over the last second or so of running
    double secondsLeft = 0.0;    ///< NaN while unknown
    std::size_t trialsDone = 0;
    std::size_t trialsPlanned = 0;
};

/// Counts what a recording has, without a speed.
Progress countProgress(const Recording& recording);

/// Steps per second over the last second or so.
class Speedometer {
public:
    void sample(std::int64_t steps) {
        const auto now = Clock::now();
        if (!samples_.empty() && now - samples_.back().first < std::chrono::milliseconds(50))
            return;
        samples_.emplace_back(now, steps);
        while (samples_.size() > 2 && now - samples_.front().first > std::chrono::seconds(1))
            samples_.pop_front();
    }
    void reset() { samples_.clear(); }
    [[nodiscard]] double stepsPerSecond() const {
        if (samples_.size() < 2)
            return 0.0;
        const std::chrono::duration<double> time = samples_.back().first - samples_.front().first;
        return static_cast<double>(samples_.back().second - samples_.front().second) / time.count();
    }

private:
    using Clock = std::chrono::steady_clock;
    std::deque<std::pair<Clock::time_point, std::int64_t>> samples_;
};

enum class RunState { ready, playing, paused, finished, stopped, diverged, failed };
std::string_view nameOf(RunState state);

/// How a run ended whose trials have all ended: failed if one failed, stopped if one was stopped,
/// diverged if some arm diverged in all of its trials (that one value of a tuning grid diverges is
/// a result like any other), else finished.
RunState outcome(const Recording& recording);

/// One sentence for each trial that diverged or failed, with its factors and the iteration.
std::vector<std::string> troubles(const Recording& recording);

} // namespace convergence
