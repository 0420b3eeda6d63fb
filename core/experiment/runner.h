#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/experiment/progress.h"
#include "core/experiment/saved_files.h"

namespace convergence {

/// How runToEnd() runs.
struct RunOptions {
    /// On a request, trials keep what they recorded and are marked stopped.
    StopToken stop = {};
    int threads = 0; ///< for trials in parallel; 0: one a core
    /// Called from the calling thread about five times a second.
    std::function<void(const Progress&)> onProgress = {};
    /// Of an earlier run: applied where they were, which replays it.
    std::vector<LiveEvent> events = {};
    /// Where the solvers' own files (Solver::save) go; empty: they are not written.
    std::filesystem::path folder = {};
};

/// Runs every trial to its end, trials in parallel, and records. The recording does not depend on
/// the number of threads. A solver that throws, or whose files cannot be written, marks its trial
/// failed with the message. Returns the files that solvers wrote, relative to the folder.
std::vector<std::filesystem::path> runToEnd(const Experiment& experiment, Recording& recording,
                                            const RunOptions& options = {});

/// Speed of playback of a watched run.
struct Playback {
    /// Seconds from the first iteration to the last, geometric in iterations, so that early steps
    /// are seen one by one; 0 = as fast as possible.
    double seconds = 10.0;
    /// Pauses once this many iterations are done (not in lock step: steps over all trials); 0:
    /// never.
    std::int64_t until = 0;
};

/// How a Runner runs.
struct RunnerOptions {
    /// The trials advance together, iteration by iteration, and are seen side by side; otherwise
    /// one after another, as many at a time as there are threads.
    bool lockStep = true;
    int threads = 0; ///< for trials in parallel; 0: one a core but for one, which a window needs
    /// Of an earlier run: applied where they were. Played to the same iteration, the run is the
    /// same.
    std::vector<LiveEvent> events = {};
};

/// A run that is watched: one worker thread that plays, pauses and steps the trials and publishes
/// frames. All methods may be called from any thread and return at once (but the destructor, which
/// stops and waits for the step under way).
class Runner {
public:
    explicit Runner(std::shared_ptr<const Experiment> experiment,
                    const RunnerOptions& options = {});
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    void play();
    void pause();
    /// One iteration of every trial that is active, then pauses.
    void stepOnce();
    void setPlayback(Playback playback);
    /// Stops for good; the recording keeps what it has. What was recorded can still be shown,
    /// probed and saved.
    void stop();
    /// Blocks until the run is finished, stopped, diverged or failed (not while paused: plays).
    void wait();

    /// A live parameter (already validated) for every trial, before their next steps.
    void setLive(const std::string& name, const Value& value);
    /// An action for every trial.
    void act(const std::string& action);
    /// A probe (LiveEffect::framesOnly, already validated) for every trial; also after the end.
    void probe(const std::string& name, const Value& value);
    /// Writes the solvers' own files (Solver::save) into an existing folder between two steps, also
    /// after the end; then calls `done` from the worker thread, before the runner goes at the
    /// latest.
    void save(std::filesystem::path folder, std::function<void(const SavedFiles&)> done);

    [[nodiscard]] RunState state() const;
    /// Why the run diverged or failed, with trial and iteration, and what cannot be drawn; empty
    /// otherwise.
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
