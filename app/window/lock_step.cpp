#include "app/window/lock_step.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/window/run_controller.h"

namespace convergence {

namespace {
constexpr int tickMilliseconds = 4;
constexpr qint64 longestBlockMilliseconds = 100;
constexpr std::int64_t largestBlock = std::int64_t{1} << 20;
} // namespace

LockStep::LockStep(std::vector<RunController*> controllers, QObject* parent)
    : QObject(parent), controllers_(std::move(controllers)) {
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setInterval(tickMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &LockStep::advance);
}

std::vector<Runner*> LockStep::runners() const {
    std::vector<Runner*> all;
    for (const RunController* controller : controllers_)
        if (controller->runner())
            all.push_back(controller->runner());
    return all;
}

std::vector<Runner*> LockStep::active() const {
    std::vector<Runner*> all = runners();
    std::erase_if(all, [](const Runner* runner) { return runner->state() >= RunState::finished; });
    return all;
}

std::int64_t LockStep::done(const Runner& runner) const {
    const Progress progress = runner.progress();
    return inLockStep_ ? progress.iteration : progress.stepsDone;
}

double LockStep::longest() const {
    std::int64_t steps = 1;
    for (const Runner* runner : runners()) {
        if (!inLockStep_)
            steps = std::max(steps, runner->progress().stepsPlanned);
        else
            for (const TrialPlan& plan : runner->recording()->plans())
                steps = std::max(steps, plan.steps);
    }
    return static_cast<double>(steps);
}

void LockStep::anchor() {
    const std::vector<Runner*> all = active();
    std::int64_t behind = all.empty() ? 0 : std::numeric_limits<std::int64_t>::max();
    for (const Runner* runner : all)
        behind = std::min(behind, done(*runner));
    const double at = static_cast<double>(behind);
    anchorPosition_ = inLockStep_ ? std::log1p(at) / std::log1p(longest()) : at / longest();
    sinceAnchor_.start();
    speedometer_.reset();
}

std::int64_t LockStep::stepsDone() const {
    std::int64_t steps = 0;
    for (const Runner* runner : runners())
        steps += runner->progress().stepsDone;
    return steps;
}

/// Where playback wants all to be.
std::int64_t LockStep::wantedByNow() const {
    std::int64_t wanted = limit_ > 0 ? limit_ : std::numeric_limits<std::int64_t>::max();
    if (seconds_ <= 0.0)
        return wanted;
    const double position =
        std::min(1.0, anchorPosition_ + 1e-3 * double(sinceAnchor_.elapsed()) / seconds_);
    const double at =
        inLockStep_ ? std::expm1(position * std::log1p(longest())) : position * longest();
    return std::min(wanted, static_cast<std::int64_t>(at + 1e-6));
}

void LockStep::setPlaybackSeconds(double seconds) {
    seconds_ = seconds;
    anchor();
}

void LockStep::play() {
    playing_ = true;
    blockUnderWay_ = 0;
    anchor();
    timer_.start();
}

void LockStep::pause() {
    playing_ = false;
}

void LockStep::stepOnce() {
    pause();
    std::int64_t behind = std::numeric_limits<std::int64_t>::max();
    for (const Runner* runner : active())
        behind = std::min(behind, done(*runner));
    for (Runner* runner : active())
        if (done(*runner) == behind)
            runner->stepOnce();
}

void LockStep::stop() {
    pause();
    for (Runner* runner : runners())
        runner->stop();
}

void LockStep::advance() {
    if (!playing_) {
        timer_.stop();
        return;
    }
    if (std::any_of(controllers_.begin(), controllers_.end(), [](const RunController* controller) {
            return controller->isPreparing() || controller->replayingUntil() > 0;
        }))
        return;
    const std::vector<Runner*> going = active();
    if (going.empty())
        return pause();
    speedometer_.sample(stepsDone());
    if (std::any_of(going.begin(), going.end(),
                    [](const Runner* runner) { return runner->state() == RunState::playing; }))
        return; // the block under way
    if (blockUnderWay_ > 0) {
        const qint64 took = blockTime_.elapsed();
        if (took > longestBlockMilliseconds)
            block_ = std::max<std::int64_t>(1, block_ / 2);
        else if (blockUnderWay_ == block_ && took < longestBlockMilliseconds / 2)
            block_ = std::min(block_ * 2, largestBlock);
        blockUnderWay_ = 0;
    }
    std::int64_t behind = std::numeric_limits<std::int64_t>::max(), furthest = 0;
    for (const Runner* runner : going) {
        behind = std::min(behind, done(*runner));
        furthest = std::max(furthest, done(*runner));
    }
    if (limit_ > 0 && behind >= limit_)
        return pause();
    const std::int64_t wanted = behind < furthest ? furthest : wantedByNow();
    if (wanted <= behind)
        return;
    const std::int64_t target = wanted - behind > block_ ? behind + block_ : wanted;
    blockUnderWay_ = target - behind;
    blockTime_.start();
    for (Runner* runner : going)
        if (done(*runner) < target) {
            runner->setPlayback({.seconds = 0.0, .until = target});
            runner->play();
        }
}

RunState LockStep::state() const {
    if (playing_)
        return RunState::playing;
    const std::vector<Runner*> all = runners();
    const std::vector<Runner*> going = active();
    if (all.empty())
        return RunState::ready;
    if (going.empty())
        return all.front()->state();
    // Halting: the block under way ends.
    for (const Runner* runner : going)
        if (runner->state() != RunState::ready)
            return RunState::paused;
    return RunState::ready;
}

Progress LockStep::progress() const {
    Progress together;
    std::int64_t furthest = 0, behind = std::numeric_limits<std::int64_t>::max();
    for (const Runner* runner : runners()) {
        const Progress one = runner->progress();
        furthest = std::max(furthest, one.iteration);
        if (runner->state() < RunState::finished)
            behind = std::min(behind, one.iteration);
        together.stepsDone += one.stepsDone;
        together.stepsPlanned += one.stepsPlanned;
        together.trialsDone += one.trialsDone;
        together.trialsPlanned += one.trialsPlanned;
    }
    if (together.stepsPlanned == 0)
        return {};
    together.iteration = std::min(behind, furthest);
    together.stepsPerSecond = playing_ ? speedometer_.stepsPerSecond() : 0.0;
    together.fraction = double(together.stepsDone) / double(together.stepsPlanned);
    together.secondsLeft =
        seconds_ > 0.0
            ? std::max(0.0,
                       (1.0 - anchorPosition_) * seconds_ - 1e-3 * double(sinceAnchor_.elapsed()))
            : double(together.stepsPlanned - together.stepsDone) / together.stepsPerSecond;
    return together;
}

} // namespace convergence
