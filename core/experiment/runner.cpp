#include "core/experiment/runner.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <tbb/task_arena.h>

#include "core/experiment/key_frames.h"
#include "core/experiment/trial_run.h"
#include "core/experiment/trials_in_parallel.h"
#include "core/parallel/parallel_for.h"

namespace convergence {

namespace {

using Clock = std::chrono::steady_clock;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Progress countProgress(const Recording& recording) {
    Progress progress;
    progress.trialsPlanned = recording.plans().size();
    progress.secondsLeft = unknown;
    for (std::size_t i = 0; i < progress.trialsPlanned; ++i) {
        const std::int64_t done = recording.iterations(i);
        const TrialStatus status = recording.status(i);
        const bool ended = status != TrialStatus::pending && status != TrialStatus::running;
        progress.iteration = std::max(progress.iteration, done);
        // A trial that ended early leaves nothing to wait for.
        progress.stepsDone += ended ? recording.plans()[i].steps : done;
        progress.stepsPlanned += recording.plans()[i].steps;
        progress.trialsDone += ended;
    }
    progress.fraction =
        static_cast<double>(progress.stepsDone) / static_cast<double>(progress.stepsPlanned);
    return progress;
}

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
    std::deque<std::pair<Clock::time_point, std::int64_t>> samples_;
};

} // namespace

void runTrialsInParallel(const Experiment& experiment, Recording& recording, const StopToken& stop,
                         const std::vector<LiveEvent>& events) {
    const std::size_t count = recording.plans().size();
    std::atomic<std::size_t> next{0};
    // Trials are taken in order, so that the trials table grows from its start.
    const auto worker = [&](std::size_t) {
        for (std::size_t trial = next++; trial < count; trial = next++) {
            TrialRun run(experiment, recording, trial, events);
            run.advanceTo(run.plannedSteps(), stop);
            run.end(TrialStatus::stopped);
        }
    };
    const auto concurrency = static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
    parallelFor(std::min(concurrency, count), worker);
}

void runToEnd(const Experiment& experiment, Recording& recording, const StopToken& stop,
              int threads, const std::function<void(const Progress&)>& onProgress,
              const std::vector<LiveEvent>& events) {
    std::mutex mutex;
    std::condition_variable done;
    bool finished = false;
    std::jthread worker([&] {
        tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
        arena.execute([&] { runTrialsInParallel(experiment, recording, stop, events); });
        const std::lock_guard lock(mutex);
        finished = true;
        done.notify_one();
    });
    Speedometer speedometer;
    std::unique_lock lock(mutex);
    while (!done.wait_for(lock, std::chrono::milliseconds(200), [&] { return finished; })) {
        if (!onProgress)
            continue;
        lock.unlock();
        Progress progress = countProgress(recording);
        speedometer.sample(progress.stepsDone);
        progress.stepsPerSecond = speedometer.stepsPerSecond();
        if (progress.stepsPerSecond > 0.0)
            progress.secondsLeft = static_cast<double>(progress.stepsPlanned - progress.stepsDone) /
                                   progress.stepsPerSecond;
        onProgress(progress);
        lock.lock();
    }
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
        sentences.push_back(fmt::format("{} {} at iteration {}: {}.", where, nameOf(status),
                                        recording.iterations(i), recording.message(i)));
    }
    return sentences;
}

std::string_view nameOf(RunState state) {
    constexpr std::array names = {"ready",   "playing",  "paused", "finished",
                                  "stopped", "diverged", "failed"};
    return names[static_cast<int>(state)];
}

class Runner::Worker {
public:
    Worker(std::shared_ptr<const Experiment> experiment, bool lockStep, int threads)
        : experiment_(std::move(experiment)), recording_(makeRecording(*experiment_)),
          lockStep_(lockStep), threads_(threads), arena_(threads) {
        for (std::size_t i = 0; i < recording_->plans().size(); ++i)
            runs_.push_back(std::make_unique<TrialRun>(*experiment_, *recording_, i));
        thread_ = std::jthread([this] { loop(); });
    }

    ~Worker() { stop(); }

