// What the paper claims about private stationary points, the runs that each claim needs, and what
// refutes it.

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/dp-stationary-points/arms.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"

namespace convergence::private_points {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- What is measured ----------------------------------------------------------------------

constexpr const char* slopeOfMean =
    "Log–log slope of the mean in n (3 replicates or more, n over a factor of 8)";

RunFilter isOn(ProblemKind problem) {
    return [problem](const EvidenceRun& run) { return problemOf(*run.values).kind == problem; };
}

/// Trials of an arm by n; empty where they differ in more than n, have too few replicates for a
/// mean, or n over too short a range for a slope.
std::map<double, std::vector<Place>> trialsByCount(const Place& place, const std::string& arm,
                                                   std::size_t fewest) {
    constexpr double shortestRange = 7.9;
    std::map<double, std::vector<Place>> all;
    std::map<std::string, double> others;
    for (const Place& at : trialsAt(place, arm)) {
        auto factors = at.run.recording->plans()[*at.trial].factors;
        all[factors.at("sample_count")].push_back(at);
        factors.erase("sample_count");
        if (all.size() > 1 && factors != others)
            return {};
        others = std::move(factors);
    }
    const bool isEnough =
        !all.empty() && all.rbegin()->first >= shortestRange * all.begin()->first &&
        std::ranges::all_of(all,
                            [fewest](const auto& entry) { return entry.second.size() >= fewest; });
    return isEnough ? all : std::map<double, std::vector<Place>>{};
}

/// In n, of the mean of a final metric over all trials; the means of a pool are remarked.
Measure slope(const std::string& arm, const char* column = "gradient_norm",
              std::size_t fewest = 3) {
    return Measure([=](const Place& place) -> Number {
        const auto trials = trialsByCount(place, arm, fewest);
        const Number measured = trials.empty()
                                    ? std::nullopt
                                    : slopeOf(arm, factor("sample_count"), final(column)).at(place);
        if (!measured || !place.remarks || !place.pool)
            return measured;
        std::string means;
        for (const auto& [n, places] : trials) {
            Numbers values;
            for (const Place& at : places)
                values.push_back(final(column).at(at).value_or(NAN));
            means += fmt::format("{}{:g}: {:.3g}", means.empty() ? "" : ", ", n, mean(values));
        }
        place.remarks->insert(fmt::format("{}: slope {:.3f}; n = {}.",
                                          traitsOf(privateArms, arm).label, *measured, means));
        return measured;
    });
}

/// Mean gradient norm of SpiderBoost over that of noisy GD, at the fewest or the most samples.
using Pick = double (*)(const Numbers&);
double fewestOf(const Numbers& counts) {
    return std::ranges::min(counts);
}
double mostOf(const Numbers& counts) {
    return std::ranges::max(counts);
}
Measure samples(Pick pick) {
    return Measure([pick](const Place& place) -> Number {
        return pick(place.run.values->numbers("sample_counts"));
    });
}
Measure boostOverDescent(Pick pick) {
    return Measure([pick](const Place& place) {
        return where("sample_count", pick(place.run.values->numbers("sample_counts")),
                     meanOf("spiderboost", final("gradient_norm")) /
                         meanOf("noisy_gd", final("gradient_norm")))
            .at(place);
    });
}
/// Where the ratio is 1, on a line between both ends.
Measure crossing() {
    const Measure first = log(boostOverDescent(fewestOf)), last = log(boostOverDescent(mostOf));
    const Measure share = first / (first - last);
    return apply([](double x) { return std::exp(x); },
                 log(samples(fewestOf)) + share * (log(samples(mostOf)) - log(samples(fewestOf))));
}

/// Largest error of SpiderBoost's estimate after the first, and largest difference of its gradient
/// norms from those of gradient descent.
Measure errorOfTelescoping() {
    return Measure([](const Place& place) -> Number {
        const auto boost = trialsAt(place, "spiderboost"), descent = trialsAt(place, "noisy_gd");
        if (boost.size() != 1 || descent.size() != 1 || !ended(place.run, *boost[0].trial) ||
            !ended(place.run, *descent[0].trial))
            return std::nullopt;
        const Table& own = place.run.recording->trace(*boost[0].trial);
        const auto errors = own.column("estimator_error"), a = own.column("gradient_norm");
        const auto b = place.run.recording->trace(*descent[0].trial).column("gradient_norm");
        double largest = 0.0;
        for (std::size_t t = 1; t < errors.size(); ++t)
            largest = largerError(largest, errors[t]);
        for (std::size_t t = 0; t < std::min(a.size(), b.size()); ++t)
            largest = largerError(largest, std::abs(a[t] - b[t]));
        return largest;
    });
}

/// Population gradient over the stop level α̃, of a trial that the leaf test stopped.
Measure overStopLevel() {
    return Measure([](const Place& place) -> Number {
        const Number stopped = final("stopped_early").at(place);
        return stopped && *stopped == 1.0 ? (final("gradient_norm") / final("stop_level")).at(place)
                                          : std::nullopt;
    });
}
/// The largest share of n that a trial of the run has used.
Measure shareUsed() {
    return largestOf("tree_spider", final("samples_used") / factor("sample_count"));
}
/// Of the trials that stopped, the share within 3 α̃.
Measure shareWithinStopLevel() {
    return Measure([](const Place& place) -> Number {
        double stopped = 0.0, within = 0.0;
        for (const Place& at : trialsAt(place, "tree_spider")) {
            if (!ended(at.run, *at.trial))
                return std::nullopt;
            if (const Number ratio = overStopLevel().at(at)) {
                ++stopped;
                within += *ratio <= 3.0 ? 1.0 : 0.0;
            }
        }
        return stopped > 0.0 ? Number(within / stopped) : std::nullopt;
    });
}

/// Mean gradient norm on the regression in a dimension.
Measure normIn(double dimension, const char* arm) {
    return where("dimension", dimension, meanOf(arm, final("gradient_norm")));
}
constexpr double small = 50.0, large = 3200.0;
Measure riseOf(const char* arm) {
    return normIn(large, arm) / normIn(small, arm);
}

// ---- Protocols -----------------------------------------------------------------------------

std::string word(const char* value) {
    return value;
}

Overrides counts(Names arms, Numbers n, Overrides further = {}) {
    further.insert(
        {{"arms", std::move(arms)}, {"sample_counts", std::move(n)}, {"repeats", whole(1)}});
    return further;
}

std::vector<Claim> descentClaims() {
    const Measure ofBoost = slope("spiderboost", "gradient_norm", 1);
    const Measure ofDescent = slope("noisy_gd", "gradient_norm", 1);
    const Protocol rates{
        {{"location", counts({"noisy_gd", "spiderboost"}, {2000, 4000, 8000, 16000, 32000})}},
        twentySeeds};
    return {
        {.id = "rates",
         .statement = "Private SpiderBoost's gradient norm falls with n to the power −2/3, faster "
                      "than that of noisy gradient descent.",
         .threshold = Within{"slope of SpiderBoost", -2.0 / 3.0, 0.1,
                             theorem("rate (√d/(nε))^{2/3}; margin ours")},
         .also = {Below{"slope less that of noisy GD", 0.0,
                        theorem("its rate is (√d/(nε))^{1/2}")}},
         .hold = Hold::onAverage,
         .protocol = rates,
         .judge = EachRun{.numbers = {ofBoost, ofBoost - ofDescent},
                          .what = "Log–log slope of SpiderBoost's gradient norm in n",
                          .told = {" {place}: {:.3f}, noisy GD {:.3f}.", {ofBoost, ofDescent}},
                          .where = isOn(ProblemKind::location)},
         .refutations = {{"the two methods exchanged",
                          {},
                          {{"spiderboost", "noisy_gd"}, {"noisy_gd", "spiderboost"}}},
                         {"one long phase, too long for the noise",
                          {{"mistake", word("one_phase")}},
                          {}}},
         .live = true},
        {.id = "work",
         .statement = "SpiderBoost's work, in gradients of single samples, grows with n to the "
                      "power 5/3.",
         .threshold = Within{"exponent of the work", 5.0 / 3.0, 0.1,
                             theorem("steps times batch; margin ours")},
         .protocol = rates,
         .judge = EachRun{.numbers = {slope("spiderboost", "oracle_calls", 1)},
                          .what = "Log–log slope of the work in n",
                          .where = isOn(ProblemKind::location),
                          .per = Per::pool},
         .refutations = {{"noisy gradient descent in its place",
                          {},
                          {{"spiderboost", "noisy_gd"}}}},
         .live = true},
        {.id = "crossing",
         .statement = "For few samples noisy gradient descent is better; SpiderBoost pays from the "
                      "crossing on.",
         .threshold = Stated{"the ratio falls below 1 as n grows", {}},
         .kind = ClaimKind::observation,
         .protocol = rates,
         .judge = Observe{.number = boostOverDescent(mostOf),
                          .what = "Mean gradient norm of SpiderBoost over that of noisy GD",
                          .told = {" It is {:.3g} at n = {:g} and {:.3g} at n = {:g}; between the "
                                   "ends the lines cross at n = {:.0f}.",
                                   {boostOverDescent(fewestOf), samples(fewestOf),
                                    boostOverDescent(mostOf), samples(mostOf), crossing()}},
                          .where = isOn(ProblemKind::location),
                          .per = Per::pool},
         .live = true},
        {.id = "telescoping",
         .statement = "Without noise and with full batches SpiderBoost is gradient descent.",
         .threshold = AtMost{"largest error, and difference from gradient descent", 1e-12,
                             identity("the telescoping sum is the gradient, up to rounding")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"silent", counts({"noisy_gd", "spiderboost"}, {2000},
                                         {{"noise_constant", 0.0}, {"exact_accounting", true}})}},
                      {}},
         .judge = EachRun{.numbers = {errorOfTelescoping()},
                          .what = "Largest error of SpiderBoost's estimate, and difference from "
                                  "gradient descent"},
         .refutations = {
             {"batches in the place of all samples", {{"exact_accounting", false}}, {}}}}};
}

