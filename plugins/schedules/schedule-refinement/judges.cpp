#include "plugins/schedules/schedule-refinement/judges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/not_applicable.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "plugins/schedules/schedule-refinement/arms.h"

namespace convergence::schedule_refinement {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// An arm's best final loss for each seed of a run.
struct BySeed {
    std::map<double, double> loss;
    std::string edges; ///< seeds whose best base rate is at the edge of the grid
};

/// Empty if a trial of the arm has not ended.
BySeed bestLosses(const Evidence& evidence, const EvidenceRun& run, const std::string& arm) {
    const Recording& recording = *run.recording;
    const Table& table = recording.trials();
    const std::size_t column = table.columnIndex("final_loss");
    std::map<double, std::map<double, double>> bySeed; // seed, rate → loss
    for (const std::size_t trial : evidence.trialsOf(run, arm)) {
        if (!ended(run, trial) || trial >= table.rows())
            return {};
        const TrialPlan& plan = recording.plans()[trial];
        const double loss = table.at(trial, column);
        const bool finished = recording.status(trial) == TrialStatus::finished;
        bySeed[static_cast<double>(plan.replicate)][plan.factors.at("learning_rate")] =
            finished && std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
    }
    BySeed result;
    for (const auto& [seed, losses] : bySeed) {
        const auto best = std::min_element(losses.begin(), losses.end(),
                                           [](auto& a, auto& b) { return a.second < b.second; });
        if (!std::isfinite(best->second))
            return {};
        result.loss[seed] = best->second;
        if (losses.size() > 1 && (best == losses.begin() || std::next(best) == losses.end()))
            result.edges += fmt::format(" {:g}", seed);
    }
    return result;
}

std::string edgeNote(const std::vector<std::pair<std::string, BySeed>>& results) {
    std::string note;
    for (const auto& [arm, result] : results)
        if (!result.edges.empty())
            note += fmt::format(" {} at seed{};", arm, result.edges);
    if (note.empty())
        return "";
    note.back() = '.';
    return " Best base rate at the edge of the grid:" + note;
}

const Judgement notEnough{.explanation = "Not all schedules of the claim have run."};

/// Largest distance of an arm's schedule from (T − t)/(T − 1), from its trace of every step.
double distanceFromLinear(const Evidence& evidence, const EvidenceRun& run,
                          const std::string& arm) {
    const auto trials = evidence.trialsOf(run, arm);
    if (trials.empty() || !ended(run, trials.front()))
        return notApplicable;
    Numbers schedule = run.recording->trace(trials.front()).column("multiplier");
    schedule.erase(schedule.begin()); // before the first step there is none
    const auto T = static_cast<double>(schedule.size());
    const double largest = *std::max_element(schedule.begin(), schedule.end());
    double worst = 0.0;
    for (std::size_t t = 1; t <= schedule.size(); ++t)
        worst = largerError(
            worst, std::abs(schedule[t - 1] / largest - (T - static_cast<double>(t)) / (T - 1.0)));
    return worst;
}

/// Least bound B times √T for constant norms, of an independent implementation.
struct Figure {
    const char* run;
    const char* arm;
    double value;
};
constexpr Figure figures[] = {{"T = 1000", "linear", 2.006},
                              {"T = 1000", "cosine", 2.063},
                              {"T = 1000, e = ½", "polynomial", 2.121},
                              {"T = 1000", "polynomial", 2.124},
                              {"T = 1000", "inverse_time", 2.353},
                              {"T = 1000", "inverse_sqrt", 2.570},
                              {"T = 1000", "step", 2.795},
                              {"T = 1000", "constant", 2.913},
                              {"T = 100", "linear", 2.036},
                              {"T = 100", "cosine", 2.091},
                              {"T = 100, e = ½", "polynomial", 2.111},
                              {"T = 100", "polynomial", 2.149},
                              {"T = 100", "inverse_time", 2.172},
                              {"T = 100", "inverse_sqrt", 2.253},
                              {"T = 100", "step", 2.873},
                              {"T = 100", "constant", 2.485}};

/// refined/linear, seed by seed; empty if something is missing.
std::map<double, double> ratios(const Evidence& evidence, const EvidenceRun& run,
                                std::string& note) {
    const BySeed refined = bestLosses(evidence, run, "refined");
    const BySeed linear = bestLosses(evidence, run, "linear");
    std::map<double, double> result;
    for (const auto& [seed, loss] : refined.loss) {
        const auto other = linear.loss.find(seed);
        if (other == linear.loss.end())
            return {};
        result[seed] = loss / other->second;
    }
    note += edgeNote({{"refined", refined}, {"linear", linear}});
    return result;
}

/// Mean over seeds of (rival − linear), seed by seed, for each rival.
struct Comparison {
    std::string rival;
    Interval difference;
    double rivalMean = 0.0;
};

struct LinearAgainst {
    std::vector<Comparison> rivals;
    double linearMean = 0.0;
    int lowest = 0; ///< seeds at which linear is below all rivals
    int seeds = 0;
    std::string edges;
};

std::optional<LinearAgainst> compareLinear(const Evidence& evidence, const Names& rivals) {
    const EvidenceRun& run = evidence.runs.front();
    const BySeed linear = bestLosses(evidence, run, "linear");
    if (linear.loss.size() < 2)
        return std::nullopt;
    LinearAgainst result;
    std::vector<std::pair<std::string, BySeed>> all = {{"linear", linear}};
    Numbers own;
    for (const auto& [seed, loss] : linear.loss)
        own.push_back(loss);
    result.linearMean = mean(own);
    result.seeds = static_cast<int>(own.size());
    std::vector<bool> lowest(own.size(), true);
    for (const std::string& rival : rivals) {
        const BySeed other = bestLosses(evidence, run, rival);
        if (other.loss.size() != linear.loss.size())
            return std::nullopt;
        Numbers theirs;
        for (const auto& [seed, loss] : other.loss)
            theirs.push_back(loss);
        for (std::size_t i = 0; i < own.size(); ++i)
            lowest[i] = lowest[i] && own[i] < theirs[i];
        result.rivals.push_back({rival, pairedDifference(theirs, own), mean(theirs)});
        all.emplace_back(rival, other);
    }
    result.lowest = static_cast<int>(std::count(lowest.begin(), lowest.end(), true));
    result.edges = edgeNote(all);
    return result;
}

std::string meansText(const LinearAgainst& result) {
    std::string text = fmt::format("linear {:.4f}", result.linearMean);
    for (const Comparison& rival : result.rivals)
        text += fmt::format(", {} {:.4f}", rival.rival, rival.rivalMean);
    return text;
}

/// For the claims that are also judged on a person's own run.
bool isSoftmaxWithSgd(const Evidence& evidence) {
    const ParameterValues& values = *evidence.runs.front().values;
    return traitsOf(taskChoices, values.text("task")).task == Task::softmax &&
           traitsOf(optimizerChoices, values.text("optimizer")).isPlain &&
           values.text("norms").empty();
}

const Judgement otherTask{.explanation = "The claim is about softmax regression with SGD."};

} // namespace

