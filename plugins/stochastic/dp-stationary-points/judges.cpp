#include "plugins/stochastic/dp-stationary-points/judges.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/dp-stationary-points/arms.h"

namespace convergence::private_points {

namespace {

using Numbers = std::vector<double>;

constexpr std::size_t fewestReplicates = 3; ///< over seeds and repeats, for slopes of means

/// A final metric over seeds and replicates, by one design factor, for each value of the others.
using ByFactor = std::map<double, Numbers>;
using Pooled = std::map<std::string, ByFactor>;

struct PoolOptions {
    ProblemKind problem = ProblemKind::location;
    std::string column = "gradient_norm";
    std::string factor = "sample_count";
};

/// Of all runs on that problem. Empty until all trials of the arm have ended.
Pooled pooled(const Evidence& evidence, const std::string& arm, const PoolOptions& of) {
    Pooled result;
    for (const EvidenceRun& run : evidence.runs) {
        if (problemOf(*run.values).kind != of.problem)
            continue;
        const Table& trials = run.recording->trials();
        const std::size_t index = trials.columnIndex(of.column);
        for (const std::size_t trial : evidence.trialsOf(run, arm)) {
            if (!ended(run, trial) || trial >= trials.rows())
                return {};
            std::string others;
            for (const auto& [name, value] : run.recording->plans()[trial].factors)
                if (name != of.factor)
                    others += fmt::format(", {} = {:g}", name, value);
            result[others][run.recording->plans()[trial].factors.at(of.factor)].push_back(
                trials.at(trial, index));
        }
    }
    return result;
}

/// Log–log slope of the mean. Invalid with too few replicates, or n over too short a range.
LineFit slopeOf(const ByFactor& values, std::size_t fewest) {
    constexpr double shortestRange = 7.9;
    Numbers n, means;
    for (const auto& [count, sample] : values) {
        if (sample.size() < fewest)
            return {};
        n.push_back(count);
        means.push_back(mean(sample));
    }
    return n.empty() || n.back() < shortestRange * n.front() ? LineFit{} : fitLogLog(n, means);
}

/// " n = 2000: 0.0641 (0.0637, 0.0652), 4000: ..." Single values only where they are few.
std::string listing(const ByFactor& values, const char* symbol = "n") {
    constexpr std::size_t fewValues = 3;
    std::string all;
    for (const auto& [x, sample] : values) {
        all += all.empty() ? fmt::format(" {} = {:g}: ", symbol, x) : fmt::format(", {:g}: ", x);
        all += fmt::format("{:.3g}", mean(sample));
        std::string each;
        for (std::size_t i = 0; i < sample.size() && sample.size() <= fewValues; ++i)
            each += fmt::format("{}{:.3g}", i == 0 ? " (" : ", ", sample[i]);
        all += each.empty() ? "" : each + ")";
    }
    return all + ".";
}

std::string labelOf(const std::string& arm) {
    return std::string(traitsOf(privateArms, arm).label);
}

std::string_view idOf(ProblemKind kind) {
    return std::ranges::find(problemChoices, kind, &ProblemChoice::kind)->id;
}

struct ArmSlope {
    std::string arm;
    Threshold threshold;
};

struct SlopeOptions {
    ProblemKind problem = ProblemKind::location;
    std::string column = "gradient_norm";
    std::size_t fewest = fewestReplicates;
};

/// The slope in n of each arm's mean, held against its threshold.
Judgement judgeSlopes(const Evidence& evidence, const Claim& claim,
                      const std::vector<ArmSlope>& slopes, const SlopeOptions& of = {}) {
    std::vector<Sample> samples;
    std::string all;
    for (const ArmSlope& slope : slopes) {
        const Pooled values =
            pooled(evidence, slope.arm, {.problem = of.problem, .column = of.column});
        for (const auto& [others, byCount] : values) {
            const LineFit fit = slopeOf(byCount, of.fewest);
            if (!fit.valid())
                return {.threshold = claim.expected(),
                        .explanation = fmt::format(
                            "Needs {} replicates or more, and 3 numbers of samples or more over a "
                            "factor of 8.",
                            of.fewest)};
            const std::string name = labelOf(slope.arm) + (values.size() > 1 ? others : "");
            samples.push_back({fit.slope, slope.threshold.holds(fit.slope), name});
            all += fmt::format(" {}: slope {:.3f};", name, fit.slope) + listing(byCount);
        }
        if (values.empty())
            return {.threshold = claim.expected(),
                    .explanation = fmt::format("Needs {} on problem = {}.", labelOf(slope.arm),
                                               idOf(of.problem))};
    }
    Judgement judgement = judgeAll(samples, claim.expected(), "Log–log slope of the mean in n");
    judgement.explanation += all;
    return judgement;
}

/// Gradient norms of a method on the regression, by dimension.
ByFactor byDimension(const Evidence& evidence, const std::string& arm) {
    const Pooled all =
        pooled(evidence, arm, {.problem = ProblemKind::regression, .factor = "dimension"});
    return all.size() == 1 ? all.begin()->second : ByFactor{};
}

constexpr double smallDimension = 50.0, largeDimension = 3200.0;

bool hasBothDimensions(const ByFactor& values) {
    return values.contains(smallDimension) && values.contains(largeDimension);
}

double riseOf(const ByFactor& values) {
    return mean(values.at(largeDimension)) / mean(values.at(smallDimension));
}

} // namespace

// ---- Descent -------------------------------------------------------------------------------

Judgement judgeRates(const Evidence& evidence, const Claim& claim) {
    return judgeSlopes(evidence, claim,
                       {{"spiderboost", claim.threshold}, {"noisy_gd", claim.also.front()}});
}

Judgement judgeWork(const Evidence& evidence, const Claim& claim) {
    return judgeSlopes(evidence, claim, {{"spiderboost", claim.threshold}},
                       {.column = "oracle_calls", .fewest = 1});
}

Judgement observeCrossing(const Evidence& evidence, const Claim& claim) {
    Judgement judgement{.threshold = claim.expected()};
    const Pooled boost = pooled(evidence, "spiderboost", {});
    const Pooled descent = pooled(evidence, "noisy_gd", {});
    if (boost.size() != 1 || descent.size() != 1)
        return judgement;
    Numbers n, ratios;
    for (const auto& [count, sample] : boost.begin()->second)
        if (const auto other = descent.begin()->second.find(count);
            other != descent.begin()->second.end()) {
            n.push_back(count);
            ratios.push_back(mean(sample) / mean(other->second));
        }
    if (n.size() < 2)
        return judgement;
    judgement.measured = judgement.low = judgement.high = ratios.back();
    judgement.explanation = fmt::format(
        "SpiderBoost's gradient norm over that of noisy GD is {:.3g} at n = {:g} and {:.3g} at n = "
        "{:g}.",
        ratios.front(), n.front(), ratios.back(), n.back());
    const LineFit fit = fitLogLog(n, ratios);
    const double crossing = std::exp(-fit.intercept / fit.slope);
    if (crossing > n.front() && crossing < n.back())
        judgement.explanation += fmt::format(" The fitted lines cross at n = {:.0f}.", crossing);
    return judgement;
}

Judgement judgeTelescoping(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t boost : evidence.trialsOf(run, "spiderboost"))
            for (const std::size_t descent : evidence.trialsOf(run, "noisy_gd")) {
                if (!ended(run, boost) || !ended(run, descent))
                    return {};
                const auto a = run.recording->trace(boost).column("gradient_norm");
                const auto b = run.recording->trace(descent).column("gradient_norm");
                const auto errors = run.recording->trace(boost).column("estimator_error");
                double largest = 0.0;
                for (std::size_t t = 1; t < errors.size(); ++t)
                    largest = largerError(largest, errors[t]);
                for (std::size_t t = 0; t < std::min(a.size(), b.size()); ++t)
                    largest = largerError(largest, std::abs(a[t] - b[t]));
                samples.push_back({largest, claim.threshold.holds(largest),
                                   fmt::format("seed {}", run.values->integer("seed"))});
            }
    return judgeAll(
        samples, claim.expected(),
        "Largest error of SpiderBoost's estimate, and difference from gradient descent");
}

