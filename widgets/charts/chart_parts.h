#pragma once

#include "widgets/charts/chart_content.h"

namespace convergence {

// The parts of layoutChart(), for charts whose axes and legend are placed by somebody else.

struct ChartRanges {
    AxisRange x, y;
};
ChartRanges chartRanges(const ChartModel& model, const ChartState& state);

/// Names of the groups that have something to show, without fits and places.
std::vector<LegendEntry> chartLegend(const ChartModel& model, const ChartState& state,
                                     const Theme& theme);

/// Everything inside of axes that are placed: curves (in the order of drawnCurves()), bands, fits,
/// guides, or a hint.
ChartContent chartInside(PlotFrame frame, const ChartModel& model, const ChartState& state,
                         const ChartPage& page);

/// Curves that are visible and have rows.
std::vector<const ChartCurve*> drawnCurves(const ChartModel& model);

} // namespace convergence
