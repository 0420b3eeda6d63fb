#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/math/curve_point.h"

namespace convergence {

// A learning-rate schedule is a profile (a function of progress) and a sampling rate (how often
// the rate is read from it): Chen, Wolfe, Kyrillidis, "REX: Revisiting Budgeted Training with an
// Improved Schedule", 2021.

/// m(z) = η/η₀ at progress z = t/T ∈ [0, 1), with m(0) = 1.
using Profile = std::function<double(double z)>;

Profile constantProfile();
/// 1 − z.
Profile linearProfile();
/// φ + (1 − φ)·½(1 + cos πz), from 1 down to the floor φ (Loshchilov and Hutter 2017): to 0, or, as
/// large models are trained, to a tenth. Behind a warm-up of W of T iterations it is
/// WarmUpSchedule(W, start, makeSchedule("cosine", T − W, {.cosineFloor = φ})). Throws InputError
/// unless 0 ≤ φ ≤ 1.
Profile cosineProfile(double floor = 0.0);
/// e^{−cz}. Throws InputError unless c > 0.
Profile exponentialProfile(double rate);
/// Reflected exponential, (α + β)(1 − z)/(α + β(1 − z)); α = β = ½ in the paper, where it is
/// (1 − z)/(1 − z/2): concave, slope −½ at 0 and −2 at 1, never below 1 − z. β = 0 is linear,
/// α = 0 constant. Throws InputError unless α, β ≥ 0 and α + β > 0.
Profile rexProfile(double alpha = 0.5, double beta = 0.5);
/// 1 until `delay`, then (1 − z)/(1 − delay). Throws InputError unless 0 ≤ delay < 1.
Profile delayedLinearProfile(double delay);
/// The log-linear curve through 10^{−k} at the k-th milestone (k = 0 at z = 0), its last slope
/// continued; sampled at those milestones it is the step schedule. 30-60-90: 10^{−z/0.3}.
/// Throws InputError unless the milestones increase within (0, 1).
Profile stepProfile(std::vector<double> milestones);
/// Straight lines through drawn points (x increasing; flat beyond the ends), for z ∈ [0, 1].
Profile drawnProfile(std::vector<CurvePoint> points);

/// When the rate is read from the profile: m(z) = p(max{s : s ≤ z}).
class Sampling {
public:
    static Sampling everyIteration();
    /// Every `interval` of the budget: p(⌊z/h⌋h). Throws InputError unless 0 < interval ≤ 1.
    static Sampling interval(double interval);
    /// At 0 and these milestones. Throws InputError unless they increase within (0, 1).
    static Sampling at(std::vector<double> milestones);
    /// every_iteration, 1%, 5%, 10%, 50-75, 33-66, 25-50-75, 30-60-90. Throws InputError.
    static Sampling named(std::string_view name);
    static const std::vector<std::string>& names();

    /// The progress at which the rate in force at z was read.
    [[nodiscard]] double lastSample(double z) const;
    /// All sampling points; empty for every iteration.
    [[nodiscard]] std::vector<double> points() const;
    /// Those that it was made of; empty for intervals and for every iteration.
    [[nodiscard]] const std::vector<double>& milestones() const { return milestones_; }

private:
    double interval_ = 0.0;
    std::vector<double> milestones_;
};

/// The rate over a budget of T iterations, relative to the base rate η₀.
class Schedule {
public:
    virtual ~Schedule() = default;
    /// η_t/η₀ for iteration t = 0..T−1. Finite and ≥ 0. For schedules with feedback: of the
    /// present iteration.
    [[nodiscard]] virtual double factor(std::int64_t t) const = 0;
    /// Momentum that goes with it, for schedules that cycle it; none: as it is.
    [[nodiscard]] virtual std::optional<double> momentum(std::int64_t /*t*/) const { return {}; }
    /// Iterations between the validation losses it asks for; 0: none.
    [[nodiscard]] virtual std::int64_t feedbackInterval() const { return 0; }
    virtual void observe(double /*validationLoss*/) {}
};

/// Profile and sampling rate over a budget.
class ProfileSchedule final : public Schedule {
public:
    /// Throws InputError unless budget ≥ 1.
    ProfileSchedule(Profile profile, Sampling sampling, std::int64_t budget);
    [[nodiscard]] double factor(std::int64_t t) const override;

private:
    Profile profile_;
    Sampling sampling_;
    double budget_;
};

/// Linear warm-up from `start` to 1 over the first `steps` iterations, then another schedule, which
/// spans the rest.
class WarmUpSchedule final : public Schedule {
public:
    WarmUpSchedule(std::int64_t steps, double start, std::unique_ptr<Schedule> then);
    [[nodiscard]] double factor(std::int64_t t) const override;
    [[nodiscard]] std::optional<double> momentum(std::int64_t t) const override;
    [[nodiscard]] std::int64_t feedbackInterval() const override;
    void observe(double validationLoss) override { then_->observe(validationLoss); }

private:
    std::int64_t steps_;
    double start_;
    std::unique_ptr<Schedule> then_;
};

/// OneCycle (Smith 2018): half-cosines from 1/div up to 1 over the warm-up fraction, then down to
/// 1/(div·finalDiv); the momentum goes 0.95 → 0.85 → 0.95 by the same half-cosines.
class OneCycleSchedule final : public Schedule {
public:
    OneCycleSchedule(std::int64_t budget, double warmUp = 0.3, double div = 25.0,
                     double finalDiv = 1e4);
    [[nodiscard]] double factor(std::int64_t t) const override;
    [[nodiscard]] std::optional<double> momentum(std::int64_t t) const override;

private:
    double budget_, warmUp_, start_, end_;
};

/// Decay on plateau: a validation loss every T/evaluations iterations; one below best·(1 − 10⁻⁴)
/// is the new best and resets the counter, any other counts; when the counter exceeds `patience`
/// the rate is multiplied by `decay` and the counter reset.
class PlateauSchedule final : public Schedule {
public:
    PlateauSchedule(std::int64_t budget, double decay = 0.1, int patience = 2,
                    int evaluations = 20);
    [[nodiscard]] double factor(std::int64_t) const override { return factor_; }
    [[nodiscard]] std::int64_t feedbackInterval() const override { return interval_; }
    void observe(double validationLoss) override;

private:
    std::int64_t interval_;
    double decay_;
    int patience_;
    int counter_ = 0;
    double best_;
    double factor_ = 1.0;
};

/// What named schedules depend on besides their names.
struct ScheduleOptions {
    double exponentialRate = 5.0;
    double cosineFloor = 0.0;
    double rexAlpha = 0.5, rexBeta = 0.5;
    double oneCycleWarmUp = 0.3, oneCycleDiv = 25.0, oneCycleFinalDiv = 1e4;
    double plateauDecay = 0.1;
    int plateauPatience = 2, plateauEvaluations = 20;
};

/// A schedule with a name.
struct NamedSchedule {
    std::string_view id;
    std::string_view label; ///< as in legends
    std::string_view help = {};
    bool isConstant = false; ///< the rate is the base rate throughout
    std::unique_ptr<Schedule> (*make)(std::int64_t budget, const ScheduleOptions& options);
};
/// rex, linear, cosine, delayed_25, delayed_50, delayed_75, one_cycle, step_30_60_90, step_50_75,
/// exponential, plateau, constant.
std::span<const NamedSchedule> namedSchedules();
/// Their ids.
const std::vector<std::string>& scheduleNames();
/// Throws InputError for an unknown name or options out of range.
std::unique_ptr<Schedule> makeSchedule(std::string_view name, std::int64_t budget,
                                       const ScheduleOptions& options = {});

} // namespace convergence