// ---- The tree mechanism, and convex losses -------------------------------------------------

Judgement judgeTreeRate(const Evidence& evidence, const Claim& claim) {
    return judgeSlopes(evidence, claim, {{"tree_spider", claim.threshold}});
}

/// Stopped early, a leaf's population gradient is below 3κα; no sample is used twice.
Judgement judgeTreeStop(const Evidence& evidence, const Claim& claim) {
    const Threshold &ofGradient = claim.threshold, &ofSamples = claim.also.front();
    std::vector<Sample> samples;
    std::size_t stopped = 0;
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "tree_spider")) {
            const Table& trials = run.recording->trials();
            if (!ended(run, trial) || trial >= trials.rows())
                return {};
            const auto final = [&](const char* column) {
                return trials.at(trial, trials.columnIndex(column));
            };
            const double n = run.recording->plans()[trial].factors.at("sample_count");
            const std::string place =
                fmt::format("n = {:g}, seed {}, replicate {}", n, run.values->integer("seed"),
                            run.recording->plans()[trial].replicate);
            if (const double used = final("samples_used") / n; !ofSamples.holds(used))
                samples.push_back({used, false, place + " (samples over n)"});
            if (final("stopped_early") != 1.0)
                continue;
            ++stopped;
            const double ratio = final("gradient_norm") / final("stop_level");
            samples.push_back({ratio, ofGradient.holds(ratio), place});
        }
    Judgement judgement = judgeAll(samples, claim.expected(),
                                   "Population gradient over α̃ where the leaf test stopped");
    if (samples.empty())
        judgement.explanation = "No run has stopped by the leaf test.";
    else
        judgement.explanation += fmt::format(" {} runs stopped early.", stopped);
    return judgement;
}

