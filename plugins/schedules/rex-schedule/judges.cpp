// What the claims of rex-schedule measure.

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/tuning.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "core/optim/schedule.h"
#include "plugins/schedules/rex-schedule/judges.h"

namespace convergence::rex {

namespace {

using Numbers = std::vector<double>;

const TuningSpec tuning{
    .factor = "learning_rate", .validation = "validation_error", .metric = "test_error"};

/// Test errors of an arm at a budget, one a seed, at the base rate that validation chooses among
/// the trials of one optimizer; empty if the run has none of them.
TunedResult resultOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
                     double budget, const std::string& optimizer = "momentum") {
    const auto& optimizers = run.values->choices("optimizer");
    const auto index =
        std::find(optimizers.begin(), optimizers.end(), optimizer) - optimizers.begin();
    return tunedResult(
        *run.recording, evidence.trialsOf(run, arm),
        {{"budget_percent", budget}, {"optimizer_index", static_cast<double>(index)}}, tuning);
}

/// Collects what a sentence has to say about rates at the edge of the grid.
class EdgeNote {
public:
    void add(const std::string& arm, double budget, const TunedResult& result) {
        if (result.atEdge)
            cases_ += fmt::format("{}{} at {} %", cases_.empty() ? "" : ", ", arm, budget);
    }
    [[nodiscard]] std::string text() const {
        return cases_.empty() ? "" : " Best base rate at the edge of the grid: " + cases_ + ".";
    }

private:
    std::string cases_;
};

/// The smallest of several mean differences, whose interval the judgement shows. NaN stays.
class SmallestMean {
public:
    void add(const Numbers& differences, Judgement& judgement) {
        const double candidate = mean(differences);
        if (std::isnan(value_) || value_ <= candidate)
            return;
        value_ = candidate;
        setMeanInterval(judgement, differences);
    }
    [[nodiscard]] double value() const { return value_; }

private:
    double value_ = std::numeric_limits<double>::infinity();
};

const Judgement notEnough{.explanation = "Not all schedules and budgets of the claim have run."};

/// Mean over `budgets` of (other − rex), seed by seed; empty if something is missing.
std::vector<double> advantage(const Evidence& evidence, const EvidenceRun& run,
                              const std::string& arm, const std::string& other,
                              const Numbers& budgets, EdgeNote& edges,
                              const std::string& optimizer = "momentum") {
    std::vector<double> differences;
    for (const double budget : budgets) {
        const TunedResult own = resultOf(evidence, run, arm, budget, optimizer);
        const TunedResult theirs = resultOf(evidence, run, other, budget, optimizer);
        if (own.metric.empty() || own.metric.size() != theirs.metric.size())
            return {};
        edges.add(arm, budget, own);
        edges.add(other, budget, theirs);
        differences.resize(own.metric.size());
        for (std::size_t i = 0; i < own.metric.size(); ++i)
            differences[i] +=
                (theirs.metric[i] - own.metric[i]) / static_cast<double>(budgets.size());
    }
    return differences;
}

/// Schedules that are better than `arm` at that budget, by a paired difference over seeds whose
/// 95 % interval lies above 0. A few seeds cannot carry a comparison of ranks.
struct Rivals {
    bool complete = true;
    int better = 0;
    std::string names;
};

Rivals rivalsOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
                double budget) {
    const TunedResult own = resultOf(evidence, run, arm, budget);
    Rivals rivals;
    for (const std::string& other : scheduleNames()) {
        if (other == arm)
            continue;
        const TunedResult result = resultOf(evidence, run, other, budget);
        if (own.metric.size() < 2 || result.metric.size() != own.metric.size())
            return {.complete = false};
        if (!(pairedDifference(own.metric, result.metric).low <= 0.0)) { // NaN counts against it
            ++rivals.better;
            rivals.names += (rivals.names.empty() ? "" : ", ") + other;
        }
    }
    return rivals;
}

} // namespace

Judgement judgeLowBudgets(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    const Numbers budgets = {5, 10, 25};
    EdgeNote edges;
    const auto differences = advantage(evidence, run, "rex", "linear", budgets, edges);
    if (differences.empty())
        return notEnough;
    Judgement judgement;
    judgement.threshold = claim.expected();
    setMeanInterval(judgement, differences);
    bool topTwo = true;
    std::string text;
    for (const double budget : budgets) {
        const Rivals rivals = rivalsOf(evidence, run, "rex", budget);
        if (!rivals.complete)
            return notEnough;
        topTwo &= rivals.better <= 1;
        text += fmt::format("{}{} at {} %{}", text.empty() ? "" : "; ", rivals.better, budget,
                            rivals.names.empty() ? "" : " (" + rivals.names + ")");
    }
    judgement.verdict = claim.threshold.decide({judgement.measured, judgement.low, judgement.high});
    if (!topTwo)
        judgement.verdict = Verdict::fails;
    judgement.explanation = fmt::format(
        "Linear minus REX, mean over 5, 10, 25 % in points of test error over {} seeds. Schedules "
        "better than REX by a paired interval: {}. At 1 % (8 iterations) flat schedules win; it is "
        "left out.{}",
        differences.size(), text, edges.text());
    return judgement;
}

