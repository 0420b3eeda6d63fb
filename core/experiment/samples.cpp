#include "core/experiment/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <variant>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"

namespace convergence {

namespace {

/// Numbers of one group that are held against one threshold.
struct Group {
    std::string name;
    std::size_t threshold = 0;
    double factor = notApplicable;
    std::vector<double> numbers;
    bool inside = true;          ///< each of them
    bool isPartlyInside = false; ///< one of them
};

/// Alone, a number is judged as it is. A mean that is infinite has no interval: it decides where
/// all numbers lie on one side.
Verdict verdictOf(const Group& group, const Threshold& threshold, const Interval& mean) {
    if (std::isnan(mean.estimate))
        return Verdict::fails;
    const bool isMixed = group.isPartlyInside && !group.inside;
    if (group.numbers.size() > 1 && (std::isfinite(mean.estimate) || isMixed))
        return threshold.decide(mean, group.factor);
    return group.inside ? Verdict::holds : Verdict::fails;
}

std::string told(const Group& group, const Interval& interval) {
    const std::string at = group.name.empty() ? "" : " at " + group.name;
    if (group.numbers.size() < 2)
        return fmt::format("{:.4g}{}", interval.estimate, at);
    return fmt::format("{:.4g}{}, 95 % interval {:.4g} to {:.4g} over {}", interval.estimate, at,
                       interval.low, interval.high, group.numbers.size());
}

/// `factors` in which the trial differs from the arm's other trials: ", initial_scale = 0.3".
std::string factorsOf(const EvidenceRun& run, std::size_t trial) {
    const std::vector<TrialPlan>& plans = run.recording->plans();
    std::string text;
    for (const auto& [name, value] : plans[trial].factors)
        if (std::any_of(plans.begin(), plans.end(), [&](const TrialPlan& other) {
                return other.arm == plans[trial].arm && other.factors.at(name) != value;
            }))
            text += fmt::format(", {} = {}", name, value);
    return text;
}

} // namespace

double lesserMargin(double a, double b) {
    return std::isnan(a) || a <= b ? a : b;
}

Samples::Samples(const Claim& claim) : claim_(claim) {}

const Threshold& Samples::thresholdAt(std::size_t index) const {
    return index == 0 ? claim_.threshold : claim_.also.at(index - 1);
}

double Samples::factorOf(const Entry& entry) const {
    const auto* within = std::get_if<WithinByFactor>(&thresholdAt(entry.threshold).kind());
    return within ? entry.spot.factors.at(within->factor) : notApplicable;
}

bool Samples::hold(std::size_t threshold, const Spot& spot, double number) {
    Entry entry{.threshold = threshold, .spot = spot, .number = number, .inside = false};
    entry.inside = thresholdAt(threshold).holds(number, factorOf(entry));
    entries_.push_back(std::move(entry));
    return entries_.back().inside;
}

void Samples::add(const Spot& spot, std::span<const double> numbers) {
    if (numbers.size() != claim_.also.size() + 1)
        throw std::logic_error(
            fmt::format("the judge of '{}' measures {} numbers for {} thresholds", claim_.id,
                        numbers.size(), claim_.also.size() + 1));
    bool inside = true;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        inside = hold(i, spot, numbers[i]) && inside;
    samples_.push_back({numbers[0], inside, spot.place});
}

void Samples::addFor(std::size_t threshold, const Spot& spot, double number) {
    const bool inside = hold(threshold, spot, number);
    samples_.push_back({number, inside, spot.place});
}

void Samples::addOutside(const Spot& spot, double value) {
    samples_.push_back({value, false, spot.place});
    // The mean over its group is no number either.
    entries_.push_back({.threshold = 0,
                        .spot = spot,
                        .number = std::numeric_limits<double>::quiet_NaN(),
                        .inside = false});
}

void Samples::draw(FitOverlay overlay, const LineFit& line) {
    overlay.slope = line.slope;
    overlay.intercept = line.intercept;
    overlay.xMinimum = line.xMinimum;
    overlay.xMaximum = line.xMaximum;
    fits_.push_back(std::move(overlay));
}

std::vector<double> Samples::leastMargins() const {
    std::vector<double> margins(claim_.also.size() + 1, std::numeric_limits<double>::infinity());
    for (const Entry& entry : entries_) {
        double& least = margins[entry.threshold];
        least =
            lesserMargin(least, thresholdAt(entry.threshold).margin(entry.number, factorOf(entry)));
    }
    return margins;
}

Judgement Samples::judgedOnAverage(const std::string& what) const {
    std::vector<Group> groups;
    for (const Entry& entry : entries_) {
        auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
            return group.threshold == entry.threshold && group.name == entry.spot.group;
        });
        if (found == groups.end())
            found = groups.insert(groups.end(), {.name = entry.spot.group,
                                                 .threshold = entry.threshold,
                                                 .factor = factorOf(entry)});
        found->numbers.push_back(entry.number);
        found->inside = found->inside && entry.inside;
        found->isPartlyInside = found->isPartlyInside || entry.inside;
    }

    constexpr double infinity = std::numeric_limits<double>::infinity();
    Judgement judgement{.verdict = Verdict::holds,
                        .low = infinity,
                        .high = -infinity,
                        .threshold = claim_.expected(),
                        .margins = std::vector<double>(claim_.also.size() + 1, infinity)};
    std::vector<double> means;
    std::string headline;
    std::map<std::size_t, std::string> further; // by threshold
    for (const Group& group : groups) {
        const Threshold& threshold = thresholdAt(group.threshold);
        Interval interval = meanInterval(group.numbers);
        if (group.numbers.size() < 2)
            interval.low = interval.high = interval.estimate;
        judgement.verdict = worse(judgement.verdict, verdictOf(group, threshold, interval));
        double& least = judgement.margins[group.threshold];
        least = lesserMargin(least, threshold.margin(interval.estimate, group.factor));
        if (group.threshold > 0) {
            std::string& list = further[group.threshold];
            list += (list.empty() ? "" : ", ") + told(group, interval);
            continue;
        }
        means.push_back(interval.estimate);
        judgement.low = std::min(judgement.low, interval.low);
        judgement.high = std::max(judgement.high, interval.high);
        headline += (headline.empty() ? "" : "; ") + told(group, interval);
    }
    judgement.measured = mean(means);
    judgement.explanation = fmt::format("{}, on average: {}", what, headline);
    for (const auto& [threshold, list] : further)
        judgement.explanation += fmt::format("; {}: {}", thresholdAt(threshold).text(), list);
    judgement.explanation += ".";
    return judgement;
}

