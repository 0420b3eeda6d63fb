#pragma once

#include <QImage>
#include <QPolygonF>

#include "core/experiment/points_frame.h"
#include "widgets/charts/axes_painter.h"
#include "widgets/charts/item_colors.h"

namespace convergence {

/// Up to so many points of both clouds together are drawn one by one, with a shape a class.
constexpr std::size_t fewPoints = 4000;

/// Antialiased marks; points that have pictures are left out.
void paintFewPoints(QPainter& painter, const PointsFrame& points, const PlotFrame& frame,
                    const ItemColors& colors, const Theme& theme);

/// Both clouds as a transparent picture of the plot, `ratio` pixels a logical one: discs of two or
/// three pixels, later points over earlier ones, those behind first.
QImage cloudPicture(const PointsFrame& points, const PlotFrame& frame, const ItemColors& colors,
                    const Theme& theme, double ratio);

QPolygonF ellipseOutline(const PointsFrame::Ellipse& ellipse, const PlotFrame& frame);

/// Longer edge of pictures at points, in pixels: so that they would fill half of the plot.
double thumbnailSize(const PointsFrame& points, const QRectF& plot);
QRectF thumbnailPlace(const PointsFrame& points, QPointF at, double size);
/// Not a copy: it lasts as long as the frame.
QImage thumbnailImage(const PointsFrame& points, std::size_t index);

/// What is told of a point: its name, class, place in the plane and value, a line each.
QString pointText(const PointsFrame& points, std::size_t index, const View& view);
/// The values' label with its unit.
QString valueText(const PointsFrame& points);
/// Both clouds with all that is known of their points; only the head without a frame.
QString pointsCsv(const PointsFrame* points);
/// Of so many points LaTeX, whose memory is small, is given every n-th.
std::size_t latexStride(std::size_t count);

} // namespace convergence