Judgement judgeLinearOptimal(const Evidence& evidence, const Claim& claim) {
    constexpr double relativeTolerance = 0.005;
    double worst = 0.0, identity = 0.0;
    std::string worstPlace;
    bool smallest = true;
    std::map<std::string, double> linear;
    for (const Figure& figure : figures) {
        const auto runs = evidence.labelled(figure.run);
        if (runs.empty())
            return notEnough;
        const double steps = static_cast<double>(runs.front()->values->integer("steps"));
        const double value =
            std::sqrt(steps) * finalOf(evidence, *runs.front(), figure.arm, "bound_b");
        const double reference =
            std::sqrt(steps) * finalOf(evidence, *runs.front(), "linear", "bound_b");
        if (!std::isfinite(value) || !std::isfinite(reference))
            return notEnough;
        const double error = std::abs(value / figure.value - 1.0);
        if (error >= worst) {
            worst = error;
            worstPlace = fmt::format("{:.4f} for {} at {}", value, figure.arm, figure.run);
        }
        smallest = smallest && !(value < reference);
        identity = largerError(identity, distanceFromLinear(evidence, *runs.front(), "refined"));
    }
    Judgement judgement;
    judgement.measured = identity;
    judgement.threshold = claim.expected();
    judgement.verdict = smallest && worst <= relativeTolerance && claim.threshold.holds(identity)
                            ? Verdict::holds
                            : Verdict::fails;
    judgement.explanation = fmt::format(
        "The refined schedule differs from (T − t)/(T − 1) by at most {:.2g}; bound B is "
        "{}smallest "
        "for linear decay; the value of B·√T farthest from its figure is {}, {:.3f} % off.",
        identity, smallest ? "" : "not ", worstPlace, 100.0 * worst);
    return judgement;
}

