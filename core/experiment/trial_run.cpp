#include "core/experiment/trial_run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

TrialRun::TrialRun(const Experiment& experiment, Recording& recording, std::size_t trial,
                   const std::vector<LiveEvent>& events)
    : experiment_(experiment), recording_(recording), trial_(trial),
      plannedSteps_(recording.plans()[trial].steps), keepTrace_(recording.plans()[trial].keepTrace),
      cadence_(experiment.cadence()), row_(recording.trace(trial).columns().size()) {
    std::copy_if(events.begin(), events.end(), std::back_inserter(pending_),
                 [&](const LiveEvent& event) { return event.trial == trial; });
    std::stable_sort(pending_.begin(), pending_.end(),
                     [](const auto& a, const auto& b) { return a.iteration < b.iteration; });
}

void TrialRun::begin() {
    recording_.setStatus(trial_, TrialStatus::running);
    solver_ = experiment_.start(recording_.plans()[trial_]);
    record();
}

void TrialRun::advanceTo(std::int64_t target, const StopToken& stop) {
    target = std::min(target, plannedSteps_);
    try {
        if (!solver_ && !ended_)
            begin();
        interrupted_ = false;
        while (!ended_ && !interrupted_ && iteration_ < target && !stop.stopRequested())
            stepOnce(stop);
    } catch (const std::exception& error) {
        end(TrialStatus::failed, error.what());
    }
}

void TrialRun::stepOnce(const StopToken& stop) {
    for (; nextPending_ < pending_.size() && pending_[nextPending_].iteration <= iteration_;
         ++nextPending_)
        apply(pending_[nextPending_]);

    const auto start = std::chrono::steady_clock::now();
    const StepStatus status = solver_->step(stop);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    seconds_ += elapsed.count();
    if (status == StepStatus::interrupted) {
        interrupted_ = true;
        return;
    }
    ++iteration_;
    recording_.setIterations(trial_, iteration_);
    if (iteration_ >= nextRecorded_)
        record();
    if (status == StepStatus::diverged)
        end(TrialStatus::diverged, solver_->divergence());
    else if (status == StepStatus::finished || iteration_ == plannedSteps_)
        end(TrialStatus::finished);
}

void TrialRun::record() {
    nextRecorded_ = cadence_.next(iteration_);
    if (!keepTrace_ || lastRecorded_ == iteration_)
        return;
    lastRecorded_ = iteration_;
    row_.front() = static_cast<double>(iteration_);
    solver_->measure(std::span(row_).subspan(1));
    recording_.traceForWriting(trial_).append(row_);
    recording_.timingForWriting(trial_).append(std::array{row_.front(), seconds_});
}

void TrialRun::apply(const LiveEvent& event) {
    if (ended_)
        return;
    if (!solver_)
        begin();
    recording_.addEvent(event);
    if (!event.isAction) {
        solver_->setLive(event.name, event.value);
        return;
    }
    try {
        solver_->act(event.name);
    } catch (const InputError& refused) { // the trial goes on as it was
        refusal_ = refused.what();
        recording_.setStatus(trial_, recording_.status(trial_), refusal_);
    }
}

void TrialRun::probe(const std::string& name, const Value& value) {
    if (!solver_ && !ended_)
        begin();
    if (solver_)
        solver_->setLive(name, value);
}

void TrialRun::save(const std::filesystem::path& folder) const {
    if (!solver_)
        return;
    const std::string& arm = recording_.plans()[trial_].arm;
    const bool alone = recording_.trialsOf(arm).size() == 1;
    const auto own = folder / (alone ? arm : fmt::format("{}-{}", arm, trial_));
    std::error_code error;
    std::filesystem::create_directories(own, error);
    if (error)
        throw InputError(
            fmt::format("The folder {} cannot be made: {}.", own.string(), error.message()));
    solver_->save(own);
    std::filesystem::remove(own, error); // fails unless the solver wrote nothing
}

void TrialRun::saveOrFail(const std::filesystem::path& folder) {
    try {
        save(folder);
    } catch (const std::exception& error) {
        recording_.setStatus(trial_, TrialStatus::failed, error.what());
    }
}

void TrialRun::end(TrialStatus status, std::string message) {
    if (ended_)
        return;
    ended_ = true;
    std::vector<double> finals(recording_.trials().columns().size() - recording_.firstFinalColumn(),
                               std::numeric_limits<double>::quiet_NaN());
    if (solver_) {
        try {
            record();
            solver_->conclude(finals);
        } catch (const std::exception& error) {
            if (status != TrialStatus::failed)
                message = error.what();
            status = TrialStatus::failed;
        }
    }
    recording_.setStatus(trial_, status, message.empty() ? refusal_ : std::move(message));
    recording_.conclude(trial_, finals);
}

void TrialRun::draw(FrameMap& frames) const {
    if (solver_)
        solver_->draw(recording_, frames);
}

} // namespace convergence
