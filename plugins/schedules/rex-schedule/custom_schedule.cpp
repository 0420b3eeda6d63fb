#include "plugins/schedules/rex-schedule/custom_schedule.h"

#include "plugins/schedules/rex-schedule/arms.h"

namespace convergence::rex {

namespace {

ScheduleOptions optionsOf(const ParameterValues& values) {
    return {.exponentialRate = values.real("exponential_rate"),
            .rexAlpha = values.real("rex_alpha"),
            .rexBeta = values.real("rex_beta"),
            .oneCycleWarmUp = values.real("onecycle_warmup"),
            .oneCycleDiv = values.real("onecycle_div"),
            .oneCycleFinalDiv = values.real("onecycle_final_div"),
            .plateauDecay = values.real("plateau_factor"),
            .plateauPatience = static_cast<int>(values.integer("plateau_patience")),
            .plateauEvaluations = static_cast<int>(values.integer("plateau_evaluations"))};
}

} // namespace

CustomSchedule::CustomSchedule(const ParameterValues& values)
    : profile(values.text("profile")), sampling(values.text("sampling")),
      options(optionsOf(values)), delay(values.real("delay_percent") / 100.0),
      milestones(values.numbers("milestones")), drawn(values.curve("drawn_profile")) {
    for (double& milestone : milestones)
        milestone /= 100.0;
}

Profile CustomSchedule::makeProfile() const {
    return traitsOf(profileChoices(), profile).make(*this);
}

Sampling CustomSchedule::makeSampling() const {
    return traitsOf(samplingChoices(), sampling).isOwn ? Sampling::at(milestones)
                                                       : Sampling::named(sampling);
}

std::unique_ptr<Schedule> CustomSchedule::make(std::int64_t budget) const {
    return std::make_unique<ProfileSchedule>(makeProfile(), makeSampling(), budget);
}

std::vector<double> CustomSchedule::stepMilestones() const {
    if (traitsOf(samplingChoices(), sampling).isOwn)
        return milestones;
    const Sampling named = Sampling::named(sampling);
    return named.milestones().empty() ? std::vector{0.3, 0.6, 0.9} : named.milestones();
}

} // namespace convergence::rex
