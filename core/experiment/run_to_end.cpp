#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <tbb/task_arena.h>

#include "core/experiment/runner.h"
#include "core/experiment/trial_run.h"
#include "core/experiment/trials_in_parallel.h"
#include "core/parallel/parallel_for.h"

namespace convergence {

std::vector<std::filesystem::path> runTrialsInParallel(const Experiment& experiment,
                                                       Recording& recording,
                                                       const TrialsOptions& options) {
    const std::size_t count = recording.plans().size();
    std::vector<std::vector<std::filesystem::path>> files(count);
    std::atomic<std::size_t> next{0};
    // Trials are taken in order, so that the trials table grows from its start.
    const auto worker = [&](std::size_t) {
        for (std::size_t trial = next++; trial < count; trial = next++) {
            TrialRun run(experiment, recording, trial, options.events);
            run.advanceTo(run.plannedSteps(), options.stop);
            run.end(TrialStatus::stopped);
            if (!options.folder.empty())
                files[trial] = run.saveOrFail(options.folder);
        }
    };
    const auto concurrency = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
    parallelFor(std::min(concurrency, count), worker);
    std::vector<std::filesystem::path> all;
    for (const auto& own : files)
        all.insert(all.end(), own.begin(), own.end());
    return all;
}

std::vector<std::filesystem::path> runToEnd(const Experiment& experiment, Recording& recording,
                                            const RunOptions& options) {
    std::vector<std::filesystem::path> files;
    std::mutex mutex;
    std::condition_variable done;
    bool finished = false;
    std::jthread worker([&] {
        tbb::task_arena arena(options.threads > 0 ? options.threads : tbb::task_arena::automatic);
        arena.execute([&] {
            files = runTrialsInParallel(
                experiment, recording,
                {.stop = options.stop, .events = options.events, .folder = options.folder});
        });
        const std::lock_guard lock(mutex);
        finished = true;
        done.notify_one();
    });
    Speedometer speedometer;
    std::unique_lock lock(mutex);
    while (!done.wait_for(lock, std::chrono::milliseconds(200), [&] { return finished; })) {
        if (!options.onProgress)
            continue;
        lock.unlock();
        Progress progress = countProgress(recording);
        speedometer.sample(progress.stepsDone);
        progress.stepsPerSecond = speedometer.stepsPerSecond();
        if (progress.stepsPerSecond > 0.0)
            progress.secondsLeft = static_cast<double>(progress.stepsPlanned - progress.stepsDone) /
                                   progress.stepsPerSecond;
        options.onProgress(progress);
        lock.lock();
    }
    return files;
}

} // namespace convergence