Judgement judgeNumeric(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    const double steps = static_cast<double>(run.values->integer("steps"));
    const double value = std::sqrt(steps) * finalOf(evidence, run, "numeric", "bound_b");
    const double distance = distanceFromLinear(evidence, run, "numeric");
    if (!std::isfinite(value) || !std::isfinite(distance))
        return notEnough;
    Judgement judgement;
    judgement.measured = value;
    judgement.threshold = claim.expected();
    judgement.verdict = claim.threshold.holds(value) && claim.also.front().holds(distance)
                            ? Verdict::holds
                            : Verdict::fails;
    judgement.explanation =
        fmt::format("The minimizer over {} step sizes reaches B·√T = {:.4f} and differs from "
                    "(T − t)/(T − 1) by at most {:.4f}.",
                    steps, value, distance);
    return judgement;
}

Judgement judgeRefinementPays(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    std::string text, edges;
    for (const NoiseChoice& noise : noiseChoices) {
        if (!noise.level)
            continue;
        const std::string profile(noise.id);
        const auto runs = evidence.labelled(profile);
        if (runs.empty())
            return notEnough;
        std::string atEdge;
        const auto bySeed = ratios(evidence, *runs.front(), atEdge);
        if (bySeed.empty())
            return notEnough;
        if (!atEdge.empty())
            edges += fmt::format(" With noise '{}':{}", profile, atEdge);
        Numbers values;
        for (const auto& [seed, ratio] : bySeed) {
            values.push_back(ratio);
            const bool inside = (noise.varies ? claim.threshold : claim.also.front()).holds(ratio);
            samples.push_back({ratio, inside, fmt::format("{}, seed {:g}", profile, seed)});
        }
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        const double predicted = finalOf(evidence, *runs.front(), "refined", "predicted_ratio");
        text += fmt::format(
            " {} {:.3f} ({:.3f}–{:.3f}{});", profile, mean(values), *low, *high,
            std::isfinite(predicted) ? fmt::format(", bound A predicts {:.3f}", predicted) : "");
    }
    Judgement judgement = judgeAll(samples, claim.expected(), "Mean gap of refined over linear");
    text.back() = '.';
    judgement.explanation += " By profile:" + text + edges;
    return judgement;
}

Judgement judgeLinearBest(const Evidence& evidence, const Claim& claim) {
    if (!isSoftmaxWithSgd(evidence))
        return otherTask;
    const auto result = compareLinear(evidence, classicalRivals);
    if (!result)
        return notEnough;
    const auto closest =
        std::min_element(result->rivals.begin(), result->rivals.end(),
                         [](auto& a, auto& b) { return a.difference.low < b.difference.low; });
    Judgement judgement;
    judgement.threshold = claim.expected();
    judgement.measured = closest->difference.estimate;
    judgement.low = closest->difference.low;
    judgement.high = closest->difference.high;
    const bool worse = std::any_of(result->rivals.begin(), result->rivals.end(),
                                   [](auto& rival) { return rival.difference.high < 0.0; });
    // An interval on both sides of zero cannot tell two schedules apart.
    if (worse)
        judgement.verdict = Verdict::fails;
    else if (closest->difference.low > 0.0)
        judgement.verdict = Verdict::holds;
    judgement.explanation = fmt::format(
        "Final training loss at the best base rate, mean over {} seeds: {}. Shown is the closest "
        "rival, {}, minus linear. Linear is lowest at {} of {} seeds.{}",
        result->seeds, meansText(*result), closest->rival, result->lowest, result->seeds,
        result->edges);
    return judgement;
}

Judgement judgeAdam(const Evidence& evidence, const Claim& claim) {
    const auto result = compareLinear(evidence, classicalRivals);
    if (!result)
        return notEnough;
    const double cosine = result->rivals.front().difference.estimate;
    double rest = std::numeric_limits<double>::infinity();
    for (const Comparison& rival : std::span(result->rivals).subspan(1))
        rest = std::min(rest, rival.difference.estimate);
    Judgement judgement;
    judgement.measured = rest;
    judgement.threshold = claim.expected();
    judgement.verdict = claim.also.front().holds(cosine) && claim.threshold.holds(rest)
                            ? Verdict::holds
                            : Verdict::fails;
    judgement.explanation = fmt::format(
        "Final training loss with Adam, mean over {} seeds: {}. Cosine minus linear is {:.4f}; the "
        "smallest other difference is shown.{}",
        result->seeds, meansText(*result), cosine, result->edges);
    return judgement;
}

