#include "core/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"

namespace convergence {

namespace {

/// z = t/T and a milestone that are equal on paper may differ in the last bits.
constexpr double milestoneTolerance = 1e-12;
constexpr double intervalTolerance = 1e-9;

void requireMilestones(const std::vector<double>& milestones) {
    double before = 0.0;
    for (const double milestone : milestones) {
        if (!(milestone > before && milestone < 1.0))
            throw InputError(fmt::format("The milestones {} are not accepted; they must increase "
                                         "between 0 and 1.",
                                         fmt::join(milestones, ", ")));
        before = milestone;
    }
}

/// From `from` to `to` along half a cosine, u from 0 to 1.
double halfCosine(double from, double to, double u) {
    return to + 0.5 * (from - to) * (1.0 + std::cos(std::numbers::pi * u));
}

} // namespace

Profile constantProfile() {
    return [](double) { return 1.0; };
}

Profile linearProfile() {
    return [](double z) { return 1.0 - z; };
}

Profile cosineProfile(double floor) {
    if (!(floor >= 0.0 && floor <= 1.0))
        throw InputError(fmt::format("A cosine profile with a floor of {} is not accepted; the "
                                     "floor must be from 0 to 1.",
                                     floor));
    return [floor](double z) {
        return floor + (1.0 - floor) * (0.5 * (1.0 + std::cos(std::numbers::pi * z)));
    };
}

Profile exponentialProfile(double rate) {
    if (!(rate > 0.0))
        throw InputError(fmt::format("An exponential profile of rate {} was asked for; the rate "
                                     "must be positive.",
                                     rate));
    return [rate](double z) { return std::exp(-rate * z); };
}

Profile rexProfile(double alpha, double beta) {
    if (!(alpha >= 0.0 && beta >= 0.0 && alpha + beta > 0.0))
        throw InputError(fmt::format("REX with α = {} and β = {} is not accepted; both must be at "
                                     "least 0 and one of them positive.",
                                     alpha, beta));
    if (alpha == 0.0) // the limit, which the formula has as 0/0 at z = 1
        return constantProfile();
    return
        [alpha, beta](double z) { return (alpha + beta) * (1.0 - z) / (alpha + beta * (1.0 - z)); };
}

Profile delayedLinearProfile(double delay) {
    if (!(delay >= 0.0 && delay < 1.0))
        throw InputError(
            fmt::format("A delay of {} is not accepted; it must be from 0 to below 1.", delay));
    return [delay](double z) { return z < delay ? 1.0 : (1.0 - z) / (1.0 - delay); };
}

Profile stepProfile(std::vector<double> milestones) {
    requireMilestones(milestones);
    if (milestones.empty())
        throw InputError("A step profile needs at least one milestone, none was given.");
    return [milestones = std::move(milestones)](double z) {
        const auto next = std::find_if(milestones.begin(), milestones.end(),
                                       [&](double s) { return s > z + milestoneTolerance; });
        const auto k =
            std::min<std::ptrdiff_t>(next - milestones.begin(), std::ssize(milestones) - 1);
        const double left = k == 0 ? 0.0 : milestones[static_cast<std::size_t>(k - 1)];
        const double right = milestones[static_cast<std::size_t>(k)];
        return std::pow(10.0, -(static_cast<double>(k) + (z - left) / (right - left)));
    };
}

Profile drawnProfile(std::vector<CurvePoint> points) {
    if (points.empty())
        throw InputError("A drawn profile needs at least one point, none was given.");
    return [points = std::move(points)](double z) {
        const auto after = std::find_if(points.begin(), points.end(),
                                        [&](const CurvePoint& point) { return point.x >= z; });
        if (after == points.end())
            return points.back().y;
        if (after == points.begin())
            return points.front().y;
        const CurvePoint& a = *(after - 1);
        return std::lerp(a.y, after->y, (z - a.x) / (after->x - a.x));
    };
}

Sampling Sampling::everyIteration() {
    return {};
}

Sampling Sampling::interval(double interval) {
    if (!(interval > 0.0 && interval <= 1.0))
        throw InputError(fmt::format("A sampling interval of {} of the budget is not accepted; it "
                                     "must be above 0 and at most 1.",
                                     interval));
    Sampling sampling;
    sampling.interval_ = interval;
    return sampling;
}

Sampling Sampling::at(std::vector<double> milestones) {
    requireMilestones(milestones);
    Sampling sampling;
    sampling.milestones_ = std::move(milestones);
    return sampling;
}

const std::vector<std::string>& Sampling::names() {
    static const std::vector<std::string> names = {"50-75", "33-66", "25-50-75", "30-60-90",
                                                   "10%",   "5%",    "1%",       "every_iteration"};
    return names;
}

Sampling Sampling::named(std::string_view name) {
    if (name == "every_iteration")
        return everyIteration();
    if (name == "1%")
        return interval(0.01);
    if (name == "5%")
        return interval(0.05);
    if (name == "10%")
        return interval(0.1);
    if (name == "50-75")
        return at({0.5, 0.75});
    if (name == "33-66")
        return at({1.0 / 3.0, 2.0 / 3.0});
    if (name == "25-50-75")
        return at({0.25, 0.5, 0.75});
    if (name == "30-60-90")
        return at({0.3, 0.6, 0.9});
    throw InputError(fmt::format("There is no sampling rate '{}'; known are {}.", name,
                                 fmt::join(names(), ", ")));
}

double Sampling::lastSample(double z) const {
    if (interval_ > 0.0)
        return std::floor(z / interval_ + intervalTolerance) * interval_;
    if (milestones_.empty())
        return z;
    double last = 0.0;
    for (const double milestone : milestones_)
        if (milestone <= z + milestoneTolerance)
            last = milestone;
    return last;
}

std::vector<double> Sampling::points() const {
    std::vector<double> points;
    if (interval_ > 0.0)
        for (int i = 0; i * interval_ < 1.0 - intervalTolerance; ++i)
            points.push_back(i * interval_);
    else if (!milestones_.empty()) {
        points.push_back(0.0);
        points.insert(points.end(), milestones_.begin(), milestones_.end());
    }
    return points;
}

ProfileSchedule::ProfileSchedule(Profile profile, Sampling sampling, std::int64_t budget)
    : profile_(std::move(profile)), sampling_(std::move(sampling)),
      budget_(static_cast<double>(budget)) {
    if (budget < 1)
        throw InputError(fmt::format(
            "A budget of {} iterations is not accepted; it must be at least 1.", budget));
}

double ProfileSchedule::factor(std::int64_t t) const {
    return profile_(sampling_.lastSample(static_cast<double>(t) / budget_));
}

WarmUpSchedule::WarmUpSchedule(std::int64_t steps, double start, std::unique_ptr<Schedule> then)
    : steps_(steps), start_(start), then_(std::move(then)) {
    if (steps < 0 || !(start >= 0.0 && start <= 1.0) || !then_)
        throw InputError(fmt::format("A warm-up of {} iterations from {} is not accepted; it takes "
                                     "0 or more iterations, a start from 0 to 1 and a schedule "
                                     "after it.",
                                     steps, start));
}

double WarmUpSchedule::factor(std::int64_t t) const {
    if (t >= steps_)
        return then_->factor(t - steps_);
    return std::lerp(start_, then_->factor(0),
                     static_cast<double>(t) / static_cast<double>(steps_));
}

std::optional<double> WarmUpSchedule::momentum(std::int64_t t) const {
    return then_->momentum(std::max<std::int64_t>(0, t - steps_));
}

std::int64_t WarmUpSchedule::feedbackInterval() const {
    return then_->feedbackInterval();
}

OneCycleSchedule::OneCycleSchedule(std::int64_t budget, double warmUp, double div, double finalDiv)
    : budget_(static_cast<double>(budget)), warmUp_(warmUp), start_(1.0 / div),
      end_(1.0 / (div * finalDiv)) {
    if (budget < 1 || !(warmUp > 0.0 && warmUp < 1.0) || !(div >= 1.0) || !(finalDiv >= 1.0))
        throw InputError(
            fmt::format("OneCycle over {} iterations with warm-up {}, div {} and "
                        "final div {} is not accepted; expected at least 1 "
                        "iteration, a warm-up between 0 and 1, divisors of at least 1.",
                        budget, warmUp, div, finalDiv));
}

double OneCycleSchedule::factor(std::int64_t t) const {
    const double z = static_cast<double>(t) / budget_;
    return z < warmUp_ ? halfCosine(start_, 1.0, z / warmUp_)
                       : halfCosine(1.0, end_, (z - warmUp_) / (1.0 - warmUp_));
}

std::optional<double> OneCycleSchedule::momentum(std::int64_t t) const {
    constexpr double high = 0.95, low = 0.85;
    const double z = static_cast<double>(t) / budget_;
    return z < warmUp_ ? halfCosine(high, low, z / warmUp_)
                       : halfCosine(low, high, (z - warmUp_) / (1.0 - warmUp_));
}

PlateauSchedule::PlateauSchedule(std::int64_t budget, double decay, int patience, int evaluations)
    : interval_(std::max<std::int64_t>(1, budget / std::max(1, evaluations))), decay_(decay),
      patience_(patience), best_(std::numeric_limits<double>::infinity()) {
    if (budget < 1 || !(decay > 0.0 && decay < 1.0) || patience < 0 || evaluations < 1)
        throw InputError(fmt::format("Decay on plateau over {} iterations with factor {}, patience "
                                     "{} and {} evaluations is not accepted; expected at least 1 "
                                     "iteration, a factor between 0 and 1, patience 0 or more, at "
                                     "least 1 evaluation.",
                                     budget, decay, patience, evaluations));
}

void PlateauSchedule::observe(double validationLoss) {
    constexpr double improvement = 1e-4;
    if (validationLoss < best_ * (1.0 - improvement)) {
        best_ = validationLoss;
        counter_ = 0;
    } else if (++counter_ > patience_) {
        factor_ *= decay_;
        counter_ = 0;
    }
}

namespace {

using Made = std::unique_ptr<Schedule>;

Made everyIteration(Profile profile, std::int64_t budget) {
    return std::make_unique<ProfileSchedule>(std::move(profile), Sampling::everyIteration(),
                                             budget);
}

Made steps(const std::vector<double>& milestones, std::int64_t budget) {
    return std::make_unique<ProfileSchedule>(stepProfile(milestones), Sampling::at(milestones),
                                             budget);
}

const NamedSchedule schedules[] = {
    {.id = "rex",
     .label = "REX",
     .make =
         [](std::int64_t T, const ScheduleOptions& options) {
             return everyIteration(rexProfile(options.rexAlpha, options.rexBeta), T);
         }},
    {.id = "linear",
     .label = "linear",
     .make = [](std::int64_t T,
                const ScheduleOptions&) { return everyIteration(linearProfile(), T); }},
    {.id = "cosine",
     .label = "cosine",
     .make =
         [](std::int64_t T, const ScheduleOptions& options) {
             return everyIteration(cosineProfile(options.cosineFloor), T);
         }},
    {.id = "delayed_25",
     .label = "delayed linear 25 %",
     .make = [](std::int64_t T,
                const ScheduleOptions&) { return everyIteration(delayedLinearProfile(0.25), T); }},
    {.id = "delayed_50",
     .label = "delayed linear 50 %",
     .make = [](std::int64_t T,
                const ScheduleOptions&) { return everyIteration(delayedLinearProfile(0.5), T); }},
    {.id = "delayed_75",
     .label = "delayed linear 75 %",
     .make = [](std::int64_t T,
                const ScheduleOptions&) { return everyIteration(delayedLinearProfile(0.75), T); }},
    {.id = "one_cycle",
     .label = "OneCycle",
     .make = [](std::int64_t T, const ScheduleOptions& options) -> Made {
         return std::make_unique<OneCycleSchedule>(T, options.oneCycleWarmUp, options.oneCycleDiv,
                                                   options.oneCycleFinalDiv);
     }},
    {.id = "step_30_60_90",
     .label = "step 30-60-90",
     .make =
         [](std::int64_t T, const ScheduleOptions&) {
             return steps({0.3, 0.6, 0.9}, T);
         }},
    {.id = "step_50_75",
     .label = "step 50-75",
     .make =
         [](std::int64_t T, const ScheduleOptions&) {
             return steps({0.5, 0.75}, T);
         }},
    {.id = "exponential",
     .label = "exponential",
     .make =
         [](std::int64_t T, const ScheduleOptions& options) {
             return everyIteration(exponentialProfile(options.exponentialRate), T);
         }},
    {.id = "plateau",
     .label = "plateau",
     .make = [](std::int64_t T, const ScheduleOptions& options) -> Made {
         return std::make_unique<PlateauSchedule>(T, options.plateauDecay, options.plateauPatience,
                                                  options.plateauEvaluations);
     }},
    {.id = "constant",
     .label = "constant",
     .isConstant = true,
     .make = [](std::int64_t T, const ScheduleOptions&) {
         return everyIteration(constantProfile(), T);
     }}};

} // namespace

std::span<const NamedSchedule> namedSchedules() {
    return schedules;
}

const std::vector<std::string>& scheduleNames() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> ids;
        for (const NamedSchedule& schedule : schedules)
            ids.emplace_back(schedule.id);
        return ids;
    }();
    return names;
}

std::unique_ptr<Schedule> makeSchedule(std::string_view name, std::int64_t budget,
                                       const ScheduleOptions& options) {
    for (const NamedSchedule& schedule : schedules)
        if (schedule.id == name) {
            if (budget < 1)
                throw InputError(fmt::format("A budget of {} iterations is not accepted; it must "
                                             "be at least 1.",
                                             budget));
            return schedule.make(budget, options);
        }
    throw InputError(fmt::format("There is no schedule '{}'; known are {}.", name,
                                 fmt::join(scheduleNames(), ", ")));
}

} // namespace convergence
