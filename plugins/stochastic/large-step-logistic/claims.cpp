// What the paper claims about large steps, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// The protocol's runs have labels. A run of the person's own has none, and is judged where it is
/// about the same thing.
bool isOwn(const EvidenceRun& run) {
    return run.label.empty();
}
bool suits(const EvidenceRun& run, const char* dataset) {
    return !isOwn(run) || run.values->text("dataset") == dataset;
}
/// T-shirts against trousers, for which the thresholds were set; other pairs differ, or cannot be
/// separated.
bool suitsImages(const EvidenceRun& run) {
    return !isOwn(run) || (suits(run, "fashion") && run.values->integer("class_positive") == 0 &&
                           run.values->integer("class_negative") == 1);
}
bool isBalanced(const EvidenceRun& run) {
    return !isOwn(run) || run.values->real("positive_fraction") == 0.5;
}
/// Its largest step, and its smallest if that counts, are those of the claim.
bool suitsSteps(const EvidenceRun& run, double largest, std::optional<double> smallest = {}) {
    const Numbers& gammas = run.values->numbers("step_size");
    const auto [low, high] = std::minmax_element(gammas.begin(), gammas.end());
    return !isOwn(run) || (*high == largest && (!smallest || *low == *smallest));
}

/// Trials of an arm that have ended, by γ (0 for arms without one). Empty until all have.
std::map<double, std::size_t> byGamma(const Evidence& evidence, const EvidenceRun& run,
                                      const std::string& arm) {
    std::map<double, std::size_t> result;
    for (const std::size_t trial : evidence.trialsOf(run, arm)) {
        if (!ended(run, trial) || trial >= run.recording->trials().rows())
            return {};
        if (isOwn(run) && finalOf(run, trial, "mixed") == 1.0) // its step size changed on the way
            return {};
        const auto& factors = run.recording->plans()[trial].factors;
        result[factors.contains("gamma") ? factors.at("gamma") : 0.0] = trial;
    }
    return result;
}

/// Iterations to separate of the trial with the smallest or largest γ; infinite where it did not
/// separate the data.
std::optional<double> countOf(const Evidence& evidence, const EvidenceRun& run,
                              const std::string& arm, bool largestGamma = true) {
    const auto trials = byGamma(evidence, run, arm);
    if (trials.empty())
        return std::nullopt;
    const double count = finalOf(
        run, largestGamma ? trials.rbegin()->second : trials.begin()->second, "separated_at");
    return std::isnan(count) ? INFINITY : count;
}

// ---- The worst case ------------------------------------------------------------------------

Judgement judgeTable(const Evidence& evidence) {
    // The paper's table for n = 1000, and the counts of an independent computation in numpy.
    const std::map<std::string, std::map<double, double>> expected = {
        {"lr_gd", {{1, 7313}, {10, 729}, {100, 308}, {1000, 301}}},
        {"normalized_gd", {{0.1, 157}, {1, 16}, {10, 2}, {100, 2}}},
        {"batch_perceptron", {{0, 301}}},
        {"normalized_perceptron", {{0, 2}}},
        {"perceptron", {{0, 2}}}};
    std::vector<Sample> samples;
    std::string counts;
    for (const EvidenceRun& run : evidence.runs) {
        if (!suits(run, "worst_case") || run.values->integer("sample_count") != 1000)
            continue;
        const bool takesFirst = run.values->text("perceptron_rule") == "first";
        for (const auto& [arm, byStep] : expected)
            for (const auto& [gamma, trial] : byGamma(evidence, run, arm))
                if (const auto known = byStep.find(gamma);
                    known != byStep.end() && (takesFirst || arm != "perceptron")) {
                    const double count = finalOf(run, trial, "separated_at");
                    samples.push_back({count - known->second, count == known->second,
                                       fmt::format("{}, γ = {}", arm, gamma)});
                    counts += fmt::format(" {} γ = {}: {}.", arm, gamma, count);
                }
    }
    Judgement judgement = judgeAll(samples, "0: every count exact",
                                   "Iterations to separate less the published count");
    judgement.explanation += counts;
    return judgement;
}

