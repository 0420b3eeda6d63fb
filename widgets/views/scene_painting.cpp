// What a scene looks like at one moment.
#include <algorithm>
#include <cmath>

#include <QPainter>

#include "widgets/charts/field_picture.h"
#include "widgets/views/scene_view.h"

namespace convergence {

namespace {

constexpr std::size_t mostTrailPoints = 3000;
constexpr double leastDot = 2.0; ///< radius of a circle in pixels

/// A point of a body in the world.
QPointF inWorld(const SceneFrame::Pose& pose, double x, double y) {
    const double c = std::cos(double(pose.angle)), s = std::sin(double(pose.angle));
    return {double(pose.x) + c * x - s * y, double(pose.y) + s * x + c * y};
}

} // namespace

void SceneView::paintBackground(QPainter& painter, const PlotFrame& frame) {
    const FieldFrame* plane = field();
    if (!plane)
        return;
    const PlaneControl::Ranges ranges{frame.x.range, frame.y.range};
    if (background_.isNull() || frames() != backgroundFrames_ || !(ranges == backgroundRanges_) ||
        frame.plot != backgroundPlot_ || theme().id != backgroundTheme_) {
        background_ = filledContours(*plane, frame, theme());
        backgroundFrames_ = frames();
        backgroundRanges_ = ranges;
        backgroundPlot_ = frame.plot;
        backgroundTheme_ = theme().id;
    }
    painter.drawImage(frame.plot, background_);
}

void SceneView::paintTrails(QPainter& painter, const SceneFrame& shown, const PlotFrame& frame,
                            const Moment& now) const {
    painter.setBrush(Qt::NoBrush);
    const std::size_t stride = now.index / mostTrailPoints + 1;
    for (std::size_t body = 0; body < shown.hasTrail.size(); ++body) {
        if (shown.hasTrail[body] == 0 || isHidden(shown, body))
            continue;
        QPolygonF trail;
        const auto add = [&](const SceneFrame::Pose& pose) {
            const QPointF at = frame.toPixel(double(pose.x), double(pose.y));
            if (trail.isEmpty() || QLineF(trail.back(), at).length() > 0.7)
                trail << QPointF(std::clamp(at.x(), -1e5, 1e5), std::clamp(at.y(), -1e5, 1e5));
        };
        for (std::size_t i = 0; i <= now.index; i += stride)
            add(shown.poses[i * shown.bodies + body]);
        add(now.poses[body]);
        QColor color = colorOf(bodyColor(shown, body));
        color.setAlphaF(0.7F * color.alphaF());
        painter.setPen(QPen(color, theme().lineWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(trail);
    }
}

void SceneView::paintShape(QPainter& painter, const SceneFrame& shown,
                           const SceneFrame::Shape& shape, const PlotFrame& frame,
                           const Moment& now) const {
    using Kind = SceneFrame::ShapeKind;
    const SceneFrame::Pose pose =
        shape.body < 0 ? SceneFrame::Pose() : now.poses[std::size_t(shape.body)];
    const int number = shape.color >= 0 || shape.body < 0
                           ? shape.color
                           : bodyColor(shown, std::size_t(shape.body));
    const QColor color = colorOf(number);
    QPolygonF points;
    for (std::size_t i = 0; i < shape.x.size(); ++i) {
        const QPointF at = inWorld(pose, shape.x[i], shape.y[i]);
        const QPointF pixel = frame.toPixel(at.x(), at.y());
        points << QPointF(std::clamp(pixel.x(), -1e5, 1e5), std::clamp(pixel.y(), -1e5, 1e5));
    }
    painter.setPen(
        QPen(color, shape.width * theme().lineWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    QColor fill = color;
    fill.setAlphaF(shape.kind == Kind::polygon ? 0.35F : 1.0F);
    painter.setBrush(shape.isFilled ? QBrush(fill) : Qt::NoBrush);
    switch (shape.kind) {
    case Kind::line:
        painter.drawPolyline(points);
        break;
    case Kind::polygon:
        painter.drawPolygon(points);
        break;
    case Kind::circle: {
        const PixelMap map = frame.pixelMap();
        const double radius =
            std::clamp(std::abs(map.toPixelX(shape.radius) - map.toPixelX(0.0)), leastDot, 1e5);
        if (shape.isFilled)
            painter.setPen(QPen(theme().surface, 1.0));
        painter.drawEllipse(points.front(), radius, radius);
        break;
    }
    case Kind::text:
        painter.drawText(QRectF(points.front() - QPointF(300, 100), QSizeF(600, 200)),
                         Qt::AlignCenter, QString::fromStdString(shape.text));
        break;
    }
}

void SceneView::paintCaption(QPainter& painter, const SceneFrame& shown, const PlotFrame& frame,
                             const Moment& now) const {
    if (shown.times.size() < 2)
        return;
    QString text = QString::fromStdString(shown.timeLabel.empty() ? "t" : shown.timeLabel) + " = " +
                   QString::fromStdString(readableNumber(now.time, 3));
    if (!shown.timeUnit.empty())
        text += " " + QString::fromStdString(shown.timeUnit);
    if (!shown.captions.empty() && !shown.captions[now.index].empty())
        text += "\n" + QString::fromStdString(shown.captions[now.index]);
    QRectF box = QFontMetricsF(painter.font())
                     .boundingRect(QRectF(0, 0, frame.plot.width(), 400), Qt::AlignLeft, text);
    box.moveTopLeft(frame.plot.topLeft() + QPointF(12, 8));
    QColor behind = theme().surface;
    behind.setAlphaF(0.8F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(behind);
    painter.drawRoundedRect(box.adjusted(-6, -3, 6, 3), 4, 4);
    painter.setPen(theme().text);
    painter.drawText(box.adjusted(0, 0, 40, 0), Qt::AlignLeft, text);
}

} // namespace convergence
