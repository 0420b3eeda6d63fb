#include "plugins/stochastic/last-iterate-sgd/judges.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/last-iterate-sgd/arms.h"

namespace convergence::last_iterate {

namespace {

using Numbers = std::vector<double>;

bool isOn(const EvidenceRun& run, ProblemKind problem) {
    return traitsOf(problemChoices, run.values->text("problem")).kind == problem;
}

/// A final metric of an arm over its replicates, by horizon. Empty until all its trials have ended.
using ByHorizon = std::map<double, Numbers>;

ByHorizon finalsOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
                   const std::string& column = "gap") {
    ByHorizon result;
    const Table& trials = run.recording->trials();
    const std::size_t index = trials.columnIndex(column);
    for (const std::size_t trial : evidence.trialsOf(run, arm)) {
        if (!ended(run, trial) || trial >= trials.rows())
            return {};
        result[run.recording->plans()[trial].factors.at("horizon")].push_back(
            trials.at(trial, index));
    }
    return result;
}

/// Log–log slope of the mean over replicates against T.
LineFit slopeOf(const ByHorizon& gaps) {
    Numbers T, means;
    for (const auto& [horizon, sample] : gaps) {
        T.push_back(horizon);
        means.push_back(mean(sample));
    }
    return fitLogLog(T, means);
}

struct ArmSlope {
    std::string arm;
    Threshold threshold;
};

/// Slopes of several arms in runs, each held against its threshold.
std::vector<Sample> slopeSamples(const Evidence& evidence,
                                 const std::vector<const EvidenceRun*>& runs,
                                 const std::vector<ArmSlope>& slopes) {
    std::vector<Sample> samples;
    for (const EvidenceRun* run : runs)
        for (const ArmSlope& of : slopes) {
            const LineFit fit = slopeOf(finalsOf(evidence, *run, of.arm));
            if (fit.valid())
                samples.push_back({fit.slope, of.threshold.holds(fit.slope),
                                   fmt::format("{}, {}", of.arm, placeOf(*run))});
        }
    return samples;
}

/// The protocol's runs of absolute deviations, and runs of the person's own (which have no label)
/// under noise of the same kind, whose arms are all there and have enough replicates for a mean:
/// without a variance that takes more.
std::vector<const EvidenceRun*> runsAlike(const Evidence& evidence, const std::string& label,
                                          const NoiseChoice& noise,
                                          const std::vector<ArmSlope>& slopes) {
    const std::int64_t fewestReplicates = noise.hasVariance ? 16 : 200;
    std::vector<const EvidenceRun*> runs = evidence.labelled(label);
    for (const EvidenceRun& run : evidence.runs)
        if (run.label.empty() && isOn(run, ProblemKind::absolute) &&
            &traitsOf(noiseChoices, run.values->text("noise")) == &noise &&
            run.values->integer("replicates") >= fewestReplicates &&
            std::all_of(slopes.begin(), slopes.end(), [&](const ArmSlope& of) {
                return !evidence.trialsOf(run, of.arm).empty();
            }))
            runs.push_back(&run);
    return runs;
}

constexpr const char* slopeOfMeans = "Log–log slope of the mean gap at T = 256, 1024, 4096, 16384";

} // namespace

// ---- The log of the adversarial problem ----------------------------------------------------

Judgement judgeLogarithm(const Evidence& evidence, const Claim& claim) {
    // √T·gap at T = 64, 256, 1024, 4096, 8192; deterministic, computed once in numpy.
    const std::map<double, double> expectedSqrt = {
        {64, 0.2428}, {256, 0.3070}, {1024, 0.3717}, {4096, 0.4366}, {8192, 0.4691}};
    const std::map<double, double> expectedLinear = {
        {64, 0.0349}, {256, 0.0342}, {1024, 0.0339}, {4096, 0.0339}, {8192, 0.0339}};
    const Threshold &ofSlope = claim.threshold, &ofRatio = claim.also.front();
    std::vector<Sample> samples;
    double slope = NAN;
    for (const EvidenceRun& run : evidence.runs) {
        if (!isOn(run, ProblemKind::adversarial) || run.values->real("step_scale") != 1.0)
            continue;
        const auto compare = [&](const std::string& arm, const std::map<double, double>& expected) {
            Numbers logs, values;
            for (const auto& [horizon, gaps] : finalsOf(evidence, run, arm, "scaled_gap")) {
                const auto known = expected.find(horizon);
                if (known == expected.end())
                    continue;
                const double ratio = mean(gaps) / known->second;
                samples.push_back(
                    {ratio, ofRatio.holds(ratio), fmt::format("{}, T = {}", arm, horizon)});
                logs.push_back(std::log(horizon));
                values.push_back(mean(gaps));
            }
            return fitLinear(logs, values);
        };
        const LineFit fit = compare("sqrt", expectedSqrt);
        const LineFit flat = compare("linear", expectedLinear);
        if (!fit.valid() || !flat.valid())
            continue;
        slope = fit.slope;
        samples.push_back({fit.slope * 32.0, ofSlope.holds(slope), "sqrt, 32 × slope in ln T"});
    }
    Judgement judgement = judgeAll(
        samples, claim.expected(),
        "√T·gap over its value by an independent computation, and the slope in ln T times 32");
    judgement.measured = judgement.low = judgement.high = slope;
    return judgement;
}

