#include "core/experiment/trial_run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/frame_check.h"
#include "core/experiment/guarded.h"
#include "core/experiment/not_applicable.h"

namespace convergence {

TrialRun::TrialRun(const Experiment& experiment, Recording& recording, std::size_t trial,
                   const std::vector<LiveEvent>& events)
    : experiment_(experiment), recording_(recording), trial_(trial),
      plannedSteps_(recording.plans()[trial].steps), keepTrace_(recording.plans()[trial].keepTrace),
      row_(recording.trace(trial).columns().size()) {
    std::copy_if(events.begin(), events.end(), std::back_inserter(pending_),
                 [&](const LiveEvent& event) { return event.trial == trial; });
    std::stable_sort(pending_.begin(), pending_.end(),
                     [](const auto& a, const auto& b) { return a.iteration < b.iteration; });
}

template <typename Call>
void TrialRun::failOnTrouble(Call&& call) {
    std::string trouble = troubleIn("the solver", call);
    if (!trouble.empty())
        end(TrialStatus::failed, std::move(trouble));
}

void TrialRun::begin() {
    recording_.setStatus(trial_, TrialStatus::running);
    cadence_ = experiment_.cadence();
    solver_ = experiment_.start(recording_.plans()[trial_]);
    if (!solver_)
        throw InputError("the experiment made no solver");
    record();
}

void TrialRun::advanceTo(std::int64_t target, const StopToken& stop) {
    target = std::min(target, plannedSteps_);
    failOnTrouble([&] {
        if (!solver_ && !ended_)
            begin();
        interrupted_ = false;
        while (!ended_ && !interrupted_ && iteration_ < target && !stop.stopRequested())
            stepOnce(stop);
    });
}

void TrialRun::stepOnce(const StopToken& stop) {
    for (; nextPending_ < pending_.size() && pending_[nextPending_].iteration <= iteration_;
         ++nextPending_)
        apply(pending_[nextPending_]);
    if (ended_)
        return;

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
    failOnTrouble([&] {
        if (!solver_)
            begin();
        recording_.addEvent(event);
        if (event.isAction)
            act(event.name);
        else
            solver_->setLive(event.name, event.value);
    });
}

void TrialRun::act(const std::string& action) {
    try {
        solver_->act(action);
    } catch (const InputError& refused) { // the trial goes on as it was
        refusal_ = refused.what();
        recording_.setStatus(trial_, recording_.status(trial_), refusal_);
    }
}

void TrialRun::probe(const std::string& name, const Value& value) {
    if (!solver_ && !ended_)
        failOnTrouble([&] { begin(); });
    if (solver_)
        probeTrouble_ = troubleIn("the solver", [&] { solver_->setLive(name, value); });
}

SavedFiles TrialRun::save(const std::filesystem::path& folder) const {
    SavedFiles saved;
    if (!solver_)
        return saved;
    const std::string& arm = recording_.plans()[trial_].arm;
    const bool alone = recording_.trialsOf(arm).size() == 1;
    const std::string name = alone ? arm : fmt::format("{}-{}", arm, trial_);
    const std::string trouble = troubleIn("the solver", [&] {
        saved.files =
            saveInto(folder, name, [&](const std::filesystem::path& own) { solver_->save(own); });
    });
    if (!trouble.empty())
        saved.troubles.push_back(fmt::format("{} was not saved: {}.", name, trouble));
    return saved;
}

std::vector<std::filesystem::path> TrialRun::saveOrFail(const std::filesystem::path& folder) {
    SavedFiles saved = save(folder);
    for (const std::string& trouble : saved.troubles)
        recording_.setStatus(trial_, TrialStatus::failed, trouble);
    return saved.files;
}

void TrialRun::end(TrialStatus status, std::string message) {
    if (ended_)
        return;
    ended_ = true;
    std::vector<double> finals(recording_.trials().columns().size() - recording_.firstFinalColumn(),
                               notApplicable);
    if (solver_) {
        std::string trouble = troubleIn("the solver", [&] {
            record();
            solver_->conclude(finals);
        });
        if (!trouble.empty() && status != TrialStatus::failed) {
            message = std::move(trouble);
            status = TrialStatus::failed;
        }
    }
    recording_.setStatus(trial_, status, message.empty() ? refusal_ : std::move(message));
    recording_.conclude(trial_, finals);
}

std::string TrialRun::draw(FrameMap& frames) const {
    if (!solver_)
        return {};
    std::string trouble = troubleIn("draw()", [&] { solver_->draw(recording_, frames); });
    if (!trouble.empty())
        frames.clear(); // no halves
    else if (trouble = dropTroubled(frames); trouble.empty())
        trouble = probeTrouble_;
    return trouble.empty() ? trouble
                           : fmt::format("{} cannot be drawn as it is: {}.",
                                         recording_.plans()[trial_].arm, trouble);
}

} // namespace convergence
