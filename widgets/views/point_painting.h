#pragma once

#include <functional>

#include <Eigen/Core>

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

/// x, y and z of a point, 0 in the plane.
Eigen::Vector3d pointOf(const PointsFrame& points, std::size_t index);
Eigen::Vector3d pointOf(const PointsFrame::Behind& points, std::size_t index);

/// What is told of a point: its name, class, place in the plane and value, a line each.
QString pointText(const PointsFrame& points, std::size_t index, const View& view);
/// The values' label with its unit.
QString valueText(const PointsFrame& points);
/// Both clouds with all that is known of their points; only the head without a frame.
QString pointsCsv(const PointsFrame* points);
/// Both clouds as PGFPlots draws them.
struct PgfClouds {
    QString definitions; ///< of colors
    QString options;     ///< of the axes
    QString plots;
};
/// `command` is \addplot or \addplot3; `placeOf` writes a coordinate, empty for what is not seen.
/// Of many points LaTeX, whose memory is small, is given every n-th.
PgfClouds pgfClouds(const PointsFrame& points, const ItemColors& colors, const Theme& theme,
                    const QString& command,
                    const std::function<QString(const Eigen::Vector3d&)>& placeOf);

} // namespace convergence
