#pragma once

#include <string>
#include <vector>

#include "app/report/report.h"

namespace convergence {

/// A claim, or a refutation of it, in two reports.
struct ReportedChange {
    std::string experiment;
    std::string claim;
    std::string statement;
    ReportedVerdict before; ///< `broken` says which refutation; empty: the claim itself
    ReportedVerdict after;
};

/// A claim that only one of two reports has.
struct ReportedName {
    std::string experiment;
    std::string claim;
    std::string statement;
    Verdict verdict = Verdict::notEnoughData;
};

/// What became of an earlier report's verdicts.
struct ReportComparison {
    std::string earlierVersion; ///< of the program
    std::string earlierDay;
    std::vector<ReportedChange> verdicts; ///< another verdict than before
    std::vector<ReportedChange> moved;    ///< the same verdict, but hasMoved()
    std::vector<ReportedName> added;
    std::vector<ReportedName> gone;

    [[nodiscard]] bool isEmpty() const {
        return verdicts.empty() && moved.empty() && added.empty() && gone.empty();
    }
};

/// Which claims of the earlier report count as gone where the later one lacks them.
enum class ReportScope {
    everything,
    itsExperiments, ///< those of the experiments that the later report is about
};

/// Whether a measured value left its interval: the later one lies outside of the earlier interval,
/// or the earlier one outside of the later interval. Where neither has one (or one without
/// width), whether they differ by more than a part in a thousand. A number that came or went has
/// moved.
bool hasMoved(const ReportedVerdict& before, const ReportedVerdict& after);

/// In the order of the later report. Refutations are compared where both reports have them, by
/// what they break.
ReportComparison compareReports(const Report& before, const Report& after, ReportScope scope);

/// For a terminal, one line a change; one sentence where nothing changed.
std::string comparisonText(const ReportComparison& comparison);

} // namespace convergence