Judgement judgeLinearInN(const Evidence& evidence) {
    Numbers n, counts;
    for (const EvidenceRun& run : evidence.runs) {
        const auto count = countOf(evidence, run, "batch_perceptron");
        if (!count)
            return {};
        n.push_back(static_cast<double>(run.values->integer("sample_count")));
        counts.push_back(*count);
    }
    const LineFit fit = fitLogLog(n, counts);
    std::vector<Sample> samples;
    if (fit.valid())
        samples.push_back({fit.slope, std::abs(fit.slope - 1.0) <= 0.05, "n = 100 … 3000"});
    return judgeAll(samples, "1 ± 0.05", "Log–log slope of the iterations against n");
}

Judgement judgeTwoPoints(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const auto& [gamma, trial] : byGamma(evidence, run, "lr_gd")) {
            const Table& table = run.recording->trace(trial);
            if (!suits(run, "two_points") || gamma != 100.0 || table.rows() < 2)
                continue;
            const auto losses = table.column("loss");
            const auto margins = table.column("smallest_margin");
            samples.push_back({losses[1], std::abs(losses[1] - 12.5) <= 1e-9, "f(θ₁)"});
            const bool solved = losses.size() > 2 && margins[2] > 0.0 && losses[2] < 1e-9;
            samples.push_back({losses.size() > 2 ? losses[2] : NAN, solved, "f(θ₂)"});
        }
    return judgeAll(samples, "f(θ₁) = 12.5 ± 1e-9, f(θ₂) < 1e-9 and solved at step 2",
                    "Loss after one and two steps at γ = 100");
}

// ---- Images --------------------------------------------------------------------------------

Judgement judgeReduction(const Evidence& evidence) {
    const std::map<double, double> limits = {{100, 0.03}, {1e4, 0.01}, {1e6, 1e-10}};
    std::vector<Sample> samples;
    std::string all;
    for (const EvidenceRun& run : evidence.runs)
        for (const auto& [gamma, trial] : byGamma(evidence, run, "lr_gd")) {
            if (!suitsImages(run) || !isBalanced(run) || !run.values->boolean("reduction"))
                continue;
            const double distance = finalOf(run, trial, "largest_reduction_distance");
            all += fmt::format(" {} at γ = {:g}: {:.2g}.", placeOf(run), gamma, distance);
            if (const auto limit = limits.find(gamma); limit != limits.end())
                samples.push_back({distance, distance < limit->second,
                                   fmt::format("{}, γ = {:g}", placeOf(run), gamma)});
        }
    Judgement judgement = judgeAll(samples, "below 0.03, 0.01, 1e-10 at γ = 100, 1e4, 1e6",
                                   "Largest ‖θ_t/γ − θ̂_t‖/‖θ̂_t‖ over t = 1 … 60");
    judgement.explanation += all;
    return judgement;
}

Judgement judgeMoreLoss(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string all;
    for (const EvidenceRun& run : evidence.runs) {
        const auto trials = byGamma(evidence, run, "lr_gd");
        if (trials.size() < 2 || !suitsImages(run) || !isBalanced(run) ||
            !suitsSteps(run, 100.0, 1.0))
            continue;
        const std::size_t small = trials.begin()->second, large = trials.rbegin()->second;
        const auto slow = countOf(evidence, run, "lr_gd", false);
        const auto fast = countOf(evidence, run, "lr_gd", true);
        const double speed = *slow / *fast;
        const double largest =
            finalOf(run, large, "largest_loss") / finalOf(run, small, "largest_loss");
        const double middle =
            finalOf(run, large, "median_loss") / finalOf(run, small, "median_loss");
        samples.push_back({speed, speed >= 2.0 && largest >= 30.0 && middle >= 10.0, placeOf(run)});
        all += fmt::format(" {}: {} against {} iterations, largest loss {:.4g} against {:.4g}, "
                           "median {:.2g} against {:.2g}.",
                           placeOf(run), *slow, *fast, finalOf(run, large, "largest_loss"),
                           finalOf(run, small, "largest_loss"), finalOf(run, large, "median_loss"),
                           finalOf(run, small, "median_loss"));
    }
    Judgement judgement =
        judgeAll(samples, "at least 2, with 30 times the largest and 10 times the median loss",
                 "Iterations at γ = 1 over those at γ = 100");
    judgement.explanation += all;
    return judgement;
}

Judgement judgeLimit(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const auto descent = countOf(evidence, run, "lr_gd");
        const auto perceptron = countOf(evidence, run, "batch_perceptron");
        if (!descent || !perceptron || !suitsImages(run) || !suitsSteps(run, 100.0))
            continue;
        const double ratio = *descent / *perceptron;
        samples.push_back({ratio, std::abs(ratio - 1.0) <= 0.05,
                           fmt::format("{} ({}/{})", placeOf(run), *descent, *perceptron)});
    }
    return judgeAll(samples, "1 ± 0.05",
                    "Iterations of LR+GD at γ = 100 over the batch perceptron's");
}

