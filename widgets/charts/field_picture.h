#pragma once

#include <vector>

#include <QImage>
#include <QLineF>

#include "core/experiment/frames.h"
#include "widgets/charts/axes_painter.h"

namespace convergence {

/// A scalar field as filled contours for the plot of `frame`, one pixel a pixel. Levels are even
/// in the square root of the height above the minimum, so that valleys show. Outside the field
/// and where it is not finite the picture is transparent. Empty if the field has under 2 × 2
/// points or its sizes do not match.
QImage filledContours(const FieldFrame& field, const PlotFrame& frame, const Theme& theme);

/// Arrows along the negative gradient, about 30 pixels apart, in chart coordinates. Their length
/// grows with the square root of its size. Empty without a gradient.
std::vector<QLineF> descentArrows(const FieldFrame& field, const PlotFrame& frame);

/// f at a place by bilinear interpolation; NaN outside.
double fieldAt(const FieldFrame& field, const std::vector<float>& values, double x, double y);

} // namespace convergence