std::vector<Claim> treeClaims() {
    const Protocol tree{{{"tree", counts({"tree_spider"}, {2000, 8000, 32000, 128000})}},
                        twentySeeds};
    const Refutation selected{
        "half of the population is left out", {{"mistake", word("selected_data")}}, {}};
    return {
        {.id = "tree_rate",
         .statement = "In a single pass, the tree mechanism's population gradient falls at least "
                      "with n to the power −1/3.",
         .threshold = AtMost{"slope", -1.0 / 3.0 + 0.05,
                             theorem("rate n^{−1/3} + (√d/(nε))^{1/2}; margin ours")},
         .protocol = tree,
         .judge = EachRun{.numbers = {slope("tree_spider")},
                          .what = slopeOfMean,
                          .where = isOn(ProblemKind::location),
                          .per = Per::pool},
         .refutations = {selected,
                         {"the theorem's stop factor: it stops at once",
                          {{"stop_factor", 5e4}},
                          {}}},
         .live = true},
        {.id = "tree_stop",
         .statement = "How often the population gradient is within 3α̃ where the leaf test stops "
                      "the tree mechanism at κ = ½.",
         .threshold = Stated{"always, were the estimate within α̃",
                             theorem("3α̃ where the estimate errs by at most α̃; at κ = ½ it errs "
                                     "by more, so that nothing is promised")},
         .kind = ClaimKind::observation,
         .protocol = tree,
         .judge = Observe{.number = shareWithinStopLevel(),
                          .what = "Share of the stopped runs within 3α̃",
                          .per = Per::pool},
         .live = true},
        {.id = "tree_stop_wide",
         .statement = "Where the leaf test stops the tree mechanism with a stop level above the "
                      "error of the estimate, the population gradient is at most 3α̃; no sample is "
                      "used twice.",
         .threshold = AtMost{"population gradient over α̃ at κ = 2", 3.0,
                             theorem("3α̃ where the estimate errs by at most α̃")},
         .also = {AtMost{"samples used over n", 1.0, identity("each sample is in one release")}},
         .protocol = {{{"wide",
                        counts({"tree_spider"}, {8000, 32000, 128000}, {{"stop_factor", 2.0}})}},
                      threeSeeds},
         .judge = EachTrial{.arms = {"tree_spider"},
                            .numbers = {overStopLevel(), shareUsed()},
                            .what = "Population gradient over α̃ where the leaf test stopped"},
         .refutations = {selected}}};
}

