#include "plugins/stochastic/one-epoch/judges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/tuning.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/one-epoch/arms.h"
#include "plugins/stochastic/one-epoch/frames.h"

namespace convergence::one_epoch {

namespace {

enum class Dropout { without, with };

/// A final metric by seed, of an arm's trials without dropout, or with the most there is. Empty
/// until all of them have ended.
using BySeed = std::map<std::int64_t, double>;

struct Chosen {
    std::int64_t seed;
    std::size_t trial;
};

std::vector<Chosen> chosenTrials(const Evidence& evidence, const EvidenceRun& run,
                                 const std::string& arm, Dropout dropout) {
    const auto trials = evidence.trialsOf(run, arm);
    const auto rateOf = [&](std::size_t trial) {
        const auto& factors = run.recording->plans()[trial].factors;
        const auto found = factors.find("dropout");
        return found == factors.end() ? 0.0 : found->second;
    };
    double most = 0.0;
    for (const std::size_t trial : trials)
        most = std::max(most, rateOf(trial));
    if (dropout == Dropout::with && most == 0.0)
        return {};
    std::vector<Chosen> chosen;
    for (const std::size_t trial : trials)
        if (rateOf(trial) == (dropout == Dropout::with ? most : 0.0)) {
            if (!ended(run, trial))
                return {};
            const auto replicate =
                static_cast<std::int64_t>(run.recording->plans()[trial].replicate);
            chosen.push_back({run.values->integer("seed") + replicate, trial});
        }
    return chosen;
}

BySeed finals(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
              const std::string& column, Dropout dropout = Dropout::without) {
    BySeed values;
    const Table& trials = run.recording->trials();
    for (const auto& [seed, trial] : chosenTrials(evidence, run, arm, dropout)) {
        const auto metrics = run.recording->finals(trial);
        if (!metrics)
            return {};
        values[seed] = (*metrics)[trials.columnIndex(column) - run.recording->firstFinalColumn()];
    }
    return values;
}

double meanOf(const BySeed& values) {
    double sum = 0.0;
    for (const auto& [seed, value] : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

/// a − b for the seeds of both.
std::vector<std::pair<std::int64_t, double>> differences(const BySeed& a, const BySeed& b) {
    std::vector<std::pair<std::int64_t, double>> list;
    for (const auto& [seed, value] : a)
        if (const auto other = b.find(seed); other != b.end())
            list.emplace_back(seed, value - other->second);
    return list;
}

std::string seedName(std::int64_t seed) {
    return fmt::format("seed {}", seed);
}

std::string listed(const BySeed& values) {
    std::string text;
    for (const auto& [seed, value] : values)
        text += fmt::format("{}{:.3f}", text.empty() ? "" : ", ", value);
    return text;
}

/// Speed-ups of one epoch over `arm` by seed.
std::vector<std::pair<std::int64_t, SpeedUp>>
speedUps(const Evidence& evidence, const EvidenceRun& run, const std::string& arm) {
    std::vector<std::pair<std::int64_t, SpeedUp>> list;
    const auto once = chosenTrials(evidence, run, "epochs_1", Dropout::without);
    for (const auto& [seed, trial] : chosenTrials(evidence, run, arm, Dropout::without))
        for (const auto& [otherSeed, other] : once)
            if (seed == otherSeed) {
                list.emplace_back(seed, speedUpOf(lossCurve(*run.recording, other),
                                                  lossCurve(*run.recording, trial)));
            }
    return list;
}

/// Final test loss with dropout minus that without, by seed.
std::vector<std::pair<std::int64_t, double>>
costOfDropout(const Evidence& evidence, const EvidenceRun& run, const std::string& arm) {
    return differences(finals(evidence, run, arm, "test_loss", Dropout::with),
                       finals(evidence, run, arm, "test_loss"));
}

struct SizeResult {
    double width, ratio, loss, rate;
    bool atEdge;
};

/// Of each width at a budget the best learning rate; mean over replicates. Empty until all ended.
std::vector<SizeResult> sizesAt(const Evidence& evidence, const EvidenceRun& run, double budget) {
    const auto trials = evidence.trialsOf(run, "epochs_1");
    std::map<double, double> ratios;
    for (const std::size_t trial : trials) {
        const TrialPlan& plan = run.recording->plans()[trial];
        const auto at = plan.factors.find("compute_budget");
        if (at == plan.factors.end() || at->second != budget)
            continue;
        const auto metrics = run.recording->finals(trial);
        if (!metrics || !ended(run, trial))
            return {};
        ratios[plan.factors.at("width")] = (*metrics)[run.recording->trials().columnIndex("ratio") -
                                                      run.recording->firstFinalColumn()];
    }
    std::vector<SizeResult> sizes;
    for (const auto& [width, ratio] : ratios) {
        const TunedResult tuned = tunedResult(
            *run.recording, trials, {{"compute_budget", budget}, {"width", width}},
            {.factor = "learning_rate", .validation = "tuning_loss", .metric = "test_loss"});
        if (tuned.metric.empty())
            return {};
        sizes.push_back({width, ratio, mean(tuned.metric), tuned.chosen, tuned.atEdge});
    }
    return sizes;
}

std::string described(const std::vector<SizeResult>& sizes) {
    std::string text;
    for (const SizeResult& size : sizes)
        text += fmt::format(" d = {} (T/P {:.3g}, rate {}): {:.3f}.", size.width, size.ratio,
                            size.rate, size.loss);
    if (std::any_of(sizes.begin(), sizes.end(), [](const SizeResult& s) { return s.atEdge; }))
        text += " Best rates lie at the edge of those tried.";
    return text;
}

const SizeResult* widthOf(const std::vector<SizeResult>& sizes, double width) {
    const auto found = std::find_if(sizes.begin(), sizes.end(),
                                    [&](const SizeResult& size) { return size.width == width; });
    return found == sizes.end() ? nullptr : &*found;
}

std::vector<SizeResult>::const_iterator best(const std::vector<SizeResult>& sizes) {
    return std::min_element(
        sizes.begin(), sizes.end(),
        [](const SizeResult& a, const SizeResult& b) { return a.loss < b.loss; });
}

} // namespace

// ---- Epochs --------------------------------------------------------------------------------

Judgement judgeOneEpochWins(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    std::vector<BySeed> losses;
    for (const char* arm : {"epochs_1", "epochs_10", "epochs_20", "epochs_50"}) {
        losses.push_back(finals(evidence, run, arm, "test_loss"));
        if (losses.back().empty())
            return {.explanation = "Runs of 1, 10, 20 and 50 epochs are needed."};
    }
    Judgement judgement{.threshold = claim.expected()};
    const double once = meanOf(losses[0]), ten = meanOf(losses[1]), twenty = meanOf(losses[2]),
                 fifty = meanOf(losses[3]);
    bool holds = claim.threshold.holds(ten - once) && claim.also.at(0).holds(twenty - ten) &&
                 claim.also.at(1).holds(fifty - twenty);
    std::vector<double> advantages;
    for (std::size_t i = 1; i < losses.size(); ++i)
        for (const auto& [seed, difference] : differences(losses[i], losses[0])) {
            holds &= claim.also.at(2).holds(difference);
            if (i == 1)
                advantages.push_back(difference);
        }
    setMeanInterval(judgement, advantages);
    judgement.verdict = holds ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "Loss of 10 epochs minus that of one. Final test losses by seed: one {}; 10 {}; 20 {}; 50 "
        "{}.",
        listed(losses[0]), listed(losses[1]), listed(losses[2]), listed(losses[3]));
    return judgement;
}

Judgement judgeHundredEpochs(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    const BySeed once = finals(evidence, run, "epochs_1", "test_loss");
    const BySeed many = finals(evidence, run, "epochs_100", "test_loss");
    std::vector<Sample> samples;
    for (const auto& [seed, difference] : differences(many, once))
        samples.push_back({difference, claim.threshold.holds(difference), seedName(seed)});
    Judgement judgement =
        judgeAll(samples, claim.expected(), "Final test loss of 100 epochs minus that of one");
    if (!samples.empty())
        judgement.explanation +=
            fmt::format(" One: {}; 100: {}, at best {}.", listed(once), listed(many),
                        listed(finals(evidence, run, "epochs_100", "best_test_loss")));
    return judgement;
}

Judgement judgeOverfitting(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    const BySeed once = finals(evidence, run, "epochs_1", "gap");
    const BySeed ten = finals(evidence, run, "epochs_10", "gap");
    std::vector<Sample> samples;
    bool complete = !once.empty() && !ten.empty();
    for (const auto& [seed, gap] : once)
        if (complete)
            samples.push_back({gap, claim.threshold.holds(gap), "one epoch, " + seedName(seed)});
    Judgement judgement =
        judgeAll(samples, claim.expected(), "Test minus training loss at one epoch");
    if (!complete)
        return judgement;
    for (const auto& [seed, gap] : ten)
        if (!claim.also.front().holds(gap))
            judgement.verdict = Verdict::fails;
    judgement.explanation += fmt::format(" One: {}; ten: {}.", listed(once), listed(ten));
    return judgement;
}

Judgement judgeSpeedUp(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    std::string text;
    for (const auto& [seed, up] : speedUps(evidence, evidence.runs.front(), "epochs_20")) {
        const double factor = up.found ? up.factor() : 0.0;
        samples.push_back({factor, claim.threshold.holds(factor), seedName(seed)});
        text += up.found
                    ? fmt::format(" {}: {:.3f} at {} against {}.", seedName(seed), up.bestLoss,
                                  up.bestAt, up.reachedAt)
                    : fmt::format(" {}: {:.3f} is never reached.", seedName(seed), up.bestLoss);
    }
    Judgement judgement = judgeAll(samples, claim.expected(), "Speed-up of one epoch over twenty");
    judgement.explanation += text;
    return judgement;
}

Judgement observeTenEpochs(const Evidence& evidence, const Claim& claim) {
    Judgement judgement{.threshold = claim.expected()};
    std::vector<double> factors;
    std::string text;
    for (const auto& [seed, up] : speedUps(evidence, evidence.runs.front(), "epochs_10"))
        if (up.found) {
            factors.push_back(up.factor());
            text += fmt::format("{}{:.2f}", text.empty() ? "" : ", ", up.factor());
        }
    if (factors.empty()) {
        judgement.explanation = "Runs of one and of ten epochs are needed.";
        return judgement;
    }
    setMeanInterval(judgement, factors);
    judgement.explanation = fmt::format("Speed-up of one epoch over ten, by seed: {}. The paper's "
                                        "models and corpus are far larger.",
                                        text);
    return judgement;
}

// ---- Dropout -------------------------------------------------------------------------------

Judgement judgeDropoutSlows(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    std::vector<Sample> samples;
    for (const auto& [seed, cost] : costOfDropout(evidence, run, "epochs_1"))
        samples.push_back({cost, claim.threshold.holds(cost), seedName(seed)});
    Judgement judgement = judgeAll(samples, claim.expected(),
                                   "Final test loss at one epoch with dropout minus without");
    if (!samples.empty())
        judgement.explanation += fmt::format(
            " Without: {}; with: {}.", listed(finals(evidence, run, "epochs_1", "test_loss")),
            listed(finals(evidence, run, "epochs_1", "test_loss", Dropout::with)));
    for (const auto& [seed, cost] : costOfDropout(evidence, run, "epochs_10"))
        judgement.explanation += fmt::format(" At ten epochs, {}: {:+.3f}.", seedName(seed), cost);
    return judgement;
}

Judgement judgeDropoutHelps(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    std::vector<Sample> samples;
    for (const auto& [seed, cost] : costOfDropout(evidence, run, "epochs_50"))
        samples.push_back({-cost, claim.threshold.holds(-cost), seedName(seed)});
    Judgement judgement = judgeAll(samples, claim.expected(),
                                   "Final test loss at 50 epochs without dropout minus with");
    if (!samples.empty())
        judgement.explanation += fmt::format(
            " Without: {}; with: {}.", listed(finals(evidence, run, "epochs_50", "test_loss")),
            listed(finals(evidence, run, "epochs_50", "test_loss", Dropout::with)));
    return judgement;
}

// ---- Power law -----------------------------------------------------------------------------

Judgement judgePowerLaw(const Evidence& evidence, const Claim& claim) {
    constexpr std::size_t samplesOfFit = 40, leastPoints = 20;
    std::vector<Sample> samples;
    std::vector<FitOverlay> fits;
    std::string text;
    for (std::size_t r = 0; r < evidence.runs.size(); ++r) {
        const EvidenceRun& run = evidence.runs[r];
        for (const auto& [seed, trial] :
             chosenTrials(evidence, run, "epochs_1", Dropout::without)) {
            const Table& trace = run.recording->trace(trial);
            const LineFit fit = fitLogLog(trace.column("iteration"), trace.column("test_loss"),
                                          {.xMinimum = 100.0, .logSpacedSamples = samplesOfFit});
            if (!fit.valid() || fit.count < leastPoints ||
                traitsOf(rateSchedules, run.values->text("schedule")).decays)
                continue;
            samples.push_back(
                {fit.rSquared,
                 claim.threshold.holds(fit.rSquared) && claim.also.front().holds(fit.slope),
                 run.label + (run.label.empty() ? "" : ", ") + seedName(seed)});
            text += fmt::format(" {}: slope {:.3f}, R² {:.3f} over {} points.",
                                samples.back().place, fit.slope, fit.rSquared, fit.count);
            fits.push_back(
                {.view = "power_law",
                 .run = r,
                 .trial = trial,
                 .kind = FitKind::logLog,
                 .slope = fit.slope,
                 .intercept = fit.intercept,
                 .xMinimum = fit.xMinimum,
                 .xMaximum = fit.xMaximum,
                 .label = fmt::format("slope {:.3f} (R² {:.3f})", fit.slope, fit.rSquared)});
        }
    }
    Judgement judgement = judgeAll(samples, claim.expected(),
                                   "R² of ln(test loss) against ln(iteration) at a constant rate");
    judgement.explanation += text;
    judgement.fits = std::move(fits);
    return judgement;
}

// ---- Size against length -------------------------------------------------------------------

Judgement judgeSizes(const Evidence& evidence, const Claim& claim, const SizeOptions& options) {
    const EvidenceRun& run = evidence.runs.front();
    const auto [budget, mustBeInterior] = options;
    Judgement judgement{.threshold = claim.expected()};
    const auto sizes = sizesAt(evidence, run, budget);
    const SizeResult *small = widthOf(sizes, 16), *large = widthOf(sizes, 64);
    if (!small || !large || (mustBeInterior && sizes.size() < 3)) {
        judgement.explanation = fmt::format(
            "Widths 16 and 64 at P·T = {:.3g} are needed, and others about them.", budget);
        return judgement;
    }
    const auto at = best(sizes);
    const bool known =
        std::ranges::none_of(sizes, [](const SizeResult& size) { return std::isnan(size.loss); });
    const bool interior = known && at != sizes.begin() && at != sizes.end() - 1;
    judgement.measured = large->loss - small->loss;
    judgement.verdict = claim.threshold.holds(judgement.measured) && (interior || !mustBeInterior)
                            ? Verdict::holds
                            : Verdict::fails;
    judgement.explanation =
        fmt::format("Loss of width 64 minus that of width 16 at P·T = {:.3g}; the best width is {}."
                    "{}",
                    budget, at->width, described(sizes));
    return judgement;
}

Judgement observeRatio(const Evidence& evidence, const Claim& claim) {
    Judgement judgement{.threshold = claim.expected()};
    std::string text;
    for (const EvidenceRun& run : evidence.runs)
        for (const double budget : run.values->numbers("compute_budget"))
            if (const auto sizes = sizesAt(evidence, run, budget); !sizes.empty()) {
                const auto at = best(sizes);
                if (std::isnan(judgement.measured))
                    judgement.measured = at->ratio;
                text += fmt::format(" Best T/P {:.3g} (width {}) at P·T = {:.3g}.", at->ratio,
                                    at->width, budget);
            }
    judgement.explanation =
        text.empty() ? "A sweep of widths is needed."
                     : text.substr(1) + " The models are tiny, the symbols are characters, the "
                                        "mini-batch is fixed and the steps are few.";
    return judgement;
}

} // namespace convergence::one_epoch
