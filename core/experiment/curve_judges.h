#pragma once

#include <map>
#include <string>

#include "core/experiment/measure.h"
#include "core/experiment/samples.h"

namespace convergence {

/// Judges for curves in the traces. Each measures one number or more a trial (or a run) of an arm
/// and holds them against the claim's thresholds (samples.h).

/// Log-spaced samples of a trace that a fit takes at most.
inline constexpr std::size_t fitSamples = 200;

/// Which curve: a metric of the trials of an arm.
struct Curve {
    std::string arm;
    std::string column;
    std::string view; ///< the chart in which the fit is drawn; may be empty
};

/// The slope of ln y^power against ln t over a window of iterations. A watched run is not judged
/// before it has come to the window's end.
struct PowerLaw {
    Curve of;
    double power = 1.0;
    double from = 0.0, to = 0.0;              ///< iterations
    std::string what;                         ///< "Slope of ln e² against ln t"
    std::vector<measures::Measure> also = {}; ///< of the trial, for the further thresholds
    std::size_t samples = fitSamples;         ///< log-spaced, at most
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

/// A fall of a curve between two levels: ln y against t.
struct Levels {
    double from, to;
};
struct Decay {
    LineFit fit;
    double least = 0.0;     ///< the smallest value so far
    bool complete = false;  ///< it is below the lower level
    bool neverCame = false; ///< the trial ended before it was
    /// Per iteration; 0 where it never came.
    [[nodiscard]] double rate() const { return neverCame ? 0.0 : -fit.slope; }
    /// Whether a rate can be told yet.
    [[nodiscard]] bool decided() const { return neverCame || (complete && fit.valid()); }
};
Decay decayOf(const EvidenceRun& run, std::size_t trial, const std::string& column, Levels levels);

namespace measures {
/// The same rate as a measure of a trial; nothing until it can be told.
Measure rateOfDecay(std::string column, Levels levels);
} // namespace measures

/// The decay of each trial: over a predicted rate, and R².
struct DecayRate {
    Curve of;
    Levels levels;
    measures::Measure predicted; ///< of the trial, per iteration
    std::string what;            ///< "Rate of ln e over −ln(1 − η/κ)"
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};
/// The decay of each trial: R², and the smallest value.
struct StraightDecay {
    Curve of;
    Levels levels;
    std::string what;
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

/// Rates of an arm's trials in one run by a factor, 0 for those that never came below; empty while
/// one of them is not decided.
using Rates = std::map<double, double>;
Rates ratesBy(const std::string& factor, const Evidence& evidence, const EvidenceRun& run,
              const Curve& of, Levels levels);

/// The exponent of the rate in a factor, and the number of trials without decay; one a run.
struct ExponentOfRate {
    Curve of;
    Levels levels;
    std::string by;
    std::string what;
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};
/// The largest rate over the smallest along a factor; one a run.
struct SpreadOfRates {
    Curve of;
    Levels levels;
    std::string by;
    std::string what;
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};
/// The value of a parameter at which the rate is largest among the runs of a seed, and that rate
/// over the second.
struct FastestValue {
    Curve of;
    Levels levels;
    std::string parameter; ///< of kind real
    std::string what;      ///< "β of the fastest rate"
    Judgement operator()(const Evidence& evidence, const Claim& claim) const;
};

/// A claim about several arms: the judgement of the first that fails, else of the first that lacks
/// data, else of the first.
Judge worstOf(std::vector<Judge> judges);

} // namespace convergence
