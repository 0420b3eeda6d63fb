#include "plugins/schedules/schedule-refinement/ledger.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"
#include "core/optim/schedule.h"
#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/experiment.h"

namespace convergence {

using namespace schedule_refinement;

namespace {

using Numbers = std::vector<double>;

constexpr std::size_t fewestSteps = 50;
constexpr std::size_t mostNumericSteps = 20000;

RefinementTask taskOf(const ParameterValues& values) {
    // Own norms belong to a run that was made elsewhere.
    if (!values.text("norms").empty())
        return RefinementTask::profile;
    const std::string& task = values.text("task");
    return task == "noisy_stream" ? RefinementTask::noisyStream
           : task == "softmax"    ? RefinementTask::softmax
           : task == "network"    ? RefinementTask::network
                                  : RefinementTask::profile;
}

std::size_t defaultSteps(RefinementTask task) {
    switch (task) {
    case RefinementTask::softmax:
        return 2500;
    case RefinementTask::network:
        return 400;
    case RefinementTask::noisyStream:
    case RefinementTask::profile:
        break;
    }
    return 2000;
}

Numbers ratesOf(const ParameterValues& values, RefinementTask task) {
    if (task == RefinementTask::profile)
        return {1.0};
    std::string name = "stream_learning_rates";
    if (values.text("optimizer") == "adam")
        name = "adam_learning_rates";
    else if (task != RefinementTask::noisyStream)
        name =
            task == RefinementTask::softmax ? "softmax_learning_rates" : "network_learning_rates";
    return values.numbers(name);
}

std::vector<std::string> armsOf(const ParameterValues& values, RefinementTask task) {
    const auto rounds = values.integer("refinement_rounds");
    std::vector<std::string> arms;
    for (const std::string& arm : values.choices("schedules"))
        if (rounds > 0 || traitsOf(scheduleArms, arm).round == 0)
            arms.push_back(arm);
    // Given norms do not change under another schedule.
    if (task != RefinementTask::profile && values.contains("schedules", "refined"))
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

RefinementLedger::RefinementLedger(const ParameterValues& values)
    : values_(values), task_(taskOf(values)), arms_(armsOf(values, task_)),
      rates_(ratesOf(values, task_)),
      seeds_(values.numbers("seeds")), shown_{values.real("smoothing"), values.curve("drawn_norms"),
                                              values.curve("drawn_schedule")} {
    if (!values.text("norms").empty())
        imported_ = readNorms(values.text("norms"), values.text("norms_column"));
    const auto wanted = static_cast<std::size_t>(values.integer("steps"));
    steps_ = wanted > 0 ? wanted : isOwn() ? imported_.values.size() : defaultSteps(task_);
    if (wanted > 0 && wanted < fewestSteps)
        throw InputError(fmt::format("Parameter 'steps': {} is not accepted, expected 0 (as the "
                                     "task has it) or an integer from {} to 1000000.",
                                     wanted, fewestSteps));
    if (arms_.empty())
        throw InputError("Parameter 'schedules': with refinement_rounds = 0 only refined schedules "
                         "are chosen, which leaves none; choose a classical one as well.");
    std::vector<std::string> notes = imported_.notes;
    const auto numeric = std::find_if(arms_.begin(), arms_.end(), [](const std::string& arm) {
        return traitsOf(scheduleArms, arm).kind == ScheduleKind::numeric;
    });
    if (numeric != arms_.end() && steps_ > mostNumericSteps) {
        // Left out where nobody asked for it, or where nobody chose the number of steps.
        const bool lengthOfFile = isOwn() && wanted == 0;
        if (arms_.size() == 1 ||
            (!lengthOfFile && values.choices("schedules") != defaultSchedules()))
            throw InputError(fmt::format("Parameter 'schedules': 'numeric' minimizes over every "
                                         "step size and is not accepted for {} steps; expected at "
                                         "most {} steps, or schedules without it.",
                                         steps_, mostNumericSteps));
        arms_.erase(numeric);
        notes.push_back(fmt::format("The schedule 'numeric' is left out: it minimizes over every "
                                    "step size, for at most {} steps, and there are {}.",
                                    mostNumericSteps, steps_));
    }
    if (isProfile())
        seeds_ = {0.0}; // nothing is random
    training_ = makeTrainingSetting(values, task_, steps_, notes);
}

Numbers RefinementLedger::sourceRates() const {
    if (values_.isKeyword("norm_rate"))
        return rates_;
    return {values_.real("norm_rate")};
}

Numbers RefinementLedger::profileNorms(const ShownChoices& shown) const {
    if (isOwn())
        return resample(imported_.values, steps_);
    return normProfile(values_.text("norm_profile"), shown.drawnNorms, steps_);
}

std::optional<Numbers> RefinementLedger::scheduleFrom(const std::string& arm,
                                                      std::span<const double> norms,
                                                      const ShownChoices& shown,
                                                      const StopToken& stop) const {
    const ScheduleKind kind = traitsOf(scheduleArms, arm).kind;
    if (kind == ScheduleKind::drawn) {
        const Profile profile = drawnProfile(shown.drawnSchedule);
        Numbers schedule(steps_);
        for (std::size_t t = 0; t < steps_; ++t)
            schedule[t] = profile(static_cast<double>(t) / static_cast<double>(steps_));
        return schedule;
    }
    if (kind == ScheduleKind::classical)
        return classicalSchedule(arm, steps_,
                                 {.inverseTimeRate = values_.real("inverse_time_rate"),
                                  .exponent = values_.real("polynomial_exponent"),
                                  .warmUp = values_.real("warm_up")});
    Refinement refined = refineSchedule(norms, {shown.smoothing, training_->norm});
    if (kind == ScheduleKind::fitted)
        return polynomialSchedule(fitPolynomial(refined.schedule), steps_);
    if (kind == ScheduleKind::refined)
        return std::move(refined.schedule);
    // The l1 weights are those of bound B with ‖g‖₁ in the place of ‖g‖².
    if (training_->norm == NormKind::l1)
        for (double& G : refined.filtered)
            G = std::sqrt(G);
    Numbers minimizer =
        minimizeBoundB(refined.filtered, 1.0, [&stop] { return stop.stopRequested(); });
    if (stop.stopRequested())
        return std::nullopt;
    return scaledToOne(std::move(minimizer));
}

std::shared_ptr<const Numbers> RefinementLedger::schedule(const std::string& arm, double seed,
                                                          const StopToken& stop) {
    return schedules_.get({arm, seed}, [&]() -> std::shared_ptr<const Numbers> {
        std::shared_ptr<const Numbers> source;
        if (const int round = traitsOf(scheduleArms, arm).round; round > 0) {
            source = norms(round, seed, stop);
            if (!source)
                return nullptr;
        }
        const ShownChoices chosen{values_.real("smoothing"), values_.curve("drawn_norms"),
                                  values_.curve("drawn_schedule")};
        auto made =
            scheduleFrom(arm, source ? std::span<const double>(*source) : std::span<const double>(),
                         chosen, stop);
        return made ? std::make_shared<const Numbers>(std::move(*made)) : nullptr;
    });
}

std::shared_ptr<const Numbers> RefinementLedger::norms(int round, double seed,
                                                       const StopToken& stop) {
    if (isProfile())
        return std::make_shared<const Numbers>(
            profileNorms({values_.real("smoothing"), values_.curve("drawn_norms"), {}}));
    const std::string source = sourceOf(round);
    std::shared_ptr<const Outcome> best;
    for (const double rate : sourceRates()) {
        const auto run = outcome(source, rate, seed, stop);
        if (!run)
            return nullptr;
        if (!best || run->loss < best->loss)
            best = run;
    }
    if (!std::isfinite(best->loss))
        throw InputError(fmt::format("The run with the schedule '{}' that gradient norms are taken "
                                     "from diverged at every base rate; expected smaller rates.",
                                     source));
    return {best, &best->norms};
}

std::shared_ptr<const Numbers> RefinementLedger::knownNorms(int round, double seed) {
    if (isProfile())
        return std::make_shared<const Numbers>(profileNorms(shown()));
    const std::string source = sourceOf(round);
    std::shared_ptr<const Outcome> best;
    for (const double rate : sourceRates()) {
        const auto run = outcomes_.peek({source, rate, seed});
        if (!run)
            return nullptr;
        if (!best || run->loss < best->loss)
            best = run;
    }
    return std::isfinite(best->loss) ? std::shared_ptr<const Numbers>(best, &best->norms) : nullptr;
}

std::shared_ptr<const RefinementLedger::Outcome>
RefinementLedger::outcome(const std::string& arm, double rate, double seed, const StopToken& stop) {
    return outcomes_.get({arm, rate, seed}, [&]() -> std::shared_ptr<const Outcome> {
        const auto multipliers = schedule(arm, seed, stop);
        if (!multipliers)
            return nullptr;
        const auto run = startTraining(training_, static_cast<std::uint64_t>(seed));
        auto result = std::make_shared<Outcome>();
        result->norms.reserve(steps_);
        for (const double multiplier : *multipliers) {
            if (stop.stopRequested())
                return nullptr;
            result->norms.push_back(run->step(rate * multiplier));
            if (!std::isfinite(result->norms.back())) {
                result->loss = std::numeric_limits<double>::infinity();
                return result;
            }
        }
        const double loss = run->conclude().loss;
        result->loss = std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
        return result;
    });
}

void RefinementLedger::report(const std::string& arm, double rate, double seed, Numbers norms,
                              double loss) {
    const double finite = std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
    {
        const std::lock_guard lock(mutex_);
        losses_[arm][rate][seed] = finite;
    }
    if (traitsOf(scheduleArms, arm).startsRound > 0)
        outcomes_.put({arm, rate, seed},
                      std::make_shared<const Outcome>(Outcome{std::move(norms), finite}));
}

RefinementLedger::Losses RefinementLedger::losses() const {
    const std::lock_guard lock(mutex_);
    return losses_;
}

void RefinementLedger::show(const std::string& name, const Value& value) {
    const std::lock_guard lock(mutex_);
    if (name == "smoothing")
        shown_.smoothing = std::get<double>(value);
    else if (name == "drawn_norms")
        shown_.drawnNorms = std::get<std::vector<CurvePoint>>(value);
    else if (name == "drawn_schedule")
        shown_.drawnSchedule = std::get<std::vector<CurvePoint>>(value);
}

ShownChoices RefinementLedger::shown() const {
    const std::lock_guard lock(mutex_);
    return shown_;
}

} // namespace convergence
