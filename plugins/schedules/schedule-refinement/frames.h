#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "plugins/schedules/schedule-refinement/plan.h"

namespace convergence::schedule_refinement {

/// Where the norms of a refinement come from.
struct RefinementSource {
    int round = 1;
    double seed = 0.0;
    std::shared_ptr<const std::vector<double>> norms;
};

/// Frames "norms", "weights", "refined" and "refinement_notes" of one refinement.
FrameMap refinementFrames(const RefinementPlan& plan, const RefinementSource& source,
                          const ShownChoices& shown);
/// The bounds of all schedules on given norms, each at its best scale.
BarsFrame boundBars(const RefinementPlan& plan, std::span<const double> norms,
                    const ShownChoices& shown);
/// Frames "bound_a" and "bound_b": the classical schedules under constant norms, against T.
FrameMap boundsAgainstSteps(const RefinementPlan& plan);

/// An arm at the base rate at which its mean final loss over seeds is least.
struct TunedLosses {
    double rate = 0.0;
    std::vector<double> losses; ///< by seed
    bool atEdge = false;        ///< of the grid
};
/// Nothing until all its trials have ended, and where all diverged.
std::optional<TunedLosses> tunedLosses(const Recording& soFar, const std::string& arm);
/// The rate among `rates` at which an arm ended with the least loss; nothing until all have ended.
std::optional<double> bestRate(const Recording& soFar, const std::string& arm,
                               std::span<const double> rates, double seed);

/// Frames "finals" and "notes" of what has ended.
FrameMap outcomeFrames(const RefinementPlan& plan, const Recording& soFar);

} // namespace convergence::schedule_refinement
