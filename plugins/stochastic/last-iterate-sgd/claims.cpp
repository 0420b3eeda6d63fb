// What the paper claims about last iterates, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/last-iterate-sgd/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

const Numbers slopeHorizons = {256, 1024, 4096, 16384};

/// The protocol's runs have labels. A run of the person's own has none, and is judged where it is
/// about the same thing.
bool isOwn(const EvidenceRun& run) {
    return run.label.empty();
}
bool isOn(const EvidenceRun& run, const char* problem) {
    return run.values->text("problem") == problem;
}

/// A final metric of an arm over its replicates, by horizon. Empty until all its trials have ended.
using ByHorizon = std::map<double, std::vector<double>>;

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

struct SlopeBand {
    std::string arm;
    double low;
    double high;
};

/// Slopes of several arms in runs, each within its band.
std::vector<Sample> slopeSamples(const Evidence& evidence,
                                 const std::vector<const EvidenceRun*>& runs,
                                 const std::vector<SlopeBand>& bands) {
    std::vector<Sample> samples;
    for (const EvidenceRun* run : runs)
        for (const SlopeBand& band : bands) {
            const LineFit fit = slopeOf(finalsOf(evidence, *run, band.arm));
            if (fit.valid())
                samples.push_back({fit.slope, fit.slope >= band.low && fit.slope <= band.high,
                                   fmt::format("{}, {}", band.arm, placeOf(*run))});
        }
    return samples;
}

/// Runs with that label, and those without one on `problem` with `noise`, whose arms are all there
/// and have enough replicates for a mean: under heavy tails that takes more.
std::vector<const EvidenceRun*> runsAlike(const Evidence& evidence, const std::string& label,
                                          const char* problem, const char* noise,
                                          const std::vector<SlopeBand>& bands) {
    const std::int64_t fewestReplicates = std::string_view(noise) == "pareto" ? 200 : 16;
    std::vector<const EvidenceRun*> runs = evidence.labelled(label);
    for (const EvidenceRun& run : evidence.runs)
        if (isOwn(run) && isOn(run, problem) && run.values->text("noise") == noise &&
            run.values->integer("replicates") >= fewestReplicates &&
            std::all_of(bands.begin(), bands.end(), [&](const SlopeBand& band) {
                return !evidence.trialsOf(run, band.arm).empty();
            }))
            runs.push_back(&run);
    return runs;
}

// ---- The log of the adversarial problem ----------------------------------------------------

