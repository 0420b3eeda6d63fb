#include "plugins/stochastic/large-step-logistic/judges.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/large-step-logistic/arms.h"

namespace convergence::large_step {

namespace {

using Numbers = std::vector<double>;

/// The protocol's runs have labels. A run of the person's own has none, and is judged where it is
/// about the same thing.
bool isOwn(const EvidenceRun& run) {
    return run.label.empty();
}
bool suits(const EvidenceRun& run, Dataset dataset) {
    return !isOwn(run) || traitsOf(datasetChoices, run.values->text("dataset")).dataset == dataset;
}
/// T-shirts against trousers, for which the thresholds were set; other pairs differ, or cannot be
/// separated.
bool suitsImages(const EvidenceRun& run) {
    return !isOwn(run) ||
           (suits(run, Dataset::images) && run.values->integer("class_positive") == 0 &&
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

bool choosesAtRandom(const std::string& arm) {
    return traitsOf(separationArms, arm).method == SeparationMethod::perceptron;
}

} // namespace

// ---- The worst case ------------------------------------------------------------------------

Judgement judgeTable(const Evidence& evidence, const Claim& claim) {
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
        if (!suits(run, Dataset::worstCase) || run.values->integer("sample_count") != 1000)
            continue;
        const bool takesFirst =
            traitsOf(perceptronRules, run.values->text("perceptron_rule")).takesFirst;
        for (const auto& [arm, byStep] : expected)
            for (const auto& [gamma, trial] : byGamma(evidence, run, arm))
                if (const auto known = byStep.find(gamma);
                    known != byStep.end() && (takesFirst || !choosesAtRandom(arm))) {
                    const double count = finalOf(run, trial, "separated_at");
                    samples.push_back({count - known->second,
                                       claim.threshold.holds(count - known->second),
                                       fmt::format("{}, γ = {}", arm, gamma)});
                    counts += fmt::format(" {} γ = {}: {}.", arm, gamma, count);
                }
    }
    Judgement judgement =
        judgeAll(samples, claim.expected(), "Iterations to separate less the published count");
    judgement.explanation += counts;
    return judgement;
}

Judgement judgeLinearInN(const Evidence& evidence, const Claim& claim) {
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
        samples.push_back({fit.slope, claim.threshold.holds(fit.slope), "n = 100 … 3000"});
    return judgeAll(samples, claim.expected(), "Log–log slope of the iterations against n");
}

Judgement judgeTwoPoints(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const auto& [gamma, trial] : byGamma(evidence, run, "lr_gd")) {
            const Table& table = run.recording->trace(trial);
            if (!suits(run, Dataset::twoPoints) || gamma != 100.0 || table.rows() < 2)
                continue;
            const auto losses = table.column("loss");
            const auto margins = table.column("smallest_margin");
            samples.push_back({losses[1], claim.threshold.holds(losses[1]), "f(θ₁)"});
            const bool solved =
                losses.size() > 2 && margins[2] > 0.0 && claim.also.front().holds(losses[2]);
            samples.push_back({losses.size() > 2 ? losses[2] : NAN, solved, "f(θ₂)"});
        }
    return judgeAll(samples, claim.expected(), "Loss after one and two steps at γ = 100");
}

// ---- Images --------------------------------------------------------------------------------

Judgement judgeReduction(const Evidence& evidence, const Claim& claim) {
    const std::map<double, const Threshold*> thresholds = {
        {100, &claim.threshold}, {1e4, &claim.also.at(0)}, {1e6, &claim.also.at(1)}};
    std::vector<Sample> samples;
    std::string all;
    for (const EvidenceRun& run : evidence.runs)
        for (const auto& [gamma, trial] : byGamma(evidence, run, "lr_gd")) {
            if (!suitsImages(run) || !isBalanced(run) || !run.values->boolean("reduction"))
                continue;
            const double distance = finalOf(run, trial, "largest_reduction_distance");
            all += fmt::format(" {} at γ = {:g}: {:.2g}.", placeOf(run), gamma, distance);
            if (const auto at = thresholds.find(gamma); at != thresholds.end())
                samples.push_back({distance, at->second->holds(distance),
                                   fmt::format("{}, γ = {:g}", placeOf(run), gamma)});
        }
    Judgement judgement =
        judgeAll(samples, claim.expected(), "Largest ‖θ_t/γ − θ̂_t‖/‖θ̂_t‖ over t = 1 … 60");
    judgement.explanation += all;
    return judgement;
}

Judgement judgeMoreLoss(const Evidence& evidence, const Claim& claim) {
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
        samples.push_back({speed,
                           claim.threshold.holds(speed) && claim.also.at(0).holds(largest) &&
                               claim.also.at(1).holds(middle),
                           placeOf(run)});
        all += fmt::format(" {}: {} against {} iterations, largest loss {:.4g} against {:.4g}, "
                           "median {:.2g} against {:.2g}.",
                           placeOf(run), *slow, *fast, finalOf(run, large, "largest_loss"),
                           finalOf(run, small, "largest_loss"), finalOf(run, large, "median_loss"),
                           finalOf(run, small, "median_loss"));
    }
    Judgement judgement =
        judgeAll(samples, claim.expected(), "Iterations at γ = 1 over those at γ = 100");
    judgement.explanation += all;
    return judgement;
}

