#include "core/experiment/runner.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <tbb/task_arena.h>

#include "core/experiment/frame_check.h"
#include "core/experiment/guarded.h"
#include "core/experiment/key_frames.h"
#include "core/experiment/trial_run.h"
#include "core/parallel/parallel_for.h"

namespace convergence {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void addSentence(std::string& text, const std::string& sentence) {
    if (!sentence.empty())
        text += (text.empty() ? "" : " ") + sentence;
}

int threadsBesideAWindow() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
}

} // namespace

class Runner::Worker {
public:
    Worker(std::shared_ptr<const Experiment> experiment, const RunnerOptions& options)
        : experiment_(std::move(experiment)), recording_(makeRecording(*experiment_)),
          lockStep_(options.lockStep),
          threads_(options.threads > 0 ? options.threads : threadsBesideAWindow()),
          arena_(threads_) {
        for (std::size_t i = 0; i < recording_->plans().size(); ++i)
            runs_.push_back(
                std::make_unique<TrialRun>(*experiment_, *recording_, i, options.events));
        thread_ = std::jthread([this] { loop(); });
    }

    ~Worker() {
        stop();
        const std::lock_guard lock(mutex_);
        closing_ = true;
        wake_.notify_all();
    }

    void command(RunState wanted, int steps = 0) {
        const std::lock_guard lock(mutex_);
        if (hasEnded())
            return;
        state_ = wanted;
        stepsWanted_ = steps;
        anchorStale_ = true;
        framesWanted_ = true;
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
        framesWanted_ = true;
        wake_.notify_all();
    }

    /// Work that changes nothing recorded, done between two steps and after the end.
    void addErrand(std::function<void()> errand) {
        const std::lock_guard lock(mutex_);
        errands_.push_back(std::move(errand));
        wake_.notify_all();
    }

    void probe(const std::string& name, const Value& value) {
        addErrand([this, name, value] {
            for (const auto& run : runs_)
                run->probe(name, value);
        });
        requestFrames();
    }

    void save(const std::filesystem::path& folder,
              const std::function<void(const SavedFiles&)>& done) {
        addErrand([this, folder, done] {
            SavedFiles all;
            for (const auto& run : runs_) {
                const SavedFiles saved = run->save(folder);
                all.files.insert(all.files.end(), saved.files.begin(), saved.files.end());
                all.troubles.insert(all.troubles.end(), saved.troubles.begin(),
                                    saved.troubles.end());
            }
            done(all);
        });
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
            addSentence(all, sentence);
        if (const auto shown = frames())
            addSentence(all, shown->trouble);
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
                return stop_.stopRequested() || hasErrands() || !liveEvents_.empty() ||
                       state_ == RunState::playing || stepsWanted_ > 0;
            });
            applyEvents(lock);
            runErrands(lock);
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
        while (!closing_ || !errands_.empty()) {
            wake_.wait(lock, [&] { return closing_ || hasErrands(); });
            runErrands(lock);
        }
    }

    [[nodiscard]] bool hasErrands() const { return framesWanted_ || !errands_.empty(); }

    void runErrands(std::unique_lock<std::mutex>& lock) {
        while (!errands_.empty()) {
            const std::function<void()> errand = std::move(errands_.front());
            errands_.pop_front();
            lock.unlock();
            arena_.execute(errand);
            lock.lock();
        }
        // While it plays, drawing takes at most a fifth of the time.
        if (framesWanted_ && (state_ != RunState::playing || Clock::now() >= nextFrames_))
            publishFrames(lock);
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
                run->apply(event);
            }
            lock.lock();
        }
    }

    void publishFrames(std::unique_lock<std::mutex>& lock) {
        framesWanted_ = false;
        lock.unlock();
        const auto start = Clock::now();
        auto frames = draw();
        lock.lock();
        nextFrames_ = Clock::now() + 4 * (Clock::now() - start);
        frames_ = std::move(frames);
    }

    std::shared_ptr<const Frames> draw() {
        auto frames = std::make_shared<Frames>();
        frames->trials.resize(runs_.size());
        arena_.execute([&] {
            std::string trouble =
                troubleIn("draw()", [&] { experiment_->draw(*recording_, frames->shared); });
            if (!trouble.empty())
                frames->shared.clear(); // no halves
            else
                trouble = dropTroubled(frames->shared);
            if (!trouble.empty()) {
                frames->trouble = fmt::format("The problem cannot be drawn: {}.", trouble);
            }
            for (std::size_t i = 0; i < runs_.size(); ++i) {
                frames->iteration = std::max(frames->iteration, runs_[i]->iteration());
                addSentence(frames->trouble, runs_[i]->draw(frames->trials[i]));
            }
        });
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
        // Also with one thread: a solver that works in parallel itself stays within the arena.
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
            framesWanted_ = true;
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
    StopToken stop_; ///< ends the run; the thread goes on until closing_
    std::int64_t blockSteps_ = 1;
    double anchorPosition_ = 0.0; ///< position of playback at anchorTime_
    Clock::time_point anchorTime_;

    mutable std::mutex mutex_; ///< guards what follows
    std::condition_variable wake_;
    std::condition_variable ended_;
    RunState state_ = RunState::ready;
    bool closing_ = false; ///< the thread ends once its errands are done
    int stepsWanted_ = 0;
    bool framesWanted_ = false;
    bool anchorStale_ = true;
    bool paceLimited_ = false;
    Playback playback_;
    std::deque<LiveEvent> liveEvents_;
    std::deque<std::function<void()>> errands_;
    Clock::time_point nextFrames_; ///< not before
    Speedometer speedometer_;
    std::shared_ptr<const Frames> frames_;
    KeyFrames keyFrames_;

    std::jthread thread_; ///< last: joins before the rest goes
};

Runner::Runner(std::shared_ptr<const Experiment> experiment, const RunnerOptions& options)
    : worker_(std::make_unique<Worker>(std::move(experiment), options)) {}

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

void Runner::probe(const std::string& name, const Value& value) {
    worker_->probe(name, value);
}

void Runner::save(std::filesystem::path folder, std::function<void(const SavedFiles&)> done) {
    worker_->save(folder, done);
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