bool Samples::hasSeveralSeeds() const {
    std::set<std::pair<std::size_t, std::string>> groups;
    return !std::all_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return groups.emplace(entry.threshold, entry.spot.group).second;
    });
}

Judgement Samples::judged(const std::string& what) const {
    // One run alone, as a watched one, is judged as it is.
    const bool averaged = claim_.hold == Hold::onAverage && hasSeveralSeeds();
    Judgement judgement =
        averaged ? judgedOnAverage(what) : judgeAll(samples_, claim_.expected(), what);
    judgement.fits = fits_;
    if (!averaged && !samples_.empty())
        judgement.margins = leastMargins();
    return judgement;
}

Samples::Spot spotOf(const EvidenceRun& run) {
    return {.place = placeOf(run), .group = run.label};
}

Samples::Spot spotOf(const EvidenceRun& run, std::size_t trial, const std::string& before) {
    const std::string factors = factorsOf(run, trial);
    std::string group = before + run.label + factors;
    if (run.label.empty() && before.empty() && !factors.empty())
        group = factors.substr(2); // without the comma
    return {.place = before + placeOf(run) + factors,
            .group = std::move(group),
            .factors = run.recording->plans()[trial].factors};
}

std::string placeOf(const EvidenceRun& run, std::size_t trial) {
    return spotOf(run, trial).place;
}

} // namespace convergence