Judgement judgeLogarithm(const Evidence& evidence) {
    // √T·gap at T = 64, 256, 1024, 4096, 8192; deterministic, computed once in numpy.
    const std::map<double, double> expectedSqrt = {
        {64, 0.2428}, {256, 0.3070}, {1024, 0.3717}, {4096, 0.4366}, {8192, 0.4691}};
    const std::map<double, double> expectedLinear = {
        {64, 0.0349}, {256, 0.0342}, {1024, 0.0339}, {4096, 0.0339}, {8192, 0.0339}};
    constexpr double tolerance = 0.01;
    std::vector<Sample> samples;
    double slope = NAN;
    for (const EvidenceRun& run : evidence.runs) {
        if (!isOn(run, "adversarial") || run.values->real("step_scale") != 1.0)
            continue;
        const auto compare = [&](const std::string& arm, const std::map<double, double>& expected) {
            Numbers logs, values;
            for (const auto& [horizon, gaps] : finalsOf(evidence, run, arm, "scaled_gap")) {
                const auto known = expected.find(horizon);
                if (known == expected.end())
                    continue;
                const double ratio = mean(gaps) / known->second;
                samples.push_back({ratio, std::abs(ratio - 1.0) <= tolerance,
                                   fmt::format("{}, T = {}", arm, horizon)});
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
        samples.push_back({fit.slope * 32.0, fit.slope > 1.0 / 32.0, "sqrt, 32 × slope in ln T"});
    }
    Judgement judgement = judgeAll(
        samples, "each √T·gap within 1 %, slope of sqrt in ln T above 1/32",
        "√T·gap over its value by an independent computation, and the slope in ln T times 32");
    judgement.measured = judgement.low = judgement.high = slope;
    return judgement;
}

// ---- Rates ---------------------------------------------------------------------------------

Judgement judgeLipschitz(const Evidence& evidence) {
    const std::vector<SlopeBand> bands = {
        {"sqrt", -0.6, -0.4}, {"const", -0.6, -0.4}, {"linear", -INFINITY, -0.45}};
    return judgeAll(
        slopeSamples(evidence, runsAlike(evidence, "absolute", "absolute", "none", bands), bands),
        "sqrt and const −0.5 ± 0.1, linear ≤ −0.45 (one-sided: this problem is sharp, "
        "easier than the worst case)",
        "Log–log slope of the mean gap at T = 256, 1024, 4096, 16384");
}

Judgement judgeLinearWins(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        constexpr double horizon = 16384;
        const ByHorizon plain = finalsOf(evidence, run, "sqrt");
        const ByHorizon linear = finalsOf(evidence, run, "linear");
        if (!isOn(run, "absolute") || !plain.contains(horizon) || !linear.contains(horizon))
            continue;
        const double ratio = mean(plain.at(horizon)) / mean(linear.at(horizon));
        samples.push_back({ratio, ratio > 5.0, placeOf(run)});
    }
    return judgeAll(samples, "above 5", "Mean gap of sqrt over that of linear at T = 16384");
}

Judgement judgeComposite(const Evidence& evidence) {
    std::vector<Sample> samples =
        slopeSamples(evidence, evidence.labelled("convex"), {{"sqrt", -0.6, -0.4}});
    for (const char* label : {"strong f", "strong h"})
        for (const Sample& sample :
             slopeSamples(evidence, evidence.labelled(label),
                          {{"strong_1", -1.12, -0.88}, {"strong_2", -1.12, -0.88}}))
            samples.push_back(sample);
    return judgeAll(samples, "convex −0.5 ± 0.1, strongly convex −1 ± 0.12",
                    "Log–log slope of the mean gap at T = 256, 1024, 4096, 16384");
}

// ---- Tails ---------------------------------------------------------------------------------

Judgement judgeQuantiles(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string listed;
    for (const EvidenceRun& run : evidence.runs)
        for (const auto& [horizon, gaps] : finalsOf(evidence, run, "linear")) {
            if (!isOn(run, "absolute") || gaps.size() < 4000) // the quantile at 0.001 needs them
                continue;
            Numbers q;
            for (const double delta : {0.5, 0.1, 0.01, 0.001})
                q.push_back(quantile(gaps, 1.0 - delta));
            const double first = (q[1] - q[0]) / std::log(5.0);
            const double last = (q[3] - q[2]) / std::log(10.0);
            const double ratio = q[3] / q[0];
            samples.push_back({ratio, ratio < 4.0 && last <= first, placeOf(run)});
            listed += fmt::format(" {}: {:.5f} / {:.5f} / {:.5f} / {:.5f}, slopes {:.5f} and "
                                  "{:.5f}.",
                                  placeOf(run), q[0], q[1], q[2], q[3], first, last);
        }
    Judgement judgement = judgeAll(samples, "below 4, and not steeper at the end than at the start",
                                   "Quantile at 0.999 over the median");
    judgement.explanation += listed;
    return judgement;
}

Judgement judgeHeavyTails(const Evidence& evidence) {
    constexpr double bound = -(1.0 - 1.0 / 1.5) + 0.05;
    const std::vector<SlopeBand> bands = {{"heavy", -INFINITY, bound}, {"sqrt", -0.25, INFINITY}};
    return judgeAll(
        slopeSamples(evidence, runsAlike(evidence, "pareto", "absolute", "pareto", bands), bands),
        fmt::format("heavy ≤ {:.3f}, plain SGD above −0.25", bound),
        "Log–log slope of the mean gap at T = 256, 1024, 4096, 16384");
}

Judgement judgeGeometry(const Evidence& evidence) {
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
            samples.push_back({ratio, ratio >= 5.0, placeOf(*entropic)});
        }
    return judgeAll(samples, "at least 5",
                    "Mean gap of the Euclidean projection over that of entropic steps, d = 100");
}

// ---- Protocols -----------------------------------------------------------------------------

Overrides slopeRun(Names arms, std::int64_t replicates, Overrides further = {}) {
    further.insert(
        {{"arms", std::move(arms)}, {"horizons", slopeHorizons}, {"replicates", replicates}});
    return further;
}

Overrides composite(Names arms, const char* curvature, double ridge) {
    return slopeRun(std::move(arms), 64,
                    {{"problem", std::string("composite")},
                     {"dimension", whole(50)},
                     {"curvature", std::string(curvature)},
                     {"ridge_weight", ridge},
                     {"noise", std::string("gaussian")}});
}

Overrides simplex(const char* geometry, double scale) {
    return {{"problem", std::string("simplex")},
            {"geometry", std::string(geometry)},
            {"dimension", whole(100)},
            {"noise", std::string("signs")},
            {"step_scale", scale},
            {"arms", Names{"linear"}},
            {"horizons", Numbers{2000}},
            {"replicates", whole(16)}};
}

Refutation fixedStep(const Names& arms, const Names& replaced) {
    std::map<std::string, std::string> places;
    for (const std::string& arm : replaced)
        places[arm] = "fixed";
    return {"a step that never decays", {{"arms", arms}}, places};
}