Judgement judgeImbalance(const Evidence& evidence) {
    constexpr double rareShare = 0.05;
    std::vector<Sample> samples;
    std::string all;
    for (const EvidenceRun& run : evidence.runs) {
        const auto normalized = countOf(evidence, run, "normalized_gd", false);
        const auto plain = countOf(evidence, run, "lr_gd", true);
        if (!normalized || !plain || !suitsImages(run) || !suitsSteps(run, 100.0, 1.0) ||
            run.values->real("positive_fraction") > rareShare)
            continue;
        samples.push_back({*normalized / *plain, *normalized < *plain, placeOf(run)});
        all += fmt::format(" {}: {}/{}.", placeOf(run), *normalized, *plain);
    }
    Judgement judgement =
        judgeAll(samples, "below 1",
                 "Iterations of normalized LR+GD at γ = 1 over those of LR+GD at γ = 100");
    judgement.explanation += all;
    return judgement;
}

/// Counts against the bounds from the measured n, R and μ.
Judgement judgeBounds(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const char* arm :
             {"normalized_gd", "batch_perceptron", "normalized_perceptron", "perceptron"})
            for (const auto& [gamma, trial] : byGamma(evidence, run, arm)) {
                const double mu = finalOf(run, trial, "margin");
                const double base = std::pow(finalOf(run, trial, "radius") / mu, 2);
                const double n = static_cast<double>(run.values->integer("sample_count"));
                double bound = base;
                if (std::string_view(arm) == "batch_perceptron")
                    bound *= n;
                else if (std::string_view(arm) == "normalized_gd" && gamma > 0.0)
                    bound += 2.0 * std::log(2.0 * n - 1.0) / (gamma * mu * mu);
                const double count = finalOf(run, trial, "separated_at");
                const auto made = static_cast<double>(run.recording->iterations(trial));
                if (std::isnan(count) && made <= bound) // it may still keep its bound
                    continue;
                const double ratio = (std::isnan(count) ? made : count) / bound;
                if (!std::isnan(bound))
                    samples.push_back(
                        {ratio, ratio <= 1.0, fmt::format("{}, {}", placeOf(run), arm)});
            }
    return judgeAll(samples, "at most 1 (bounds are loose)", "Iterations over their bound");
}

// ---- Protocols -----------------------------------------------------------------------------

Overrides images(Names arms, Numbers gammas, Overrides further = {}) {
    further.insert({{"arms", std::move(arms)},
                    {"step_size", std::move(gammas)},
                    {"margin", false},
                    {"reduction", false}});
    return further;
}

Overrides worstCase(Names arms, std::int64_t n, Overrides further = {}) {
    further.insert({{"dataset", std::string("worst_case")},
                    {"arms", std::move(arms)},
                    {"sample_count", n},
                    {"perceptron_rule", std::string("first")},
                    {"max_iterations", whole(10000)},
                    {"reduction", false}});
    return further;
}

