#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"

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

/// Runs every trial to its end, trials in parallel over `threads` threads (0: one a core), and
/// records. The recording does not depend on the number of threads. `onProgress` is called from
/// the calling thread about five times a second. On a stop request, trials keep what they recorded
/// and are marked stopped. A solver that throws marks its trial failed with the message.
/// `events` of an earlier run are applied where they were, which replays it.
void runToEnd(const Experiment& experiment, Recording& recording, const StopToken& stop,
              int threads = 0, const std::function<void(const Progress&)>& onProgress = {},
              const std::vector<LiveEvent>& events = {});

enum class RunState { ready, playing, paused, finished, stopped, diverged, failed };
std::string_view nameOf(RunState state);

/// How a run ended whose trials have all ended: failed if one failed, stopped if one was stopped,
/// diverged if some arm diverged in all of its trials (that one value of a tuning grid diverges is
/// a result like any other), else finished.
RunState outcome(const Recording& recording);

/// One sentence for each trial that diverged or failed, with its factors and the iteration.
std::vector<std::string> troubles(const Recording& recording);

/// Speed of playback of a watched run.
struct Playback {
    /// Seconds from the first iteration to the last, geometric in iterations, so that early steps
    /// are seen one by one; 0 = as fast as possible.
    double seconds = 10.0;
    /// Pauses once this many iterations are done (not in lock step: steps over all trials); 0:
    /// never.
    std::int64_t until = 0;
};

/// A run that is watched: one worker thread that plays, pauses and steps the trials and publishes
/// frames. All methods may be called from any thread and return at once (but the destructor, which
/// stops and waits for the step under way).
class Runner {
public:
    /// `threads` for trials within the run; with a window one core is left free by the default.
    Runner(std::shared_ptr<const Experiment> experiment, bool lockStep, int threads = 0);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    void play();
    void pause();
    /// One iteration of every trial that is active, then pauses.
    void stepOnce();
    void setPlayback(Playback playback);
    /// Stops for good; the recording keeps what it has.
    void stop();
    /// Blocks until the run is finished, stopped, diverged or failed (not while paused: plays).
    void wait();

    /// A live parameter (already validated) for every trial, before their next steps.
    void setLive(const std::string& name, const Value& value);
    /// An action for every trial.
    void act(const std::string& action);

    [[nodiscard]] RunState state() const;
    /// Why the run diverged or failed, with trial and iteration; empty otherwise.
    [[nodiscard]] std::string message() const;
    [[nodiscard]] Progress progress() const;
    [[nodiscard]] std::shared_ptr<const Recording> recording() const;

    /// Asks for frames of the present state; they are published between two steps.
    void requestFrames();
    /// The newest frames, or null. Never blocks.
    [[nodiscard]] std::shared_ptr<const Frames> frames() const;
    /// Frames kept at log-spaced iterations, oldest first, within a memory budget; for scrubbing.
    [[nodiscard]] std::vector<std::shared_ptr<const Frames>> keyFrames() const;

private:
    class Worker;
    std::unique_ptr<Worker> worker_;
};

} // namespace convergence