// ---- Rates ---------------------------------------------------------------------------------

Judgement judgeLipschitz(const Evidence& evidence, const Claim& claim) {
    const std::vector<ArmSlope> slopes = {
        {"sqrt", claim.threshold}, {"const", claim.threshold}, {"linear", claim.also.front()}};
    return judgeAll(
        slopeSamples(evidence,
                     runsAlike(evidence, "absolute", traitsOf(noiseChoices, "none"), slopes),
                     slopes),
        claim.expected(), slopeOfMeans);
}

Judgement judgeLinearWins(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        constexpr double horizon = 16384;
        const ByHorizon plain = finalsOf(evidence, run, "sqrt");
        const ByHorizon linear = finalsOf(evidence, run, "linear");
        if (!isOn(run, ProblemKind::absolute) || !plain.contains(horizon) ||
            !linear.contains(horizon))
            continue;
        const double ratio = mean(plain.at(horizon)) / mean(linear.at(horizon));
        samples.push_back({ratio, claim.threshold.holds(ratio), placeOf(run)});
    }
    return judgeAll(samples, claim.expected(), "Mean gap of sqrt over that of linear at T = 16384");
}

Judgement judgeComposite(const Evidence& evidence, const Claim& claim) {
    const Threshold &convex = claim.threshold, &strong = claim.also.front();
    std::vector<Sample> samples =
        slopeSamples(evidence, evidence.labelled("convex"), {{"sqrt", convex}});
    for (const char* label : {"strong f", "strong h"})
        for (const Sample& sample : slopeSamples(evidence, evidence.labelled(label),
                                                 {{"strong_1", strong}, {"strong_2", strong}}))
            samples.push_back(sample);
    return judgeAll(samples, claim.expected(), slopeOfMeans);
}

// ---- Tails ---------------------------------------------------------------------------------

Judgement judgeQuantiles(const Evidence& evidence, const Claim& claim) {
    constexpr std::size_t fewestReplicates = 4000; // the quantile at 0.001 needs them
    const Threshold &ofRatio = claim.threshold, &ofBend = claim.also.front();
    std::vector<Sample> samples;
    std::string listed;
    for (const EvidenceRun& run : evidence.runs)
        for (const auto& [horizon, gaps] : finalsOf(evidence, run, "linear")) {
            if (!isOn(run, ProblemKind::absolute) || gaps.size() < fewestReplicates)
                continue;
            Numbers q;
            for (const double delta : {0.5, 0.1, 0.01, 0.001})
                q.push_back(quantile(gaps, 1.0 - delta));
            const double first = (q[1] - q[0]) / std::log(5.0);
            const double last = (q[3] - q[2]) / std::log(10.0);
            const double ratio = q[3] / q[0];
            samples.push_back(
                {ratio, ofRatio.holds(ratio) && ofBend.holds(last - first), placeOf(run)});
            listed += fmt::format(" {}: {:.5f} / {:.5f} / {:.5f} / {:.5f}, slopes {:.5f} and "
                                  "{:.5f}.",
                                  placeOf(run), q[0], q[1], q[2], q[3], first, last);
        }
    Judgement judgement = judgeAll(samples, claim.expected(), "Quantile at 0.999 over the median");
    judgement.explanation += listed;
    return judgement;
}

Judgement judgeHeavyTails(const Evidence& evidence, const Claim& claim) {
    const std::vector<ArmSlope> slopes = {{"heavy", claim.threshold}, {"sqrt", claim.also.front()}};
    return judgeAll(
        slopeSamples(evidence,
                     runsAlike(evidence, "pareto", traitsOf(noiseChoices, "pareto"), slopes),
                     slopes),
        claim.expected(), slopeOfMeans);
}

Judgement judgeGeometry(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun* entropic : evidence.labelled("entropic"))
        for (const EvidenceRun* euclidean : evidence.labelled("euclidean")) {
            if (entropic->seed != euclidean->seed)
                continue;
            const ByHorizon a = finalsOf(evidence, *entropic, "linear");
            const ByHorizon b = finalsOf(evidence, *euclidean, "linear");
            if (a.empty() || b.empty())
                continue;
            const double ratio = mean(b.rbegin()->second) / mean(a.rbegin()->second);
            samples.push_back({ratio, claim.threshold.holds(ratio), placeOf(*entropic)});
        }
    return judgeAll(samples, claim.expected(),
                    "Mean gap of the Euclidean projection over that of entropic steps, d = 100");
}

} // namespace convergence::last_iterate
