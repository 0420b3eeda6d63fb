#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/experiment/judging.h"

namespace convergence {

/// Words for what a claim measures. A measure is a number of one run, or of one trial in it; it is
/// put together from others as the formula is written:
///
///     // e_T·2ηT/√(k − r), of a trial
///     last("error") * 2.0 * parameter("learning_rate") * last("iteration") /
///         sqrt(parameter("factor_rank") - parameter("true_rank"))
///     // how many times smaller the error of a small start is than that of a large one, of a run
///     of("large", final("final_error")) / of("small", final("final_error"))
///     // the slope of the mean final gap in the horizon, of a run
///     slopeOf("sqrt", factor("horizon"), final("gap"))
///     // the same arm in another run of the same seed
///     inRun("three tenths", of("fedpg", final("rounds_to_5")))
///
/// core/experiment/measure_judges.h says how measures are held against a claim's thresholds.
namespace measures {

/// Runs that a claim is about; others say nothing. For claims that are judged on a person's own
/// run too. Empty: all.
using RunFilter = std::function<bool(const EvidenceRun&)>;

/// Which trials count; empty: all.
using TrialFilter = std::function<bool(const TrialPlan&)>;
/// Runs whose trials are taken together.
using Pool = std::shared_ptr<const std::vector<const EvidenceRun*>>;

/// Where something is measured.
struct Place {
    const Evidence& evidence;
    const EvidenceRun& run;
    std::optional<std::size_t> trial = std::nullopt; ///< of the run
    /// Remarks that a measure adds to the explanation ("the best rate is at the edge of those
    /// tried"), each once. May be null.
    std::set<std::string>* remarks = nullptr;
    std::optional<std::uint64_t> replicate = std::nullopt; ///< the only one whose trials count
    TrialFilter only = nullptr;
    Pool pool = nullptr; ///< arms are looked for in all of these, not in `run` alone
    /// The same in another run, or of a trial there.
    [[nodiscard]] Place in(const EvidenceRun& other,
                           std::optional<std::size_t> itsTrial = std::nullopt) const {
        return {evidence, other, itsTrial, remarks, replicate, only, pool};
    }
};

/// The trials of an arm (or of what replaces it) that count at a place, in order.
std::vector<Place> trialsAt(const Place& place, const std::string& arm);

/// Nothing where it cannot be told: an arm did not run, or not to its end, or what it records does
/// not apply. A recorded NaN that went wrong is a number, and satisfies no threshold.
using Number = std::optional<double>;

class Measure {
public:
    using Function = std::function<Number(const Place&)>;
    Measure(double constant) // NOLINT: a number is a measure
        : measure_([constant](const Place&) { return constant; }) {}
    explicit Measure(Function measure) : measure_(std::move(measure)) {}
    [[nodiscard]] Number at(const Place& place) const { return measure_(place); }

private:
    Function measure_;
};

// ---- Arithmetic: nothing where an operand is nothing ----------------------------------------

Measure operator+(Measure a, Measure b);
Measure operator-(Measure a, Measure b);
Measure operator*(Measure a, Measure b);
Measure operator/(Measure a, Measure b);
Measure operator-(Measure a);
Measure abs(Measure a);
Measure sqrt(Measure a);
Measure log(Measure a);
/// ln(1 + a), accurate near 0.
Measure log1p(Measure a);
/// Any function of a number.
Measure apply(std::function<double(double)> f, Measure a);
/// `value` where a measure cannot be told, for what has to count against the claim then.
Measure orElse(Measure a, double value);
/// Of several, the smallest or largest; NaN if one is NaN.
Measure least(std::vector<Measure> of);
Measure greatest(std::vector<Measure> of);

// ---- Of a run ------------------------------------------------------------------------------

/// The value of a parameter of kind real, integer or boolean. std::logic_error for other kinds.
Measure parameter(std::string name);
/// Of trials with this value of a design factor, or of those that a filter lets through, alone:
/// where("budget_percent", 5, tuned("rex", …)).
Measure where(std::string factor, double value, Measure measure);
Measure where(TrialFilter only, Measure measure);
/// In runs that a filter lets through; nothing in others.
Measure given(RunFilter isSuch, Measure measure);

// ---- Of a trial; std::logic_error where no trial is given ----------------------------------

/// A design factor.
Measure factor(std::string name);
/// A final metric, once the trial has ended.
Measure final(std::string column);
/// `value` for a trial that has ended without having the number: that never separated the data.
Measure orOnceEnded(Measure ofTrial, double value);
/// `value` for trials that diverged.
Measure ifDiverged(double value, Measure ofTrial);
/// The first recorded value of a metric or clock of the trace; the last, smallest and largest,
/// once the trial has ended. A NaN on the way is the smallest and the largest.
Measure last(std::string column);
/// Of a numbered series: last("sigma_f_", parameter("factor_rank")).
Measure last(std::string series, Measure number);
Measure first(std::string column);
Measure smallest(std::string column);
Measure largest(std::string column);
/// The smallest recorded value after one iteration and up to another, once the trace has come
/// there; NaN if one of them is.
Measure smallestWithin(std::string column, Measure after, Measure until);
/// Slope of ln y against the iteration, over the whole trace, and of ln y against ln t from an
/// iteration on, once the trial has ended; nothing with fewer than three values.
Measure decayRate(std::string column);
Measure power(std::string column, double from = 0.0);
/// The recorded value at the first iteration that is not before `iteration`; nothing while the
/// trace does not come that far.
Measure atIteration(double iteration, std::string column);

// ---- From trials to a run ------------------------------------------------------------------

/// Of the first trial of an arm (for arms that have one a run).
Measure of(std::string arm, Measure ofTrial);
/// Of the trial of an arm with the smallest or the largest value of a factor.
Measure atSmallest(std::string factor, std::string arm, Measure ofTrial);
Measure atLargest(std::string factor, std::string arm, Measure ofTrial);
/// Over all trials of an arm; nothing until each has its number.
Measure meanOf(std::string arm, Measure ofTrial);
Measure smallestOf(std::string arm, Measure ofTrial);
Measure largestOf(std::string arm, Measure ofTrial);
/// Of the trial of another arm in the same run that has the same factors and replicate.
Measure ofTwin(std::string arm, Measure ofTrial);
/// Slope of ln y against ln x over the trials of an arm, where trials with the same x count with
/// the mean of their y; nothing with fewer than three x.
Measure slopeOf(std::string arm, Measure x, Measure y);
/// The ends of the 95 % interval of that fit.
Measure slopeLowOf(std::string arm, Measure x, Measure y);
Measure slopeHighOf(std::string arm, Measure x, Measure y);
/// Slope of y against x itself; what is infinite never came, and is left out.
Measure linearSlopeOf(std::string arm, Measure x, Measure y);
/// The quantile of level 0 … 1 over an arm's trials.
Measure quantileOf(std::string arm, double level, Measure ofTrial);
/// How many trials of an arm there are whose number a test lets through.
Measure countOf(std::string arm, Measure ofTrial, std::function<bool(double)> test);
/// An arm at its best: of the trials with the value of the factor whose mean validation metric is
/// smallest, the mean metric (core/experiment/tuning.h); of one replicate, its metric there.
/// Remarks where that is at the grid's edge.
struct Tuning {
    std::string factor, validation, metric;
    enum class Over { replicates, each } over = Over::replicates; ///< what the choice is made for
};
Measure tuned(std::string arm, Tuning by);

// ---- From run to run -----------------------------------------------------------------------

/// The same in the run with another label of the protocol, at the same seed. Of a trial: of the one
/// with the same arm and replicate there; of several, of that with the same factors.
Measure inRun(std::string label, Measure measure);
/// The smallest over all runs of the evidence (those with a label); nothing until each has it.
Measure smallestOverRuns(Measure ofRun, std::string label = {});

} // namespace measures

} // namespace convergence
