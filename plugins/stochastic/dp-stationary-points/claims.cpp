// What the paper claims about private stationary points, and how each claim is measured and
// refuted.

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

constexpr std::size_t fewestReplicates = 3; ///< over seeds and repeats, for slopes of means

std::string text(const char* value) {
    return value;
}

/// A final metric over seeds and replicates, by one design factor, for each value of the others.
using ByFactor = std::map<double, Numbers>;
using Pooled = std::map<std::string, ByFactor>;

/// Of all runs on that problem. Empty until all trials of the arm have ended.
Pooled pooled(const Evidence& evidence, const std::string& arm, const char* problem,
              const std::string& column = "gradient_norm",
              const std::string& factor = "sample_count") {
    Pooled result;
    for (const EvidenceRun& run : evidence.runs) {
        if (run.values->text("problem") != problem)
            continue;
        const Table& trials = run.recording->trials();
        const std::size_t index = trials.columnIndex(column);
        for (const std::size_t trial : evidence.trialsOf(run, arm)) {
            if (!ended(run, trial) || trial >= trials.rows())
                return {};
            std::string others;
            for (const auto& [name, value] : run.recording->plans()[trial].factors)
                if (name != factor)
                    others += fmt::format(", {} = {:g}", name, value);
            result[others][run.recording->plans()[trial].factors.at(factor)].push_back(
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
    const auto& arms = privateMethodArms();
    return std::find_if(arms.begin(), arms.end(), [&](const Arm& a) { return a.id == arm; })->label;
}

struct SlopeBand {
    std::string arm;
    double low;
    double high;
};

Judgement judgeSlopes(const Evidence& evidence, const char* problem,
                      const std::vector<SlopeBand>& bands, const std::string& threshold,
                      const std::string& column = "gradient_norm",
                      std::size_t fewest = fewestReplicates) {
    std::vector<Sample> samples;
    std::string all;
    for (const SlopeBand& band : bands) {
        const Pooled values = pooled(evidence, band.arm, problem, column);
        for (const auto& [others, byCount] : values) {
            const LineFit fit = slopeOf(byCount, fewest);
            if (!fit.valid())
                return {.threshold = threshold,
                        .explanation = fmt::format(
                            "Needs {} replicates or more, and 3 numbers of samples or more over a "
                            "factor of 8.",
                            fewest)};
            const std::string name = labelOf(band.arm) + (values.size() > 1 ? others : "");
            samples.push_back({fit.slope, fit.slope >= band.low && fit.slope <= band.high, name});
            all += fmt::format(" {}: slope {:.3f};", name, fit.slope) + listing(byCount);
        }
        if (values.empty())
            return {.threshold = threshold,
                    .explanation =
                        fmt::format("Needs {} on problem = {}.", labelOf(band.arm), problem)};
    }
    Judgement judgement = judgeAll(samples, threshold, "Log–log slope of the mean in n");
    judgement.explanation += all;
    return judgement;
}

Judgement judgeRates(const Evidence& evidence) {
    return judgeSlopes(
        evidence, "location",
        {{"spiderboost", -2.0 / 3.0 - 0.1, -2.0 / 3.0 + 0.1}, {"noisy_gd", -0.62, -0.38}},
        "SpiderBoost −2/3 ± 0.1, noisy GD −1/2 ± 0.12");
}

Judgement judgeWork(const Evidence& evidence) {
    return judgeSlopes(evidence, "location", {{"spiderboost", 5.0 / 3.0 - 0.1, 5.0 / 3.0 + 0.1}},
                       "5/3 ± 0.1", "oracle_calls", 1);
}

Judgement judgeTreeRate(const Evidence& evidence) {
    return judgeSlopes(evidence, "location", {{"tree_spider", -INFINITY, -1.0 / 3.0 + 0.05}},
                       "at most −1/3 + 0.05");
}

Judgement judgeRecursive(const Evidence& evidence) {
    return judgeSlopes(evidence, "logistic", {{"recursive_gd", -1.05, -0.45}}, "−1.05 to −0.45");
}

Judgement observeCrossing(const Evidence& evidence) {
    Judgement judgement{.threshold = "no threshold"};
    const Pooled boost = pooled(evidence, "spiderboost", "location");
    const Pooled descent = pooled(evidence, "noisy_gd", "location");
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

/// Stopped early, a leaf's population gradient is below 3κα; no sample is used twice.
Judgement judgeTreeStop(const Evidence& evidence) {
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
            if (final("samples_used") > n)
                samples.push_back({final("samples_used") / n, false, place + " (samples over n)"});
            if (final("stopped_early") != 1.0)
                continue;
            ++stopped;
            const double ratio = final("gradient_norm") / final("stop_level");
            samples.push_back({ratio, ratio <= 3.0, place});
        }
    Judgement judgement = judgeAll(samples, "at most 3, samples used at most n",
                                   "Population gradient over α̃ where the leaf test stopped");
    if (samples.empty())
        judgement.explanation = "No run has stopped by the leaf test.";
    else
        judgement.explanation += fmt::format(" {} runs stopped early.", stopped);
    return judgement;
}

/// Gradient norms of a method on the regression, by dimension.
ByFactor byDimension(const Evidence& evidence, const std::string& arm) {
    const Pooled all = pooled(evidence, arm, "regression", "gradient_norm", "dimension");
    return all.size() == 1 ? all.begin()->second : ByFactor{};
}

constexpr double smallDimension = 50.0, largeDimension = 3200.0;

bool hasBothDimensions(const ByFactor& values) {
    return values.contains(smallDimension) && values.contains(largeDimension);
}

double riseOf(const ByFactor& values) {
    return mean(values.at(largeDimension)) / mean(values.at(smallDimension));
}

Judgement judgeEmbedding(const Evidence& evidence) {
    const std::string threshold =
        "JL rises less than 1.35-fold, loses at d = 50 and wins at d = 3200";
    const ByFactor direct = byDimension(evidence, "noisy_gd");
    const ByFactor embedding = byDimension(evidence, "jl_noisy_gd");
    if (!hasBothDimensions(direct) || !hasBothDimensions(embedding))
        return {.threshold = threshold,
                .explanation = "Needs both methods on the regression at d = 50 and 3200."};
    const auto overDirect = [&](double d) { return mean(embedding.at(d)) / mean(direct.at(d)); };
    const double rise = riseOf(embedding);
    Judgement judgement = judgeAll(
        {{rise, rise < 1.35, "JL, from d = 50 to 3200"},
         {overDirect(smallDimension), overDirect(smallDimension) > 1.0, "JL over direct, d = 50"},
         {overDirect(largeDimension), overDirect(largeDimension) < 1.0,
          "JL over direct, d = 3200"}},
        threshold, "Ratios of mean gradient norms at n = 2000");
    judgement.measured = judgement.low = judgement.high = rise;
    judgement.explanation += " Direct:" + listing(direct, "d") + " JL:" + listing(embedding, "d");
    return judgement;
}

Judgement judgeDirectRise(const Evidence& evidence) {
    const ByFactor direct = byDimension(evidence, "noisy_gd");
    if (!hasBothDimensions(direct))
        return {.threshold = "above 2.5",
                .explanation = "Needs noisy GD on the regression at d = 50 and 3200."};
    const double rise = riseOf(direct);
    Judgement judgement = judgeAll({{rise, rise > 2.5, "d = 50 to 3200"}}, "above 2.5",
                                   "Mean gradient norm at d = 3200 over that at d = 50, n = 2000");
    judgement.explanation += listing(direct, "d");
    return judgement;
}

Judgement judgeTelescoping(const Evidence& evidence) {
    constexpr double tolerance = 1e-12;
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
                samples.push_back({largest, largest <= tolerance,
                                   fmt::format("seed {}", run.values->integer("seed"))});
            }
    return judgeAll(
        samples, "at most 1e-12",
        "Largest error of SpiderBoost's estimate, and difference from gradient descent");
}

// ---- Protocols -----------------------------------------------------------------------------

Overrides counts(Names arms, Numbers n, Overrides further = {}) {
    further.insert(
        {{"arms", std::move(arms)}, {"sample_counts", std::move(n)}, {"repeats", whole(1)}});
    return further;
}

std::vector<Claim> descentClaims() {
    const Protocol rates{
        {{"location", counts({"noisy_gd", "spiderboost"}, {2000, 4000, 8000, 16000, 32000})}},
        threeSeeds};
    return {
        {.id = "rates",
         .statement = "Private SpiderBoost's gradient norm falls with n to the power −2/3, that "
                      "of noisy gradient descent to the power −1/2.",
         .threshold = Stated{"slopes −2/3 ± 0.1 and −1/2 ± 0.12", {}},
         .protocol = rates,
         .judge = judgeRates,
         .refutations = {{"the two methods exchanged",
                          {},
                          {{"spiderboost", "noisy_gd"}, {"noisy_gd", "spiderboost"}}},
                         {"one long phase, too long for the noise",
                          {{"mistake", text("one_phase")}},
                          {}}},
         .live = true},
        {.id = "work",
         .statement = "SpiderBoost's work, in gradients of single samples, grows with n to the "
                      "power 5/3.",
         .threshold = Stated{"exponent 5/3 ± 0.1", {}},
         .protocol = rates,
         .judge = judgeWork,
         .refutations = {{"noisy gradient descent in its place",
                          {},
                          {{"spiderboost", "noisy_gd"}}}},
         .live = true},
        {.id = "crossing",
         .statement = "For few samples noisy gradient descent is better; SpiderBoost pays from the "
                      "crossing on.",
         .threshold = Stated{"ratio 1.17 at n = 2000, 0.63 at 32000", {}},
         .kind = ClaimKind::observation,
         .protocol = rates,
         .judge = observeCrossing,
         .live = true},
        {.id = "telescoping",
         .statement = "Without noise and with full batches SpiderBoost is gradient descent.",
         .threshold = Stated{"to 1e-12", {}},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"silent", counts({"noisy_gd", "spiderboost"}, {2000},
                                         {{"noise_constant", 0.0}, {"exact_accounting", true}})}},
                      {}},
         .judge = judgeTelescoping,
         .refutations = {
             {"batches in the place of all samples", {{"exact_accounting", false}}, {}}}}};
}

