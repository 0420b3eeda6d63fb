#pragma once

#include <vector>

#include "widgets/charts/series_pyramid.h"
#include "widgets/charts/ticks.h"

namespace convergence {

struct PlotPoint {
    double x = 0.0;
    double y = 0.0;
};
using Polyline = std::vector<PlotPoint>;

/// Maps data to pixels of a plot: x from the left, y from the top.
struct PixelMap {
    AxisRange x, y;
    Scale xScale = Scale::linear, yScale = Scale::linear;
    double width = 1.0, height = 1.0;

    /// NaN where a logarithmic axis has no place for the value.
    [[nodiscard]] double toPixelX(double value) const;
    [[nodiscard]] double toPixelY(double value) const;
    [[nodiscard]] double fromPixelX(double pixel) const;
    [[nodiscard]] double fromPixelY(double pixel) const;
};

/// The visible part of a series as polylines in pixels that look like the whole: for each column
/// of `columnWidth` pixels at most three points (the rows themselves where they are few, else
/// smallest and largest value), then without points that a straight line replaces within a quarter
/// of a pixel. A gap of the data (NaN, infinite, or not positive on a logarithmic axis) begins a
/// new polyline; gaps narrower than a column close.
std::vector<Polyline> decimate(const SeriesPyramid& series, const PixelMap& map,
                               double columnWidth = 1.0);

/// Removes points that lie within `tolerance` (vertically) of the line through those that stay.
/// One pass; lines that turn back in x keep all points there.
void simplify(Polyline& line, double tolerance);

} // namespace convergence