std::vector<Claim> deterministicClaims() {
    const Names all = {"lr_gd", "normalized_gd", "batch_perceptron", "normalized_perceptron",
                       "perceptron"};
    Protocol growth;
    for (const std::int64_t n : {100, 300, 1000, 3000})
        growth.runs.push_back({fmt::format("n = {}", n),
                               worstCase({"batch_perceptron", "normalized_perceptron"}, n)});
    return {
        {.id = "worst_case_table",
         .statement = "The paper's table for its worst case: counts match exactly.",
         .threshold = Stated{"LR+GD 308 at γ = 100; normalized 157, 16, 2, 2", {}},
         .protocol = {{{"n = 1000",
                        worstCase(all, 1000, {{"step_size", Numbers{0.1, 1, 10, 100, 1000}}})}},
                      {}},
         .judge = judgeTable,
         .refutations = {{"plain LR+GD in the place of the normalized method",
                          {},
                          {{"normalized_gd", "lr_gd"}}},
                         {"the normalized method in the place of LR+GD",
                          {},
                          {{"lr_gd", "normalized_gd"}}}},
         .live = true},
        {.id = "linear_in_n",
         .statement = "The factor n is real: on the worst case the batch perceptron needs a number "
                      "of steps proportional to n.",
         .threshold = Stated{"slope 1 ± 0.05", {}},
         .protocol = growth,
         .judge = judgeLinearInN,
         .refutations = {{"the normalized batch perceptron in its place",
                          {},
                          {{"batch_perceptron", "normalized_perceptron"}}}}},
        {.id = "two_points",
         .statement = "The loss can rise without bound on the way to a solution.",
         .threshold = Stated{"f(θ₁) = 12.5, f(θ₂) < 1e-9, solved at step 2", {}},
         .protocol = {{{"two points",
                        {{"dataset", std::string("two_points")},
                         {"arms", Names{"lr_gd", "normalized_gd"}},
                         {"step_size", Numbers{100}}}}},
                      {}},
         .judge = judgeTwoPoints,
         .refutations = {{"the normalized method in its place", {}, {{"lr_gd", "normalized_gd"}}}},
         .live = true},
        {.id = "bounds",
         .statement = "No count exceeds its bound, with the measured margin and radius.",
         .threshold = Stated{"ratio at most 1", {}},
         .protocol = {{{"worst case", worstCase({"normalized_gd", "batch_perceptron",
                                                 "normalized_perceptron", "perceptron"},
                                                1000, {{"step_size", Numbers{1, 100}}})},
                       {"images",
                        {{"arms", Names{"normalized_gd", "batch_perceptron",
                                        "normalized_perceptron", "perceptron"}},
                         {"step_size", Numbers{1, 100}},
                         {"reduction", false}}}},
                      {0, 1, 2}},
         .judge = judgeBounds,
         .refutations = {{"the batch perceptron in the place of the normalized one",
                          {},
                          {{"normalized_perceptron", "batch_perceptron"}}}},
         .live = true}};
}

std::vector<Claim> imageClaims() {
    return {{.id = "reduction",
             .statement = "As γ → ∞, θ_t/γ of LR+GD becomes the batch perceptron.",
             .threshold = Stated{"distance below 0.03, 0.01, 1e-10 at γ = 100, 1e4, 1e6", {}},
             .protocol = {{{"images",
                            {{"arms", Names{"lr_gd"}},
                             {"step_size", Numbers{1, 10, 100, 1e3, 1e4, 1e6}},
                             {"max_iterations", whole(60)},
                             {"margin", false}}}},
                          {0, 1, 2}},
             .judge = judgeReduction,
             .refutations = {{"a full first step of the batch perceptron",
                              {{"first_step", std::string("full")}},
                              {}}},
             .live = true},
            {.id = "more_loss_fewer_steps",
             .statement = "A larger step has a higher loss and separates sooner.",
             .threshold = Stated{"half the iterations, 30 times the largest loss", {}},
             .protocol = {{{"images", images({"lr_gd"}, {1, 100})}}, {0, 1, 2}},
             .judge = judgeMoreLoss,
             .refutations = {{"γ = 1.5 in the place of 100", {{"step_size", Numbers{1, 1.5}}}, {}}},
             .live = true},
            {.id = "large_step_is_perceptron",
             .statement = "At γ = 100 LR+GD takes as long as the batch perceptron.",
             .threshold = Stated{"counts within 5 %", {}},
             .protocol = {{{"images", images({"lr_gd", "batch_perceptron"}, {100})}}, {0, 1, 2}},
             .judge = judgeLimit,
             .refutations = {{"γ = 1 in the place of 100", {{"step_size", Numbers{1}}}, {}}},
             .live = true},
            {.id = "imbalance",
             .statement = "On imbalanced data the normalized method needs fewer iterations.",
             .threshold = Stated{"fewer at shares 0.02 and 0.05", {}},
             .protocol = {{{"share 0.02", images({"lr_gd", "normalized_gd"}, {1, 100},
                                                 {{"positive_fraction", 0.02}})},
                           {"share 0.05", images({"lr_gd", "normalized_gd"}, {1, 100},
                                                 {{"positive_fraction", 0.05}})}},
                          {0, 1, 2}},
             .judge = judgeImbalance,
             .refutations = {{"plain and normalized methods exchanged",
                              {},
                              {{"lr_gd", "normalized_gd"}, {"normalized_gd", "lr_gd"}}}},
             .live = true}};
}

} // namespace

std::vector<Claim> largeStepLogisticClaims() {
    std::vector<Claim> claims = deterministicClaims();
    for (Claim& claim : imageClaims())
        claims.push_back(std::move(claim));
    return claims;
}

} // namespace convergence