    void command(RunState wanted, int steps = 0) {
        const std::lock_guard lock(mutex_);
        if (hasEnded())
            return;
        state_ = wanted;
        stepsWanted_ = steps;
        anchorStale_ = true;
        wake_.notify_all();
    }

    void setPlayback(Playback playback) {
        const std::lock_guard lock(mutex_);
        playback_ = playback;
        anchorStale_ = true;
        wake_.notify_all();
    }

    void stop() {
        stop_.requestStop();
        const std::lock_guard lock(mutex_);
        wake_.notify_all();
    }

    void wait() {
        std::unique_lock lock(mutex_);
        if (state_ == RunState::ready || state_ == RunState::paused)
            state_ = RunState::playing;
        wake_.notify_all();
        ended_.wait(lock, [&] { return hasEnded(); });
    }

    void addEvent(LiveEvent event) {
        const std::lock_guard lock(mutex_);
        liveEvents_.push_back(std::move(event));
        wake_.notify_all();
    }

    void requestFrames() {
        const std::lock_guard lock(mutex_);
        framesWanted_ = true;
        wake_.notify_all();
    }

    [[nodiscard]] RunState state() const {
        const std::lock_guard lock(mutex_);
        return state_;
    }
    [[nodiscard]] std::string message() const {
        std::string all;
        for (const std::string& sentence : troubles(*recording_))
            all += (all.empty() ? "" : " ") + sentence;
        return all;
    }
    [[nodiscard]] Progress progress() const {
        Progress progress = countProgress(*recording_);
        const std::lock_guard lock(mutex_);
        progress.stepsPerSecond = state_ == RunState::playing ? speedometer_.stepsPerSecond() : 0.0;
        if (state_ == RunState::playing && progress.stepsPerSecond > 0.0)
            progress.secondsLeft =
                paceLimited_ ? playback_.seconds * (1.0 - position(progress))
                             : static_cast<double>(progress.stepsPlanned - progress.stepsDone) /
                                   progress.stepsPerSecond;
        return progress;
    }
    [[nodiscard]] std::shared_ptr<const Recording> recording() const { return recording_; }
    [[nodiscard]] std::shared_ptr<const Frames> frames() const {
        const std::lock_guard lock(mutex_);
        return frames_;
    }
    [[nodiscard]] std::vector<std::shared_ptr<const Frames>> keyFrames() const {
        const std::lock_guard lock(mutex_);
        return keyFrames_.all();
    }

private:
    [[nodiscard]] bool hasEnded() const { return state_ >= RunState::finished; }

    /// Where playback is, from 0 to 1: geometric in iterations in lock step, else by steps done.
    [[nodiscard]] double position(const Progress& progress) const {
        if (!lockStep_)
            return progress.fraction;
        return std::log1p(static_cast<double>(progress.iteration)) / std::log1p(longest());
    }
    [[nodiscard]] double longest() const {
        std::int64_t steps = 1;
        for (const TrialPlan& plan : recording_->plans())
            steps = std::max(steps, plan.steps);
        return static_cast<double>(steps);
    }

    void loop() {
        std::unique_lock lock(mutex_);
        while (!stop_.stopRequested() && !allEnded()) {
            wake_.wait(lock, [&] {
                return stop_.stopRequested() || framesWanted_ || !liveEvents_.empty() ||
                       state_ == RunState::playing || stepsWanted_ > 0;
            });
            applyEvents(lock);
            if (framesWanted_)
                publishFrames(lock);
            if (stop_.stopRequested())
                break;
            if (stepsWanted_ > 0)
                stepAll(lock);
            else if (state_ == RunState::playing)
                playSlice(lock);
        }
        lock.unlock();
        for (const auto& run : runs_)
            run->end(TrialStatus::stopped);
        lock.lock();
        publishFrames(lock);
        state_ = outcome(*recording_);
        ended_.notify_all();
        // Views may still ask for frames of the final state; they have just been published.
    }

    [[nodiscard]] bool allEnded() const {
        return std::all_of(runs_.begin(), runs_.end(),
                           [](const auto& run) { return run->ended(); });
    }