std::vector<Claim> treeClaims() {
    const Protocol tree{{{"tree", counts({"tree_spider"}, {2000, 8000, 32000, 128000})}},
                        threeSeeds};
    const Refutation selected{
        "half of the population is left out", {{"mistake", text("selected_data")}}, {}};
    return {
        {.id = "tree_rate",
         .statement = "In a single pass, the tree mechanism's population gradient falls at least "
                      "with n to the power −1/3.",
         .threshold = Stated{"slope at most −1/3 + 0.05", {}},
         .protocol = tree,
         .judge = judgeTreeRate,
         .refutations = {selected,
                         {"the theorem's stop factor: it stops at once",
                          {{"stop_factor", 5e4}},
                          {}}},
         .live = true},
        {.id = "tree_stop",
         .statement = "Where the leaf test stops the tree mechanism, the population gradient is at "
                      "most 3α̃; no sample is used twice.",
         .threshold = Stated{"at most 3α̃", {}},
         .protocol = tree,
         .judge = judgeTreeStop,
         .refutations = {selected},
         .live = true},
        {.id = "tree_stop_wide",
         .statement = "The same with a stop level above the error of the estimate.",
         .threshold = Stated{"at most 3α̃ at κ = 2", {}},
         .protocol = {{{"wide",
                        counts({"tree_spider"}, {8000, 32000, 128000}, {{"stop_factor", 2.0}})}},
                      threeSeeds},
         .judge = judgeTreeStop,
         .refutations = {selected}}};
}

