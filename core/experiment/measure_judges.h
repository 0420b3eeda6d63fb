#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/experiment/measure.h"
#include "core/experiment/samples.h"

namespace convergence {

/// Judges made of measures (core/experiment/measure.h). A claim of a common kind reads:
///
///     {.id = "symmetric_constant",
///      .statement = "The error is √(k − r)/(2ηT), with no constant to fit.",
///      .threshold = Within{"e·2ηT/√(k−r)", 1.0, 0.03, theorem("…; margin ours")},
///      .protocol = {{{"n = 20", overrides}}, threeSeeds},
///      .judge = EachTrial{.arms = {"s_over"}, .numbers = {constantOfTheError()},
///                         .what = "e_T·2ηT/√(k − r) at the last step"},
///      .refutations = {replacedArm("s_over", "s_exact", "no superfluous columns")}}

using measures::RunFilter;

/// A sentence for each place in the explanation, with measured numbers: {" {place}: {:.2g} against
/// {:.2g}.", {a, b}}. "{place}" is where it was measured; what cannot be told is left out.
struct Told {
    std::string format;
    std::vector<measures::Measure> numbers;
};

/// What is shown beside the measured mean of those that each have to satisfy the thresholds.
enum class Shown { range, meanInterval /* Student's, 95 % */ };
/// A run that lacks a number is left out, or leaves the claim undecided.
enum class Missing { leftOut, undecided };
/// What counts once: each run; each replicate that a run holds; or all trials of all runs, taken
/// together.
enum class Per { run, replicate, pool };

/// Every trial of some arms in every run has to satisfy all thresholds of the claim: `numbers` has
/// one for each, the first is shown. A trial of which one cannot be told yet says nothing.
struct EachTrial {
    std::vector<std::string> arms;
    std::vector<measures::Measure> numbers;
    std::string what; ///< is measured first: "Final relative error"
    Told told;
    RunFilter where;
    std::string label;
    Shown shown = Shown::range;
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

/// The same of every run (or what else counts once). With a label, of the runs with that label
/// (from where measures reach others at the same seed).
struct EachRun {
    std::vector<measures::Measure> numbers;
    std::string what;
    Told told;
    RunFilter where;
    std::string label;
    Shown shown = Shown::range;
    Missing missing = Missing::leftOut;
    Per per = Per::run;
    /// The interval that is shown in the place of the range, where there is one number: of a fit.
    std::vector<measures::Measure> interval = {};
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

/// Several numbers of the same kind, each held against a threshold of its own: slopes of several
/// arms, the entries of a table. Their mean and range are shown; a part that cannot be told says
/// nothing.
struct EachPart {
    struct Part {
        std::string name; ///< "sqrt"
        measures::Measure number;
        std::size_t threshold = 0; ///< 0: the headline; i: the i-th of `also`
        std::string label = {};    ///< of the runs it is measured in; empty: the judge's
    };
    std::vector<Part> parts;
    std::string what;
    /// Of each number: {}; {place} is the part's name with the run. Without: the mean and range of
    /// each part that has several.
    Told told;
    RunFilter where;
    std::string label;
    Per per = Per::run;
    Missing missing = Missing::leftOut;
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

enum class DecidedBy { interval, estimate };

/// The mean over all runs (or replicates) of each number, with its 95 % interval, has to satisfy
/// its threshold; a DifferenceAbove decides by the whole interval. For paired comparisons: a
/// difference of two arms in the same run. Not enough data with fewer than `fewest` runs, or where
/// one lacks a number.
struct MeanOverRuns {
    std::vector<measures::Measure> numbers;
    std::string what;
    Told told;
    RunFilter where;
    std::string label;
    std::size_t fewest = 2;
    Per per = Per::run;
    DecidedBy decidedBy = DecidedBy::interval; ///< a bare estimate is for identities and sizes
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

/// An observation: the mean over the runs that have the number, with its 95 % interval.
struct Observe {
    measures::Measure number;
    std::string what;
    Told told;
    RunFilter where;
    std::string label;
    Per per = Per::run;
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

/// A judge for runs of one kind: on a watched run of another it says what the claim is about.
Judge about(RunFilter isSuch, std::string otherwise, Judge judge);

} // namespace convergence
