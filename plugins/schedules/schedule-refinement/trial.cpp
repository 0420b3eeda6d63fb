#include "plugins/schedules/schedule-refinement/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/data/csv.h"
#include "core/data/output_file.h"
#include "plugins/schedules/schedule-refinement/experiment.h"

namespace convergence::schedule_refinement {

Shared::Shared(const ParameterValues& values)
    : plan(values), earlier(plan), traceRow(traceTable().at(parameters(), values)),
      finalRow(finalTable().at(parameters(), values)) {}

ScheduleSolver::ScheduleSolver(std::shared_ptr<Shared> shared, const TrialPlan& trial)
    : shared_(std::move(shared)), arm_(traitsOf(scheduleArms, trial.arm)),
      rate_(trial.factors.at("learning_rate")), seed_(static_cast<double>(trial.replicate)),
      shown_(plan().chosen()) {
    norms_.reserve(plan().steps());
    if (!plan().isProfile())
        run_ = startTraining(plan().training(), trial.replicate);
}

bool ScheduleSolver::haveSchedule(const StopToken& stop) {
    if (schedule_)
        return true;
    if (!run_ || arm_.round > 0) {
        source_ = shared_->earlier.norms(std::max(1, arm_.round), seed_, stop);
        if (!source_)
            return false;
    }
    schedule_ = shared_->earlier.schedule(arm_, seed_, stop);
    if (schedule_ && !run_)
        norms_ = *source_;
    return schedule_ != nullptr;
}

StepStatus ScheduleSolver::step(const StopToken& stop) {
    if (!haveSchedule(stop))
        return StepStatus::interrupted;
    const std::size_t t = t_++;
    if (!run_)
        return StepStatus::running;
    norms_.push_back(run_->step(rate_ * (*schedule_)[t]));
    return std::isfinite(norms_.back()) ? StepStatus::running : StepStatus::diverged;
}

void ScheduleSolver::measure(std::span<double> metrics) {
    if (t_ > 0) {
        state_.multiplier = (*schedule_)[t_ - 1];
        state_.rate = rate_ * state_.multiplier;
        state_.gradientNorm = norms_[t_ - 1];
    }
    if (run_) {
        const RunningLoss loss = run_->running();
        state_.loss = loss.loss;
        state_.lossLower = loss.lower;
        state_.lossUpper = loss.upper;
    }
    shared_->traceRow.fill(state_, metrics);
}

void ScheduleSolver::conclude(std::span<double> finals) {
    if (run_) {
        const FinalLoss loss = run_->conclude();
        state_.finalLoss = loss.loss;
        state_.testLoss = loss.testLoss;
        state_.testError = loss.testError;
    }
    if (schedule_)
        concludeSchedule();
    shared_->finalRow.fill(state_, finals);
}

void ScheduleSolver::concludeSchedule() {
    const auto peak = std::max_element(schedule_->begin(), schedule_->end());
    state_.first = schedule_->front() / *peak;
    state_.peakAt =
        static_cast<double>(peak - schedule_->begin() + 1) / static_cast<double>(schedule_->size());
    const bool complete = t_ == plan().steps();
    const bool finite =
        std::all_of(norms_.begin(), norms_.end(), [](double G) { return std::isfinite(G); });
    if (complete && finite) {
        state_.boundA = boundAOfSchedule(*schedule_, norms_, plan().distance());
        state_.boundB = scaledBoundB(*schedule_, norms_, plan().distance());
    }
    if (arm_.round > 0)
        concludeRefinement();
    if (run_ && arm_.startsRound > 0 && (complete || !finite))
        shared_->earlier.take(
            {std::string(arm_.id), rate_, seed_},
            {norms_, finite ? state_.finalLoss : std::numeric_limits<double>::infinity()});
}

/// Bound A of the refined schedule over that of linear decay, (D/√T)·rms(Ĝ).
void ScheduleSolver::concludeRefinement() {
    const Refinement refined = plan().refine(*source_, plan().chosen());
    const Numbers norms = plan().boundNorms(refined);
    const Numbers ones(norms.size(), 1.0);
    state_.predictedRatio =
        scaledBoundA(refined.weights, norms, 1.0) / scaledBoundA(ones, norms, 1.0);
    state_.concentration = refined.concentration;
}

void ScheduleSolver::setLive(const std::string& name, const Value& value) {
    shown_.set(name, value);
}

bool ScheduleSolver::startsARound() const {
    return run_ && arm_.startsRound > 0 && arm_.startsRound <= plan().rounds();
}

std::shared_ptr<const std::vector<double>>
ScheduleSolver::shownNorms(const Recording& soFar) const {
    if (plan().isProfile())
        return std::make_shared<const Numbers>(plan().profileNorms(shown_));
    if (startsARound()) {
        const auto best = bestRate(soFar, std::string(arm_.id), plan().sourceRates(), seed_);
        return best == rate_ ? std::make_shared<const Numbers>(norms_) : nullptr;
    }
    // The same at every base rate: drawn once.
    return rate_ == plan().rates().front() ? source_ : nullptr;
}

void ScheduleSolver::draw(const Recording& soFar, FrameMap& frames) const {
    if (!drawn_ || !(drawn_->shown == shown_)) {
        const auto norms = shownNorms(soFar);
        if (!norms)
            return;
        const int round = startsARound() ? arm_.startsRound : std::max(1, arm_.round);
        drawn_ = {shown_, refinementFrames(plan(), {round, seed_, norms}, shown_)};
        if (plan().isProfile())
            drawn_->frames["bound_bars"] = boundBars(plan(), *norms, shown_);
    }
    frames.insert(drawn_->frames.begin(), drawn_->frames.end());
}

void ScheduleSolver::save(const std::filesystem::path& folder) const {
    const bool isWanted = !run_ || (arm_.round > 0 && rate_ == plan().rates().front());
    if (!isWanted || !source_)
        return;
    const Numbers norms = run_ ? *source_ : plan().profileNorms(shown_);
    const auto schedule = plan().scheduleFrom(arm_, norms, shown_);
    fmt::memory_buffer text;
    for (const double rate : *schedule) {
        appendCsvNumber(text, rate);
        text.push_back('\n');
    }
    writeWholeFile(folder / "schedule.csv", {text.data(), text.size()});
}

std::string ScheduleSolver::divergence() const {
    return fmt::format("the gradient is not finite at base rate {:g}", rate_);
}

} // namespace convergence::schedule_refinement
