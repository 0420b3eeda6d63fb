#pragma once

#include "widgets/charts/chart_content.h"

namespace convergence {

/// By index into the theme's colors (below 0: the text's); earlier runs are paler.
QColor curveShade(int index, bool isEarlierRun, const Theme& theme);
Qt::PenStyle strokeOf(const ChartGroup& group, const Theme& theme);
/// Shape of a group's points; −1: none.
int markerOf(const ChartGroup& group);

/// What a chart's legend says, not yet laid out: its groups of curves; where chips name the arms
/// only what is not an arm: predictions, and further quantities that arms have in common.
std::vector<LegendEntry> legendEntries(const ChartModel& model, const ChartState& state,
                                       const Theme& theme);

} // namespace convergence