Judgement judgeLimit(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const auto descent = countOf(evidence, run, "lr_gd");
        const auto perceptron = countOf(evidence, run, "batch_perceptron");
        if (!descent || !perceptron || !suitsImages(run) || !suitsSteps(run, 100.0))
            continue;
        const double ratio = *descent / *perceptron;
        samples.push_back({ratio, claim.threshold.holds(ratio),
                           fmt::format("{} ({}/{})", placeOf(run), *descent, *perceptron)});
    }
    return judgeAll(samples, claim.expected(),
                    "Iterations of LR+GD at γ = 100 over the batch perceptron's");
}

Judgement judgeImbalance(const Evidence& evidence, const Claim& claim) {
    constexpr double rareShare = 0.05;
    std::vector<Sample> samples;
    std::string all;
    for (const EvidenceRun& run : evidence.runs) {
        const auto normalized = countOf(evidence, run, "normalized_gd", false);
        const auto plain = countOf(evidence, run, "lr_gd", true);
        if (!normalized || !plain || !suitsImages(run) || !suitsSteps(run, 100.0, 1.0) ||
            run.values->real("positive_fraction") > rareShare)
            continue;
        const double ratio = *normalized / *plain;
        samples.push_back({ratio, claim.threshold.holds(ratio), placeOf(run)});
        all += fmt::format(" {}: {}/{}.", placeOf(run), *normalized, *plain);
    }
    Judgement judgement =
        judgeAll(samples, claim.expected(),
                 "Iterations of normalized LR+GD at γ = 1 over those of LR+GD at γ = 100");
    judgement.explanation += all;
    return judgement;
}

/// Counts against the bounds from the measured n, R and μ: those of the arm that the claim names,
/// whatever ran in its place.
Judgement judgeBounds(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs)
        for (const char* arm :
             {"normalized_gd", "batch_perceptron", "normalized_perceptron", "perceptron"})
            for (const auto& [gamma, trial] : byGamma(evidence, run, arm)) {
                const double bound = updateBound(
                    traitsOf(separationArms, arm).method,
                    {.samples = static_cast<double>(run.values->integer("sample_count")),
                     .radius = finalOf(run, trial, "radius"),
                     .margin = finalOf(run, trial, "margin"),
                     .stepSize = gamma});
                const double count = finalOf(run, trial, "separated_at");
                const auto made = static_cast<double>(run.recording->iterations(trial));
                if (std::isnan(count) && made <= bound) // it may still keep its bound
                    continue;
                const double ratio = (std::isnan(count) ? made : count) / bound;
                if (!std::isnan(bound))
                    samples.push_back({ratio, claim.threshold.holds(ratio),
                                       fmt::format("{}, {}", placeOf(run), arm)});
            }
    return judgeAll(samples, claim.expected(), "Iterations over their bound");
}

} // namespace convergence::large_step