std::vector<Claim> furtherClaims() {
    const Protocol embedding{{{"regression", counts({"noisy_gd", "jl_noisy_gd"}, {2000},
                                                    {{"problem", word("regression")},
                                                     {"rank", whole(5)},
                                                     {"dimensions", Numbers{50, 3200}}})}},
                             twentySeeds};
    return {
        {.id = "recursive_rate",
         .statement = "On convex losses recursive regularization reaches 1/√n + √d/(nε) on "
                      "fresh samples.",
         .threshold =
             Between{"slope", -1.05, -0.45,
                     theorem("rate n^{−1/2} + √d/(nε), between −1/2 and −1; margins ours")},
         .protocol = {{{"logistic", counts({"recursive_gd"}, {1000, 4000, 16000, 64000},
                                           {{"problem", word("logistic")}})}},
                      threeSeeds},
         .judge = EachRun{.numbers = {slope("recursive_gd")},
                          .what = slopeOfMean,
                          .where = isOn(ProblemKind::logistic),
                          .per = Per::pool},
         .refutations = {{"noise made for the sum added to the mean",
                          {{"mistake", word("noise_on_sum")}},
                          {}}},
         .live = true},
        {.id = "embedding",
         .statement = "At n = 2000 and rank 5 a random embedding makes noisy gradient descent "
                      "independent of d, for better where d is large, for worse where it is small.",
         .threshold =
             Below{"JL at d = 3200 over d = 50", 1.35,
                   ours("the rate depends on the rank alone; the margin for chance is ours")},
         .also = {Above{"JL over direct at d = 50", 1.0, baseline("noisy GD without an embedding")},
                  Below{"JL over direct at d = 3200", 1.0,
                        baseline("noisy GD without an embedding")}},
         .protocol = embedding,
         .judge = EachRun{.numbers = {riseOf("jl_noisy_gd"),
                                      normIn(small, "jl_noisy_gd") / normIn(small, "noisy_gd"),
                                      normIn(large, "jl_noisy_gd") / normIn(large, "noisy_gd")},
                          .what = "Mean gradient norm of JL at d = 3200 over that at d = 50, "
                                  "n = 2000",
                          .told = {" Direct: {:.3g} and {:.3g} at d = 50 and 3200; JL: {:.3g} and "
                                   "{:.3g}.",
                                   {normIn(small, "noisy_gd"), normIn(large, "noisy_gd"),
                                    normIn(small, "jl_noisy_gd"), normIn(large, "jl_noisy_gd")}},
                          .where = isOn(ProblemKind::regression),
                          .per = Per::pool},
         .refutations = {{"no embedding", {}, {{"jl_noisy_gd", "noisy_gd"}}},
                         {"an embedding into so many dimensions that nothing is gained",
                          {{"embedding_dimension", whole(1000)}},
                          {}}},
         .live = true},
        {.id = "direct_rise",
         .statement = "At n = 2000, without an embedding, the gradient norm of noisy gradient "
                      "descent grows with d, more than with one.",
         .threshold = DifferenceAbove{"rise from d = 50 to 3200, direct less JL", 0.0,
                                      ablation("the same method with the embedding")},
         .protocol = embedding,
         .judge = MeanOverRuns{.numbers = {riseOf("noisy_gd") - riseOf("jl_noisy_gd")},
                               .what = "Gradient norm at d = 3200 over that at d = 50, direct less "
                                       "JL",
                               .told = {" {place}: {:.2f} and {:.2f}.",
                                        {riseOf("noisy_gd"), riseOf("jl_noisy_gd")}},
                               .where = isOn(ProblemKind::regression)},
         .refutations = {{"the embedding in its place", {}, {{"noisy_gd", "jl_noisy_gd"}}}}}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({descentClaims(), treeClaims(), furtherClaims()});
}

} // namespace convergence::private_points