    void applyEvents(std::unique_lock<std::mutex>& lock) {
        while (!liveEvents_.empty()) {
            LiveEvent event = std::move(liveEvents_.front());
            liveEvents_.pop_front();
            lock.unlock();
            for (const auto& run : runs_) {
                event.trial = run->trial();
                event.iteration = run->iteration();
                // Trials that have not begun get the value as well, at iteration 0.
                try {
                    run->apply(event);
                } catch (const std::exception& error) {
                    run->end(TrialStatus::failed, error.what());
                }
            }
            lock.lock();
        }
    }

    void publishFrames(std::unique_lock<std::mutex>& lock) {
        framesWanted_ = false;
        lock.unlock();
        auto frames = draw();
        lock.lock();
        frames_ = std::move(frames);
    }

    std::shared_ptr<const Frames> draw() const {
        auto frames = std::make_shared<Frames>();
        experiment_->draw(frames->shared);
        frames->trials.resize(runs_.size());
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            frames->iteration = std::max(frames->iteration, runs_[i]->iteration());
            runs_[i]->draw(frames->trials[i]);
        }
        return frames;
    }

    /// The trials that advance now.
    std::vector<TrialRun*> active() const {
        std::vector<TrialRun*> result;
        for (const auto& run : runs_)
            if (!run->ended() && (lockStep_ || std::ssize(result) < threads_))
                result.push_back(run.get());
        return result;
    }

    void advance(const std::vector<TrialRun*>& trials, std::int64_t steps) {
        const auto one = [&](std::size_t i) {
            trials[i]->advanceTo(trials[i]->iteration() + steps, stop_);
        };
        if (threads_ == 1)
            for (std::size_t i = 0; i < trials.size(); ++i)
                one(i);
        else
            arena_.execute([&] { parallelFor(trials.size(), one); });
    }

    void stepAll(std::unique_lock<std::mutex>& lock) {
        --stepsWanted_;
        state_ = RunState::paused;
        lock.unlock();
        advance(active(), 1);
        keepKeyFrame(lock);
        framesWanted_ = true;
    }

    /// A few milliseconds of work, so that a pause or a live change is answered at once.
    void playSlice(std::unique_lock<std::mutex>& lock) {
        if (anchorStale_) {
            anchorStale_ = false;
            anchorPosition_ = position(countProgress(*recording_));
            anchorTime_ = Clock::now();
            speedometer_.reset();
        }
        if (reachedLimit()) {
            state_ = RunState::paused;
            return;
        }
        const std::int64_t allowed = stepsAllowed();
        paceLimited_ = allowed < blockSteps_;
        if (allowed < 1) {
            speedometer_.sample(countProgress(*recording_).stepsDone);
            wake_.wait_for(lock, std::chrono::milliseconds(4));
            return;
        }
        const std::int64_t steps = std::min({allowed, blockSteps_, stepsToKeyFrame()});
        lock.unlock();
        const auto start = Clock::now();
        advance(active(), steps);
        adaptBlock(steps, secondsSince(start));
        keepKeyFrame(lock);
        speedometer_.sample(countProgress(*recording_).stepsDone);
    }

    [[nodiscard]] std::int64_t stepsToLimit() const {
        if (playback_.until <= 0)
            return std::numeric_limits<std::int64_t>::max();
        const Progress now = countProgress(*recording_);
        return playback_.until - (lockStep_ ? now.iteration : now.stepsDone);
    }
    [[nodiscard]] bool reachedLimit() const { return stepsToLimit() <= 0; }

    /// Steps each active trial may take to be where playback wants it now.
    [[nodiscard]] std::int64_t stepsAllowed() const {
        if (playback_.seconds <= 0.0)
            return stepsToLimit();
        const double wanted =
            std::min(1.0, anchorPosition_ + secondsSince(anchorTime_) / playback_.seconds);
        const Progress now = countProgress(*recording_);
        if (lockStep_)
            return static_cast<std::int64_t>(std::expm1(wanted * std::log1p(longest())) + 1e-6) -
                   now.iteration;
        const double steps = wanted * static_cast<double>(now.stepsPlanned);
        return static_cast<std::int64_t>(
            std::ceil((steps - static_cast<double>(now.stepsDone)) / threads_));
    }

    void adaptBlock(std::int64_t steps, double seconds) {
        constexpr double longestSlice = 0.008;
        if (seconds > longestSlice)
            blockSteps_ = std::max<std::int64_t>(1, blockSteps_ / 2);
        else if (steps == blockSteps_ && seconds < 0.5 * longestSlice)
            blockSteps_ = std::min<std::int64_t>(blockSteps_ * 2, 1 << 20);
    }

    [[nodiscard]] std::int64_t furthest() const {
        std::int64_t iteration = 0;
        for (const auto& run : runs_)
            iteration = std::max(iteration, run->iteration());
        return iteration;
    }

    [[nodiscard]] std::int64_t stepsToKeyFrame() const {
        return lockStep_ ? std::max<std::int64_t>(1, keyFrames_.next() - furthest())
                         : std::numeric_limits<std::int64_t>::max();
    }

    /// Takes the lock again.
    void keepKeyFrame(std::unique_lock<std::mutex>& lock) {
        std::shared_ptr<const Frames> frames;
        if (lockStep_ && furthest() >= keyFrames_.next())
            frames = draw();
        lock.lock();
        if (frames)
            keyFrames_.add(std::move(frames));
    }

    std::shared_ptr<const Experiment> experiment_;
    std::shared_ptr<Recording> recording_;
    bool lockStep_;
    int threads_;
    tbb::task_arena arena_;
    std::vector<std::unique_ptr<TrialRun>> runs_; ///< only the worker touches them
    StopToken stop_;
    std::int64_t blockSteps_ = 1;
    double anchorPosition_ = 0.0; ///< position of playback at anchorTime_
    Clock::time_point anchorTime_;

    mutable std::mutex mutex_; ///< guards what follows
    std::condition_variable wake_;
    std::condition_variable ended_;
    RunState state_ = RunState::ready;
    int stepsWanted_ = 0;
    bool framesWanted_ = false;
    bool anchorStale_ = true;
    bool paceLimited_ = false;
    Playback playback_;
    std::deque<LiveEvent> liveEvents_;
    Speedometer speedometer_;
    std::shared_ptr<const Frames> frames_;
    KeyFrames keyFrames_;

    std::jthread thread_; ///< last: joins before the rest goes
};

