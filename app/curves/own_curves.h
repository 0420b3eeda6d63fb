#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/experiment/experiment.h"
#include "core/experiment/registry.h"

namespace convergence {

/// The id of all own curves.
inline constexpr const char* ownCurvesId = "own-curves";

/// A log of somebody's training as an experiment, so that it is kept, drawn, overlaid, fitted and
/// exported like any other: each curve is an arm, its trial goes through the log row by row, and
/// the trace holds the value, the smoothed value and the log's clocks. Nothing is judged.
///
/// The parameters are the same for all logs, arms and charts follow the log. Throws InputError as
/// readCurveLog() does.
std::shared_ptr<const ExperimentType> ownCurves(const std::filesystem::path& log);

/// The same for a recording of which the log may be gone: what was kept can be shown, but not run
/// again.
std::shared_ptr<const ExperimentType> ownCurves(const Recording& kept);

/// What all logs have in common, by which values and documents are checked.
std::shared_ptr<const ExperimentType> anyOwnCurves();

/// An experiment by its id, or the curves of a log by its path.
struct NamedExperiment {
    std::shared_ptr<const ExperimentType> type;
    Overrides values; ///< that belong to it: the log
};
/// Throws InputError for what is neither.
NamedExperiment experimentNamed(const Registry& registry, const std::string& idOrFile);

} // namespace convergence
