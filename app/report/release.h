#pragma once

#include <optional>
#include <string>

#include "app/report/report.h"

namespace convergence {

/// The report in that folder, if it is one of this version of the program: what was verified for
/// this release. None where there is no file, or none that can be read.
std::optional<Report> releaseReport(const std::string& folder);

/// What the report that comes with this program (resources/report/report.json) says of an
/// experiment; null where it says nothing. Read once.
const ReportedExperiment* releasedExperiment(const std::string& id);

/// The verdict on a claim where all runs of its protocol are kept, so that no run is made: whether
/// this build has repeated it. None where a run is missing, on a stop request, and for claims that
/// compare seconds or need no run.
std::optional<Verdict> repeatedVerdict(const ExperimentType& type, const Claim& claim,
                                       const std::shared_ptr<const RunCache>& cache,
                                       const StopToken& stop);

} // namespace convergence
