#pragma once

#include "widgets/charts/chart_content.h"

namespace convergence {

/// A LaTeX document (standalone, PGFPlots 1.18) of a line chart as it is shown, with the same
/// ticks and the points that were drawn.
QString chartPgfplots(const ChartModel& model, const ChartContent& content, const Theme& theme);

/// Preamble and end of all such documents; colors are defined in the preamble.
QString pgfDocument(const QString& definitions, const QString& body);
/// Options of an axis: scale, range, labels, ticks as drawn.
QString pgfAxisOptions(const PlotFrame& frame, const QString& title);
/// "\definecolor{name}{HTML}{1B1F24}".
QString pgfColor(const QString& name, const QColor& color);

} // namespace convergence