Judgement judgeStepsLose(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    Judgement judgement;
    judgement.threshold = claim.expected();
    EdgeNote edges;
    std::string gaps;
    SmallestMean smallest;
    for (const double budget : {5.0, 10.0, 25.0}) {
        const auto differences = advantage(evidence, run, "rex", "step_30_60_90", {budget}, edges);
        if (differences.empty())
            return notEnough;
        gaps +=
            fmt::format("{}{:.2f} at {} %", gaps.empty() ? "" : ", ", mean(differences), budget);
        smallest.add(differences, judgement);
    }
    judgement.verdict = claim.threshold.holds(smallest.value()) ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "Step 30-60-90 minus REX in points: {}; the smallest is shown.{}", gaps, edges.text());
    return judgement;
}

Judgement judgeHighBudgets(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    Judgement judgement;
    judgement.threshold = claim.expected();
    EdgeNote edges;
    double worst = 0.0;
    std::string text;
    for (const double budget : {50.0, 100.0}) {
        double best = std::numeric_limits<double>::infinity();
        for (const std::string& arm : scheduleNames()) {
            const TunedResult result = resultOf(evidence, run, arm, budget);
            if (result.metric.empty())
                return notEnough;
            edges.add(arm, budget, result);
            const double error = mean(result.metric);
            best = std::isnan(best) || best <= error ? best : error; // NaN stays
        }
        const double behind = mean(resultOf(evidence, run, "rex", budget).metric) - best;
        worst = largerError(worst, behind);
        text += fmt::format("{:.2f} points behind the best at {} %; ", behind, budget);
    }
    const double linear = mean(resultOf(evidence, run, "linear", 100).metric);
    const double first = mean(resultOf(evidence, run, "step_30_60_90", 100).metric);
    const double second = mean(resultOf(evidence, run, "step_50_75", 100).metric);
    judgement.measured = worst;
    judgement.verdict = claim.threshold.holds(worst) && first < linear && second < linear
                            ? Verdict::holds
                            : Verdict::fails;
    judgement.explanation = fmt::format(
        "REX is {}steps {:.2f} and {:.2f} % against linear {:.2f} % at 100 %. That REX exceeds all "
        "others at high budgets does not hold on this small network.{}",
        text, first, second, linear, edges.text());
    return judgement;
}

Judgement judgeSamplingRate(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    Judgement judgement;
    judgement.threshold = claim.expected();
    EdgeNote edges;
    SmallestMean smallest;
    std::string text;
    for (const double budget : {5.0, 10.0}) {
        const auto differences =
            advantage(evidence, run, "grid_rex_every_iteration", "grid_rex_50_75", {budget}, edges);
        if (differences.empty())
            return notEnough;
        text +=
            fmt::format("{}{:.2f} at {} %", text.empty() ? "" : ", ", mean(differences), budget);
        smallest.add(differences, judgement);
    }
    judgement.verdict = claim.threshold.holds(smallest.value()) ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "REX sampled at 50-75 minus REX at every iteration, in points: {}; the smaller is shown.{}",
        text, edges.text());
    return judgement;
}

Judgement judgeAdam(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    Judgement judgement;
    judgement.threshold = claim.expected();
    EdgeNote edges;
    SmallestMean smallest;
    std::string text;
    for (const double budget : {5.0, 25.0}) {
        const auto differences = advantage(evidence, run, "rex", "linear", {budget}, edges, "adam");
        const TunedResult delayed = resultOf(evidence, run, "delayed_50", budget, "adam");
        if (differences.empty() || delayed.metric.empty())
            return notEnough;
        text +=
            fmt::format("{}{:.2f} at {} % (delayed linear 50 % has {:.2f} %)",
                        text.empty() ? "" : ", ", mean(differences), budget, mean(delayed.metric));
        smallest.add(differences, judgement);
    }
    judgement.verdict = claim.threshold.holds(smallest.value()) ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "Linear minus REX with Adam, in points: {}; the smaller is shown.{}", text, edges.text());
    return judgement;
}

/// The identities need no training, only the values that shape REX.
Judgement judgeIdentities(const Evidence& evidence, const Claim& claim) {
    const ParameterValues& values = *evidence.runs.front().values;
    const Profile rex = rexProfile(values.real("rex_alpha"), values.real("rex_beta"));
    double worst = largerError(std::abs(rex(0.0) - 1.0), std::abs(rex(0.5) - 2.0 / 3.0));
    constexpr std::int64_t budget = 800;
    const ProfileSchedule sampled(stepProfile({0.3, 0.6, 0.9}), Sampling::named("30-60-90"),
                                  budget);
    const auto steps = makeSchedule("step_30_60_90", budget);
    bool finite = true;
    for (std::int64_t t = 0; t < budget; ++t) {
        const double z = static_cast<double>(t) / budget;
        worst = largerError(worst, largerError(0.0, 1.0 - z - rex(z)));
        const double expected = std::pow(10.0, -((z >= 0.3) + (z >= 0.6) + (z >= 0.9)));
        worst = largerError(worst, std::abs(sampled.factor(t) - steps->factor(t)));
        worst = largerError(worst, std::abs(steps->factor(t) - expected));
        for (const std::string& name : scheduleNames())
            finite &= std::isfinite(makeSchedule(name, budget)->factor(t));
    }
    Judgement judgement;
    judgement.measured = worst;
    judgement.threshold = claim.expected();
    judgement.verdict = finite && claim.threshold.holds(worst) ? Verdict::holds : Verdict::fails;
    judgement.explanation =
        fmt::format("Largest violation of REX(0) = 1, REX(½) = 2/3, REX(z) ≥ 1 − z and of the step "
                    "schedule's values over {} iterations; every schedule is {}finite.",
                    budget, finite ? "" : "not ");
    return judgement;
}

} // namespace convergence::rex