std::vector<Claim> rates() {
    return {
        {.id = "log_of_sqrt",
         .statement =
             "The last iterate of 1/√t steps pays log T on the adversarial problem; linear "
             "decay does not.",
         .threshold = Stated{"√T·gap 0.243 … 0.469 against 0.034 … 0.035", {}},
         .protocol = {{{"adversarial",
                        {{"problem", std::string("adversarial")},
                         {"arms", Names{"sqrt", "const", "linear"}},
                         {"horizons", Numbers{64, 256, 1024, 4096, 8192}},
                         {"replicates", whole(1)}}}},
                      {}},
         .judge = judgeLogarithm,
         .refutations = {{"the constant step in the place of linear decay",
                          {},
                          {{"linear", "const"}}},
                         {"linear decay in the place of η/√t", {}, {{"sqrt", "linear"}}}},
         .live = true},
        {.id = "lipschitz_rate",
         .statement = "On an unbounded domain the last iterate reaches 1/√T for Lipschitz losses.",
         .threshold = Stated{"slope −0.5 ± 0.1; linear ≤ −0.45", {}},
         .protocol = {{{"absolute", slopeRun({"sqrt", "const", "linear"}, 64)}}, {0, 1, 2}},
         .judge = judgeLipschitz,
         .refutations = {fixedStep({"fixed", "const", "linear"}, {"sqrt"}),
                         fixedStep({"sqrt", "const", "fixed"}, {"linear"})},
         .live = true},
        {.id = "linear_beats_sqrt",
         .statement = "A linearly decaying step beats η/√t at the last iterate.",
         .threshold = Stated{"gap ratio above 5 at T = 16384", {}},
         .protocol = {{{"absolute", slopeRun({"sqrt", "const", "linear"}, 64)}}, {0, 1, 2}},
         .judge = judgeLinearWins,
         .refutations = {{"the constant step in the place of linear decay",
                          {},
                          {{"linear", "const"}}}},
         .live = true},
        {.id = "composite_rate",
         .statement = "Smooth composite problems: 1/√T when convex, 1/T when f or h is strongly "
                      "convex.",
         .threshold = Stated{"slopes −0.5 ± 0.1 and −1 ± 0.12", {}},
         .protocol = {{{"convex", composite({"sqrt"}, "decaying", 0.0)},
                       {"strong f", composite({"strong_1", "strong_2"}, "strong", 0.0)},
                       {"strong h", composite({"strong_1", "strong_2"}, "linear", 0.1)}},
                      {0, 1, 2}},
         .judge = judgeComposite,
         .refutations = {fixedStep({"fixed"}, {"sqrt", "strong_1", "strong_2"})}}};
}

std::vector<Claim> tailsAndGeometry() {
    return {{.id = "high_probability",
             .statement = "With probability 1 − δ the gap of the last iterate pays only log(1/δ).",
             .threshold = Stated{"q(0.999)/q(0.5) < 4, concave in ln(1/δ)", {}},
             .protocol = {{{"gaussian",
                            {{"noise", std::string("gaussian")},
                             {"arms", Names{"linear"}},
                             {"horizons", Numbers{2048}},
                             {"replicates", whole(4000)}}}},
                          {0, 1, 2}},
             .judge = judgeQuantiles,
             .refutations = {{"Pareto noise, whose tail is polynomial",
                              {{"noise", std::string("pareto")}},
                              {}}},
             .live = true},
            {.id = "heavy_tails",
             .statement =
                 "Under noise without a variance, unclipped mirror descent with a uniformly "
                 "convex map keeps the rate T^{1/p − 1}, plain SGD does not.",
             .threshold = Stated{"heavy ≤ −0.283, SGD above −0.25", {}},
             .protocol = {{{"pareto", slopeRun({"sqrt", "heavy"}, 200,
                                               {{"noise", std::string("pareto")},
                                                {"noise_scale", 0.5},
                                                {"tail_index", 1.6},
                                                {"moment", 1.5},
                                                {"step_scale", 0.3}})}},
                          {0, 1, 2}},
             .judge = judgeHeavyTails,
             .refutations = {{"plain SGD in the place of the map for heavy tails",
                              {},
                              {{"heavy", "sqrt"}}},
                             {"Gaussian noise: plain SGD is not held up",
                              {{"noise", std::string("gaussian")}},
                              {}}},
             .live = true},
            {.id = "geometry",
             .statement = "On the simplex the entropic map beats Euclidean projection in high "
                          "dimension.",
             .threshold = Stated{"gap at least 5 times smaller at d = 100", {}},
             .protocol = {{{"entropic", simplex("entropic", std::sqrt(std::log(100.0)))},
                           {"euclidean", simplex("euclidean", std::sqrt(2.0 / 100.0))}},
                          {0, 1, 2}},
             .judge = judgeGeometry,
             .refutations = {
                 {"Euclidean projection in both runs",
                  {{"geometry", std::string("euclidean")}, {"step_scale", std::sqrt(2.0 / 100.0)}},
                  {}}}}};
}

} // namespace

std::vector<Claim> lastIterateSgdClaims() {
    std::vector<Claim> claims = rates();
    for (Claim& claim : tailsAndGeometry())
        claims.push_back(std::move(claim));
    return claims;
}

} // namespace convergence
