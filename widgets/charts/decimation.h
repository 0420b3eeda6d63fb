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

/// Columns in which a series goes up and down more often than pixels can show.
struct Envelope {
    Polyline upper, lower; ///< from left to right
};

/// A series as it is drawn, in pixels.
struct DrawnSeries {
    std::vector<Polyline> lines;
    std::vector<Envelope> envelopes; ///< to be filled
};

/// The visible part of a series in pixels, so that it looks like the whole. In each column of
/// `columnWidth` pixels these are the rows themselves where they are few, else the smallest and
/// largest value; then points are left out that a straight line replaces within a quarter of a
/// pixel. Where neighboring columns overlap for most of their height, the series is noise there
/// and becomes an envelope: filling it looks the same and is far faster than drawing a line up and
/// down in every column. A gap of the data (NaN, infinite, or not positive on a logarithmic axis)
/// begins a new polyline; gaps narrower than a column close.
DrawnSeries decimate(const SeriesPyramid& series, const PixelMap& map, double columnWidth = 1.0);

/// Removes points that lie within `tolerance` (vertically) of the line through those that stay.
/// One pass; lines that turn back in x keep all points there.
void simplify(Polyline& line, double tolerance);

} // namespace convergence
