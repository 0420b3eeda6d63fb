#include "plugins/schedules/schedule-refinement/plan.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/optim/schedule.h"
#include "plugins/schedules/schedule-refinement/experiment.h"

namespace convergence::schedule_refinement {

namespace {

using Numbers = std::vector<double>;

constexpr std::size_t mostNumericSteps = 20000;

const TaskChoice& taskOf(const ParameterValues& values) {
    return values.text("norms").empty() ? traitsOf(taskChoices, values.text("task")) : givenNorms;
}

Numbers ratesOf(const ParameterValues& values, const TaskChoice& task) {
    if (task.task == Task::profile)
        return {1.0};
    const OptimizerChoice& optimizer = traitsOf(optimizerChoices, values.text("optimizer"));
    return values.numbers(std::string(optimizer.rates.empty() ? task.rates : optimizer.rates));
}

std::vector<std::string> chosenArms(const ParameterValues& values, const TaskChoice& task) {
    const auto rounds = values.integer("refinement_rounds");
    std::vector<std::string> arms;
    for (const std::string& arm : values.choices("schedules"))
        if (rounds > 0 || traitsOf(scheduleArms, arm).round == 0)
            arms.push_back(arm);
    // Given norms do not change under another schedule.
    if (task.task != Task::profile && values.contains("schedules", sourceOf(2)))
        for (const ScheduleArm& arm : scheduleArms)
            if (!arm.isChoice && arm.round <= rounds)
                arms.emplace_back(arm.id);
    return arms;
}

Numbers scaledToOne(Numbers schedule) {
    const double largest = *std::max_element(schedule.begin(), schedule.end());
    for (double& value : schedule)
        value /= largest;
    return schedule;
}

} // namespace

void ShownChoices::set(const std::string& name, const Value& value) {
    if (name == "smoothing")
        smoothing = std::get<double>(value);
    else if (name == "drawn_norms")
        drawnNorms = std::get<std::vector<CurvePoint>>(value);
    else if (name == "drawn_schedule")
        drawnSchedule = std::get<std::vector<CurvePoint>>(value);
}

RefinementPlan::RefinementPlan(const ParameterValues& values)
    : values_(values), task_(taskOf(values)), arms_(chosenArms(values, task_)),
      rates_(ratesOf(values, task_)),
      sourceRates_(values.isKeyword("norm_rate") ? rates_ : Numbers{values.real("norm_rate")}),
      // Nothing is random where nothing is trained.
      seeds_(isProfile() ? Numbers{0.0} : values.numbers("seeds")) {
    if (!values.text("norms").empty())
        imported_ = readNorms(values.text("norms"), values.text("norms_column"));
    chooseSteps();
    if (arms_.empty())
        throw InputError("Parameter 'schedules': with refinement_rounds = 0 only refined schedules "
                         "are chosen, which leaves none; choose a classical one as well.");
    std::vector<std::string> notes = imported_.notes;
    if (std::string note = leaveOutNumeric(); !note.empty())
        notes.push_back(std::move(note));
    training_ = makeTrainingSetting(values, task_, steps_, notes);
}

void RefinementPlan::chooseSteps() {
    checkSteps(values_);
    const auto wanted = static_cast<std::size_t>(values_.integer("steps"));
    steps_ = wanted > 0 ? wanted : isOwn() ? imported_.values.size() : task_.steps;
}

std::string RefinementPlan::leaveOutNumeric() {
    const auto numeric = std::find_if(arms_.begin(), arms_.end(), [](const std::string& arm) {
        return traitsOf(scheduleArms, arm).kind == ScheduleKind::numeric;
    });
    if (numeric == arms_.end() || steps_ <= mostNumericSteps)
        return {};
    // Nobody asked for it, or nobody chose the number of steps.
    const bool lengthOfFile = isOwn() && values_.integer("steps") == 0;
    if (arms_.size() == 1 || (!lengthOfFile && values_.choices("schedules") != defaultSchedules()))
        throw InputError(fmt::format("Parameter 'schedules': 'numeric' minimizes over every step "
                                     "size and is not accepted for {} steps; expected at most {} "
                                     "steps, or schedules without it.",
                                     steps_, mostNumericSteps));
    arms_.erase(numeric);
    return fmt::format("The schedule 'numeric' is left out: it minimizes over every step size, for "
                       "at most {} steps, and there are {}.",
                       mostNumericSteps, steps_);
}

int RefinementPlan::rounds() const {
    return static_cast<int>(values_.integer("refinement_rounds"));
}

ClassicalOptions RefinementPlan::shapes() const {
    return {.inverseTimeRate = values_.real("inverse_time_rate"),
            .exponent = values_.real("polynomial_exponent"),
            .warmUp = values_.real("warm_up")};
}

ShownChoices RefinementPlan::chosen() const {
    return {values_.real("smoothing"), values_.curve("drawn_norms"),
            values_.curve("drawn_schedule")};
}

Numbers RefinementPlan::profileNorms(const ShownChoices& shown) const {
    if (isOwn())
        return resample(imported_.values, steps_);
    return normProfile(values_.text("norm_profile"), shown.drawnNorms, steps_);
}

Refinement RefinementPlan::refine(std::span<const double> norms, const ShownChoices& shown) const {
    return refineSchedule(norms, {shown.smoothing, training_->norm});
}

Numbers RefinementPlan::boundNorms(const Refinement& refined) const {
    Numbers norms = refined.filtered;
    if (training_->norm == NormKind::l1)
        for (double& G : norms)
            G = std::sqrt(G);
    return norms;
}

std::optional<Numbers> RefinementPlan::scheduleFrom(const ScheduleArm& arm,
                                                    std::span<const double> norms,
                                                    const ShownChoices& shown,
                                                    const StopToken& stop) const {
    if (arm.kind == ScheduleKind::drawn) {
        const Profile profile = drawnProfile(shown.drawnSchedule);
        Numbers schedule(steps_);
        for (std::size_t t = 0; t < steps_; ++t)
            schedule[t] = profile(static_cast<double>(t) / static_cast<double>(steps_));
        return schedule;
    }
    if (arm.kind == ScheduleKind::classical)
        return classicalSchedule(arm.id, steps_, shapes());
    Refinement refined = refine(norms, shown);
    if (arm.kind == ScheduleKind::fitted)
        return polynomialSchedule(fitPolynomial(refined.schedule), steps_);
    if (arm.kind == ScheduleKind::refined)
        return std::move(refined.schedule);
    Numbers minimizer =
        minimizeBoundB(boundNorms(refined), 1.0, [&stop] { return stop.stopRequested(); });
    if (stop.stopRequested())
        return std::nullopt;
    return scaledToOne(std::move(minimizer));
}

} // namespace convergence::schedule_refinement
