// What a trial comes to: how near its trends were, and when that was known.

#include <cmath>

#include "plugins/statistics/learning-curve-prediction/trial.h"

namespace convergence::learning_curve {

namespace {

/// Sum of |α_{ℓ+1} − α_ℓ| from a level on.
double variationOf(const LearningTrace& trace, std::size_t from,
                   const LearningTrend& (LearningTrace::*trend)(std::size_t) const) {
    double sum = 0.0;
    for (std::size_t l = from; l < trace.levels(); ++l)
        sum += std::abs((trace.*trend)(l + 1).asymptote - (trace.*trend)(l).asymptote);
    return sum;
}

/// The mean over the levels after C of |A(x) − A_C(x)|/A(x), in percent.
double meanErrorOf(const LearningTrend& trend, const LearningTrace& trace,
                   std::span<const double> measured, std::size_t after) {
    double sum = 0.0;
    for (std::size_t l = after + 1; l <= trace.levels(); ++l)
        sum += std::abs(trend.at(trace.words()[l - 1]) / measured[l - 1] - 1.0);
    constexpr double percent = 100.0;
    return after < trace.levels() ? percent * sum / static_cast<double>(trace.levels() - after)
                                  : notApplicable;
}

} // namespace

Finals finalsOf(const LearningTrace& trace, std::span<const double> measured,
                const Setting& setting) {
    Finals found;
    const std::size_t levels = trace.levels();
    if (levels < LearningTrace::firstLevel)
        return found;
    constexpr double farBeyond = 100.0;
    const double end = trace.words().back();
    const LearningTrend& last = trace.trend(levels);
    // What stands for the limit is a trend, also where another pattern is believed.
    const LearningTrend limit =
        trace.options().pattern == LearningTrace::Pattern::power
            ? last
            : statistics::TrendFitter(levels).fit(trace.words(), trace.accuracies());
    found.accuracy = measured.back();
    found.asymptote = last.asymptote;
    found.exponent = last.exponent;
    const auto& reference = trace.reference();
    if (reference.prediction) {
        double falling = 0.0;
        for (std::size_t l = *reference.prediction; l < levels; ++l)
            falling += trace.trend(l + 1).asymptote <= trace.trend(l).asymptote ? 1.0 : 0.0;
        if (*reference.prediction < levels)
            found.fallingShare = falling / static_cast<double>(levels - *reference.prediction);
    }
    if (reference.working) {
        found.variation = variationOf(trace, *reference.working, &LearningTrace::trend);
        if (trace.anchored(levels).valid())
            found.anchoredVariation =
                variationOf(trace, *reference.working, &LearningTrace::anchored);
    }
    if (reference.convergence) {
        const std::size_t at = *reference.convergence;
        found.predicted = trace.trend(at);
        const double words = trace.words()[at - 1], value = measured[at - 1];
        found.convergenceLevel = static_cast<double>(at);
        found.knownLevel = static_cast<double>(*reference.known);
        found.knownWords = trace.words()[*reference.known - 1];
        found.knownShare = found.knownWords / end;
        found.proximity = statistics::largestGap(found.predicted, limit, words, farBeyond * end);
        found.meanError = meanErrorOf(found.predicted, trace, measured, at);
        found.lastMeanError = meanErrorOf({.asymptote = value}, trace, measured, at);
        found.finalError = found.predicted.at(end) - measured.back();
    }
    if (const auto at = trace.ofAnchored().convergence) {
        found.anchoredProximity = statistics::largestGap(
            trace.anchored(*at), trace.anchored(levels), trace.words()[*at - 1], farBeyond * end);
        found.anchoredFinalError = trace.anchored(*at).at(end) - measured.back();
    }
    const auto fixed = static_cast<std::size_t>(setting.values.integer("fixed_level"));
    if (fixed >= LearningTrace::firstLevel && fixed < levels) {
        found.fixedError = std::abs(trace.trend(fixed).at(end) - measured.back());
        found.fixedLastError = std::abs(measured[fixed - 1] - measured.back());
    }
    return found;
}

} // namespace convergence::learning_curve