std::vector<Claim> furtherClaims() {
    const Protocol embedding{{{"regression", counts({"noisy_gd", "jl_noisy_gd"}, {2000},
                                                    {{"problem", text("regression")},
                                                     {"rank", whole(5)},
                                                     {"dimensions", Numbers{50, 3200}}})}},
                             threeSeeds};
    return {{.id = "recursive_rate",
             .statement = "On convex losses recursive regularization reaches 1/√n + √d/(nε) on "
                          "fresh samples.",
             .threshold = Stated{"slope −1.05 to −0.45", {}},
             .protocol = {{{"logistic", counts({"recursive_gd"}, {1000, 4000, 16000, 64000},
                                               {{"problem", text("logistic")}})}},
                          threeSeeds},
             .judge = judgeRecursive,
             .refutations = {{"noise made for the sum added to the mean",
                              {{"mistake", text("noise_on_sum")}},
                              {}}},
             .live = true},
            {.id = "embedding",
             .statement =
                 "At n = 2000 and rank 5 a random embedding makes noisy gradient descent "
                 "independent of d, for better where d is large, for worse where it is small.",
             .threshold = Stated{"less than 1.35-fold from d = 50 to 3200", {}},
             .protocol = embedding,
             .judge = judgeEmbedding,
             .refutations = {{"no embedding", {}, {{"jl_noisy_gd", "noisy_gd"}}},
                             {"an embedding into so many dimensions that nothing is gained",
                              {{"embedding_dimension", whole(1000)}},
                              {}}},
             .live = true},
            {.id = "direct_rise",
             .statement = "At n = 2000, without an embedding, the gradient norm of noisy gradient "
                          "descent grows with d.",
             .threshold = Stated{"more than 2.5-fold from d = 50 to 3200", {}},
             .protocol = embedding,
             .judge = judgeDirectRise,
             .refutations = {{"the embedding in its place", {}, {{"noisy_gd", "jl_noisy_gd"}}}},
             .live = true}};
}

} // namespace

std::vector<Claim> dpStationaryPointsClaims() {
    std::vector<Claim> claims = descentClaims();
    for (auto further : {treeClaims(), furtherClaims()})
        for (Claim& claim : further)
            claims.push_back(std::move(claim));
    return claims;
}

} // namespace convergence