Judgement judgeRecursive(const Evidence& evidence, const Claim& claim) {
    return judgeSlopes(evidence, claim, {{"recursive_gd", claim.threshold}},
                       {.problem = ProblemKind::logistic});
}

// ---- Embeddings ----------------------------------------------------------------------------

Judgement judgeEmbedding(const Evidence& evidence, const Claim& claim) {
    const Threshold &ofRise = claim.threshold, &below = claim.also.at(0), &above = claim.also.at(1);
    const ByFactor direct = byDimension(evidence, "noisy_gd");
    const ByFactor embedding = byDimension(evidence, "jl_noisy_gd");
    if (!hasBothDimensions(direct) || !hasBothDimensions(embedding))
        return {.threshold = claim.expected(),
                .explanation = "Needs both methods on the regression at d = 50 and 3200."};
    const auto overDirect = [&](double d) { return mean(embedding.at(d)) / mean(direct.at(d)); };
    const double rise = riseOf(embedding);
    const double atSmall = overDirect(smallDimension), atLarge = overDirect(largeDimension);
    Judgement judgement = judgeAll({{rise, ofRise.holds(rise), "JL, from d = 50 to 3200"},
                                    {atSmall, below.holds(atSmall), "JL over direct, d = 50"},
                                    {atLarge, above.holds(atLarge), "JL over direct, d = 3200"}},
                                   claim.expected(), "Ratios of mean gradient norms at n = 2000");
    judgement.measured = judgement.low = judgement.high = rise;
    judgement.explanation += " Direct:" + listing(direct, "d") + " JL:" + listing(embedding, "d");
    return judgement;
}

Judgement judgeDirectRise(const Evidence& evidence, const Claim& claim) {
    const ByFactor direct = byDimension(evidence, "noisy_gd");
    if (!hasBothDimensions(direct))
        return {.threshold = claim.expected(),
                .explanation = "Needs noisy GD on the regression at d = 50 and 3200."};
    const double rise = riseOf(direct);
    Judgement judgement =
        judgeAll({{rise, claim.threshold.holds(rise), "d = 50 to 3200"}}, claim.expected(),
                 "Mean gradient norm at d = 3200 over that at d = 50, n = 2000");
    judgement.explanation += listing(direct, "d");
    return judgement;
}

} // namespace convergence::private_points