Runner::Runner(std::shared_ptr<const Experiment> experiment, bool lockStep, int threads)
    : worker_(std::make_unique<Worker>(
          std::move(experiment), lockStep,
          threads > 0 ? threads
                      : std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1))) {}

Runner::~Runner() = default;

void Runner::play() {
    worker_->command(RunState::playing);
}
void Runner::pause() {
    worker_->command(RunState::paused);
}
void Runner::stepOnce() {
    worker_->command(RunState::paused, 1);
}
void Runner::setPlayback(Playback playback) {
    worker_->setPlayback(playback);
}
void Runner::stop() {
    worker_->stop();
}
void Runner::wait() {
    worker_->wait();
}

void Runner::setLive(const std::string& name, const Value& value) {
    worker_->addEvent(
        {.trial = 0, .iteration = 0, .name = name, .value = value, .isAction = false});
}

void Runner::act(const std::string& action) {
    worker_->addEvent(
        {.trial = 0, .iteration = 0, .name = action, .value = false, .isAction = true});
}

RunState Runner::state() const {
    return worker_->state();
}
std::string Runner::message() const {
    return worker_->message();
}
Progress Runner::progress() const {
    return worker_->progress();
}
std::shared_ptr<const Recording> Runner::recording() const {
    return worker_->recording();
}
void Runner::requestFrames() {
    worker_->requestFrames();
}
std::shared_ptr<const Frames> Runner::frames() const {
    return worker_->frames();
}
std::vector<std::shared_ptr<const Frames>> Runner::keyFrames() const {
    return worker_->keyFrames();
}

} // namespace convergence
