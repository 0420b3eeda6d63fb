#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/report/pages.h"
#include "core/experiment/verification.h"

namespace convergence {

/// A chart to be drawn: one view of one run that a claim was judged on.
struct PlannedFigure {
    std::string claim;
    const View* view = nullptr; ///< of the description
    EvidenceRun run;
    std::vector<FitOverlay> fits; ///< of that view and run
};

/// What a report shows of each claim: each view that a fit of its judgement names, on the first run
/// that has such a fit, and each main view that is not among them on the first run of the protocol.
/// Only views that apply at the run's values; none in space (volumes, surfaces).
std::vector<PlannedFigure> plannedFigures(const Description& description,
                                          const std::vector<ClaimReport>& claims);

/// Draws what plannedFigures() says into `folder` as SVG, wide and narrow, for light and dark, and
/// returns the figures in order; equal ones share their files. Views of frames are drawn after
/// their run was made a second time, and left out where that would take longer than half a minute.
/// On a stop request the rest is left out. Needs a QApplication. Throws InputError where a picture
/// cannot be written.
std::vector<PageFigure> drawFigures(const std::shared_ptr<const ExperimentType>& type,
                                    const std::vector<ClaimReport>& claims,
                                    const std::filesystem::path& folder, const StopToken& stop);

} // namespace convergence
