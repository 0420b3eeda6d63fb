#include "app/report/comparison.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/report/markup.h"

namespace convergence {

namespace {

const ReportedExperiment* find(const Report& report, const std::string& id) {
    for (const ReportedExperiment& experiment : report.experiments)
        if (experiment.id == id)
            return &experiment;
    return nullptr;
}

const ReportedClaim* find(const Report& report, const std::string& experimentId,
                          const std::string& id) {
    const ReportedExperiment* experiment = find(report, experimentId);
    for (std::size_t i = 0; experiment && i < experiment->claims.size(); ++i)
        if (experiment->claims[i].id == id)
            return &experiment->claims[i];
    return nullptr;
}

bool hasInterval(const ReportedVerdict& verdict) {
    return std::isfinite(verdict.low) && std::isfinite(verdict.high) && verdict.low < verdict.high;
}

bool isOutside(double value, const ReportedVerdict& other) {
    return hasInterval(other) && !(value >= other.low && value <= other.high);
}

bool differ(double a, double b) {
    constexpr double part = 1e-3;
    const double magnitude = std::max(std::abs(a), std::abs(b));
    return a != b && (std::isinf(magnitude) || !(std::abs(a - b) <= part * magnitude));
}

class Comparer {
public:
    explicit Comparer(ReportComparison& comparison) : comparison_(comparison) {}

    void compare(const std::string& experiment, const ReportedClaim& claim,
                 const ReportedVerdict& before, const ReportedVerdict& after) {
        const bool changed = before.verdict != after.verdict;
        if (changed || hasMoved(before, after))
            (changed ? comparison_.verdicts : comparison_.moved)
                .push_back({experiment, claim.id, claim.statement, before, after});
    }

    /// By what they break; of equal ones by their order.
    void compareRefutations(const std::string& experiment, const ReportedClaim& before,
                            const ReportedClaim& after) {
        std::vector<bool> taken(before.refutations.size(), false);
        for (const ReportedVerdict& later : after.refutations)
            for (std::size_t i = 0; i < taken.size(); ++i)
                if (!taken[i] && before.refutations[i].broken == later.broken) {
                    taken[i] = true;
                    compare(experiment, after, before.refutations[i], later);
                    break;
                }
    }

private:
    ReportComparison& comparison_;
};

std::string lineOf(const ReportedChange& change) {
    std::string line = fmt::format("  {}/{}", change.experiment, change.claim);
    if (!change.after.broken.empty())
        line += fmt::format(", broken: {}", change.after.broken);
    return fmt::format("{}: {} {} → {} {}\n", line, nameOf(change.before.verdict),
                       measuredText(change.before), nameOf(change.after.verdict),
                       measuredText(change.after));
}

} // namespace

bool hasMoved(const ReportedVerdict& before, const ReportedVerdict& after) {
    if (std::isnan(before.measured) || std::isnan(after.measured))
        return std::isnan(before.measured) != std::isnan(after.measured);
    if (hasInterval(before) || hasInterval(after))
        return isOutside(after.measured, before) || isOutside(before.measured, after);
    return differ(before.measured, after.measured);
}

ReportComparison compareReports(const Report& before, const Report& after, ReportScope scope) {
    ReportComparison comparison{.earlierVersion = before.version, .earlierDay = before.day};
    Comparer comparer(comparison);
    for (const ReportedExperiment& experiment : after.experiments)
        for (const ReportedClaim& claim : experiment.claims) {
            const ReportedClaim* earlier = find(before, experiment.id, claim.id);
            if (!earlier) {
                comparison.added.push_back(
                    {experiment.id, claim.id, claim.statement, claim.own.verdict});
                continue;
            }
            comparer.compare(experiment.id, claim, earlier->own, claim.own);
            comparer.compareRefutations(experiment.id, *earlier, claim);
        }
    for (const ReportedExperiment& experiment : before.experiments)
        for (const ReportedClaim& claim : experiment.claims)
            if (!find(after, experiment.id, claim.id) &&
                (scope == ReportScope::everything || find(after, experiment.id)))
                comparison.gone.push_back(
                    {experiment.id, claim.id, claim.statement, claim.own.verdict});
    return comparison;
}

std::string comparisonText(const ReportComparison& comparison) {
    const std::string earlier = fmt::format("the report of {}, version {}", comparison.earlierDay,
                                            comparison.earlierVersion);
    if (comparison.isEmpty())
        return fmt::format("Against {}: no verdict changed, and nothing moved by more than its "
                           "interval.\n",
                           earlier);
    std::string text = fmt::format("Against {}:\n", earlier);
    const auto add = [&](const char* heading, const auto& entries, const auto& line) {
        if (!entries.empty())
            text += fmt::format("{}\n", heading);
        for (const auto& entry : entries)
            text += line(entry);
    };
    const auto nameLine = [](const ReportedName& name) {
        return fmt::format("  {}/{}: {}\n", name.experiment, name.claim, nameOf(name.verdict));
    };
    add("another verdict", comparison.verdicts, lineOf);
    add("moved by more than the interval", comparison.moved, lineOf);
    add("new claims", comparison.added, nameLine);
    add("claims that are gone", comparison.gone, nameLine);
    return text;
}

} // namespace convergence