Judgement judgeWarmUp(const Evidence& evidence, const Claim& claim) {
    std::vector<Sample> samples;
    std::string text;
    for (const EvidenceRun& run : evidence.runs) {
        const Table& table = run.recording->trials();
        std::map<std::uint64_t, std::pair<double, double>> bySeed; // the same at every base rate
        for (const std::size_t trial : evidence.trialsOf(run, "refined")) {
            if (!ended(run, trial) || trial >= table.rows())
                return notEnough;
            bySeed[run.recording->plans()[trial].replicate] = {
                table.at(trial, table.columnIndex("schedule_first")),
                table.at(trial, table.columnIndex("schedule_peak_at"))};
        }
        if (bySeed.empty())
            return notEnough;
        const auto isWarmUp = [&claim](double first, double peak) {
            return claim.also.front().holds(first) && claim.threshold.holds(peak);
        };
        Numbers first, peak;
        int inside = 0;
        for (const auto& [seed, values] : bySeed) {
            first.push_back(values.first);
            peak.push_back(values.second);
            inside += isWarmUp(values.first, values.second);
        }
        samples.push_back({mean(peak), isWarmUp(mean(first), mean(peak)), run.label});
        text += fmt::format(" {}: first value {:.3f} ({:.3f}–{:.3f}), peak at {:.2f} "
                            "({:.2f}–{:.2f}), {} of {} seeds within by themselves;",
                            run.label, mean(first), *std::min_element(first.begin(), first.end()),
                            *std::max_element(first.begin(), first.end()), mean(peak),
                            *std::min_element(peak.begin(), peak.end()),
                            *std::max_element(peak.begin(), peak.end()), inside, bySeed.size());
    }
    Judgement judgement =
        judgeAll(samples, claim.expected(), "Place of the peak of the refined schedule");
    text.back() = '.';
    judgement.explanation += text;
    return judgement;
}

Judgement judgeNetworkLoss(const Evidence& evidence, const Claim& claim) {
    const EvidenceRun& run = evidence.runs.front();
    const BySeed refined = bestLosses(evidence, run, "refined");
    const BySeed linear = bestLosses(evidence, run, "linear");
    if (refined.loss.size() < 2 || refined.loss.size() != linear.loss.size())
        return notEnough;
    Numbers own, theirs;
    int below = 0;
    for (const auto& [seed, loss] : refined.loss) {
        own.push_back(loss);
        theirs.push_back(linear.loss.at(seed));
        below += own.back() <= theirs.back();
    }
    const Interval difference = pairedDifference(theirs, own);
    Judgement judgement;
    judgement.measured = difference.estimate;
    judgement.low = difference.low;
    judgement.high = difference.high;
    judgement.threshold = claim.expected();
    if (difference.high < 0.0)
        judgement.verdict = Verdict::fails;
    else if (difference.low > 0.0)
        judgement.verdict = Verdict::holds;
    judgement.explanation = fmt::format(
        "Final training loss: refined {:.4f}, linear {:.4f}; refined is no higher at {} of {} "
        "seeds. Test error shows no order.{}",
        mean(own), mean(theirs), below, own.size(),
        edgeNote({{"refined", refined}, {"linear", linear}}));
    return judgement;
}

Judgement judgeTie(const Evidence& evidence, const Claim& claim) {
    std::string edges;
    const auto bySeed = ratios(evidence, evidence.runs.front(), edges);
    std::vector<Sample> samples;
    for (const auto& [seed, ratio] : bySeed)
        samples.push_back({ratio, claim.threshold.holds(ratio), fmt::format("seed {:g}", seed)});
    Judgement judgement = judgeAll(samples, claim.expected(), "Final loss of refined over linear");
    judgement.explanation += edges;
    return judgement;
}

Judgement observeNoGain(const Evidence& evidence) {
    if (!isSoftmaxWithSgd(evidence))
        return otherTask;
    std::string edges;
    const auto bySeed = ratios(evidence, evidence.runs.front(), edges);
    if (bySeed.empty())
        return notEnough;
    Numbers values;
    for (const auto& [seed, ratio] : bySeed)
        values.push_back(ratio);
    Judgement judgement;
    setMeanInterval(judgement, values);
    const bool gain = judgement.high < 1.0;
    judgement.explanation = fmt::format(
        "{} Final loss of refined over linear, both at their best base rate, over {} seeds: {:.4f} "
        "to {:.4f}.{}",
        gain ? "Refinement gains here." : "Claim not met here: refinement is no gain.",
        values.size(), *std::min_element(values.begin(), values.end()),
        *std::max_element(values.begin(), values.end()), edges);
    return judgement;
}

} // namespace convergence::schedule_refinement
