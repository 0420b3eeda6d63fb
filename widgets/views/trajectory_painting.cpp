// How paths, the field below them and their labels are painted.

#include <algorithm>
#include <cmath>

#include <QPainter>

#include "widgets/charts/field_picture.h"
#include "widgets/views/plane_control.h"
#include "widgets/views/trajectory_view.h"

namespace convergence {

namespace {

constexpr double startRadius = 5.0;

/// 1, 10, 100...
bool isDecade(std::int64_t iteration) {
    while (iteration >= 10 && iteration % 10 == 0)
        iteration /= 10;
    return iteration == 1;
}

/// To the upper right of a point, or where the plot ends there on its other side.
QRectF boxBeside(QPointF at, QSizeF size, const QRectF& plot) {
    QRectF box(QPointF(at.x() + 6.0, at.y() - size.height() - 1.0), size);
    if (box.right() > plot.right())
        box.moveRight(at.x() - 6.0);
    if (box.top() < plot.top())
        box.moveTop(at.y() + 1.0);
    return box;
}

/// Where an arrow is in pixels, unscaled.
QLineF pixelsOf(const PathFrame::Arrow& arrow, const PlotFrame& frame) {
    return {frame.toPixel(arrow.x, arrow.y), frame.toPixel(arrow.x + arrow.dx, arrow.y + arrow.dy)};
}

/// The two strokes at an arrow's tip.
void paintTip(QPainter& painter, const QLineF& arrow, double length) {
    constexpr double turn = 2.6;
    const double angle = std::atan2(arrow.dy(), arrow.dx());
    for (const double side : {angle + turn, angle - turn})
        painter.drawLine(arrow.p2(), arrow.p2() + length * QPointF(std::cos(side), std::sin(side)));
}

/// One of many.
void paintArrow(QPainter& painter, const QLineF& arrow) {
    painter.drawLine(arrow);
    paintTip(painter, arrow, 4.0);
}

/// Text on the color of the surface, so that it can be read over anything.
void paintLabel(QPainter& painter, const QRectF& box, const QString& text, const QColor& color,
                QColor behind) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(behind);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(color);
    painter.drawText(box, Qt::AlignCenter, text);
    painter.setBrush(Qt::NoBrush);
}

QColor withAlpha(QColor color, float alpha) {
    color.setAlphaF(alpha);
    return color;
}

} // namespace

void TrajectoryView::paintField(QPainter& painter, const PlotFrame& frame) {
    const FieldFrame* plane = field();
    if (!plane)
        return;
    const std::pair ranges{frame.x.range, frame.y.range};
    if (background_.isNull() || plane != backgroundField_ || ranges != backgroundRanges_ ||
        frame.plot != backgroundPlot_ || theme().id != backgroundTheme_) {
        background_ = filledContours(*plane, frame, theme());
        backgroundField_ = plane;
        backgroundRanges_ = ranges;
        backgroundPlot_ = frame.plot;
        backgroundTheme_ = theme().id;
    }
    painter.drawImage(frame.plot, background_);
    painter.setPen(QPen(withAlpha(theme().mutedText, 0.5F), 1.0));
    for (const QLineF& arrow : descentArrows(*plane, frame))
        paintArrow(painter, arrow);
}

void TrajectoryView::paintPath(QPainter& painter, const PlotFrame& frame, const Path& path,
                               std::vector<QRectF>& taken) const {
    const PathFrame& track = *path.frame;
    const QColor color = colorOf(path);
    QPolygonF line;
    std::vector<std::pair<QPointF, std::int64_t>> decades;
    for (std::size_t i = 0; i < track.x.size(); ++i) {
        const QPointF at = frame.toPixel(track.x[i], track.y[i]);
        if (!std::isfinite(at.x()) || !std::isfinite(at.y()))
            continue;
        const bool decade = i < track.iteration.size() && isDecade(track.iteration[i]);
        if (decade)
            decades.emplace_back(at, track.iteration[i]);
        // Steps within half a pixel do not show.
        if (line.isEmpty() || i + 1 == track.x.size() || QLineF(line.back(), at).length() > 0.5)
            line << QPointF(std::clamp(at.x(), -1e5, 1e5), std::clamp(at.y(), -1e5, 1e5));
    }
    if (line.isEmpty())
        return;
    painter.setPen(QPen(color, 1.2 * theme().lineWidth,
                        lapOf(path) > 0 ? Qt::DashDotLine : Qt::SolidLine, Qt::RoundCap,
                        Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);

    const QFontMetricsF metrics(painter.font());
    for (const auto& [at, iteration] : decades) {
        paintMarker(painter, at, 0, 3.2, theme().surface);
        paintMarker(painter, at, 0, 2.2, color);
        const QString label =
            "10" +
            QString::fromStdString(superscript(int(std::lround(std::log10(double(iteration))))));
        if (!frame.plot.contains(at))
            continue;
        const QRectF box =
            boxBeside(at, {metrics.horizontalAdvance(label) + 4, metrics.height()}, frame.plot);
        if (std::any_of(taken.begin(), taken.end(),
                        [&](const QRectF& other) { return other.intersects(box); }))
            continue;
        taken.push_back(box);
        paintLabel(painter, box, label, color, withAlpha(theme().surface, 0.6F));
    }
    painter.setBrush(Qt::NoBrush);
    // Start: a ring. Present: a disc.
    painter.setPen(QPen(color, 2.0));
    painter.setBrush(theme().surface);
    painter.drawEllipse(line.front(), startRadius, startRadius);
    paintMarker(painter, line.back(), lapOf(path), startRadius, color);
    if (playHead() && !track.iteration.empty()) {
        const auto after =
            std::upper_bound(track.iteration.begin(), track.iteration.end(), *playHead());
        const auto index =
            std::size_t(std::max<std::ptrdiff_t>(1, after - track.iteration.begin())) - 1;
        painter.setPen(QPen(theme().accent, 2.0));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(frame.toPixel(track.x[index], track.y[index]), 8.0, 8.0);
    }
}

void TrajectoryView::paintPlot(QPainter& painter, const QRectF& area) {
    const auto list = paths();
    if (list.empty() && !field())
        return paintHint(painter, area, hint(), theme());
    const Layout place = layout(area);
    painter.save();
    painter.setClipRect(place.frame.plot, Qt::IntersectClip);
    paintField(painter, place.frame);
    if (!field())
        paintGrid(painter, place.frame, theme());
    if (frames())
        paintDots(painter, place.frame);
    std::vector<QRectF> taken;
    for (const Path& path : list)
        paintPath(painter, place.frame, path, taken);
    for (const Path& path : list)
        paintArrows(painter, place.frame, path);
    if (newStart_) {
        painter.setPen(QPen(theme().accent, 2.0));
        painter.setBrush(theme().surface);
        painter.drawEllipse(*newStart_, startRadius + 2.0, startRadius + 2.0);
    }
    for (const Path& path : list)
        if (path.isLost)
            paintEscape(painter, place.frame, path);
    painter.restore();
    paintAxes(painter, place.frame, theme(), plotFont());
    paintLegend(painter, place.legend, theme(), plotFont());
}

/// A mark at the edge where a path that diverged has left the plane for good.
void TrajectoryView::paintEscape(QPainter& painter, const PlotFrame& frame,
                                 const Path& path) const {
    std::optional<QPointF> inside;
    for (std::size_t i = path.frame->x.size(); i-- > 0;) {
        const QPointF at = frame.toPixel(path.frame->x[i], path.frame->y[i]);
        if (!frame.plot.contains(at))
            continue;
        if (i + 1 == path.frame->x.size())
            return; // it has not left
        const QPointF next = frame.toPixel(path.frame->x[i + 1], path.frame->y[i + 1]);
        inside = std::isfinite(next.x()) && std::isfinite(next.y()) ? next : at;
        paintEdgeMark(painter, frame.plot, at, *inside, colorOf(path), theme());
        return;
    }
}

void TrajectoryView::paintDots(QPainter& painter, const PlotFrame& frame) const {
    const QColor color = withAlpha(theme().text, 0.45F);
    for (const std::string& id : view().frames) {
        const auto found = frames()->shared.find(id);
        if (found == frames()->shared.end())
            continue;
        if (const auto* dots = std::get_if<CurvesFrame>(&found->second))
            for (const CurvesFrame::Curve& curve : dots->curves) {
                const std::size_t count = std::min(curve.x.size(), curve.y.size());
                if (count == 1 && !curve.label.empty()) {
                    paintLandmark(painter, frame, frame.toPixel(curve.x[0], curve.y[0]),
                                  QString::fromStdString(curve.label));
                    continue;
                }
                for (std::size_t i = 0; i < count; ++i)
                    paintMarker(painter, frame.toPixel(curve.x[i], curve.y[i]), 0, 1.4, color);
            }
    }
}

void TrajectoryView::paintLandmark(QPainter& painter, const PlotFrame& frame, QPointF at,
                                   const QString& label) const {
    constexpr double arm = 7.0;
    for (const auto& [color, width] : {std::pair{theme().surface, 5.0}, {theme().text, 2.0}}) {
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(at - QPointF(arm, arm), at + QPointF(arm, arm));
        painter.drawLine(at - QPointF(arm, -arm), at + QPointF(arm, -arm));
    }
    const QFontMetricsF metrics(painter.font());
    const QSizeF size(metrics.horizontalAdvance(label) + 6.0, metrics.height());
    paintLabel(painter, boxBeside(at, size, frame.plot), label, theme().text,
               withAlpha(theme().surface, 0.8F));
}

void TrajectoryView::paintArrows(QPainter& painter, const PlotFrame& frame,
                                 const Path& path) const {
    constexpr double longest = 64.0, shortest = 1.0;
    double reach = 0.0;
    for (const PathFrame::Arrow& arrow : path.frame->arrows)
        reach = std::max(reach, pixelsOf(arrow, frame).length());
    if (!(reach > 0.0) || !std::isfinite(reach))
        return;
    const QFontMetricsF metrics(painter.font());
    std::vector<QRectF> labels;
    for (const PathFrame::Arrow& arrow : path.frame->arrows) {
        QLineF line = pixelsOf(arrow, frame);
        line.setLength(line.length() * longest / reach);
        if (line.length() < shortest)
            continue;
        if (arrow.label.empty()) { // one of a cloud
            painter.setPen(QPen(colorOf(path), 1.4));
            paintArrow(painter, line);
            continue;
        }
        // Dashes tell what went into the step, which is solid.
        const bool last = &arrow == &path.frame->arrows.back();
        painter.setPen(QPen(theme().text, last ? 2.2 : 1.6, last ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(line);
        painter.setPen(QPen(theme().text, 1.6));
        paintTip(painter, line, 8.0);
        const QString label = QString::fromStdString(arrow.label);
        QRectF box(0, 0, metrics.horizontalAdvance(label) + 6, metrics.height());
        const double angle = std::atan2(line.dy(), line.dx());
        // Beyond the tip; arrows in one direction get their labels in a column.
        box.moveCenter(line.p2() +
                       (10.0 + 0.5 * box.width()) * QPointF(std::cos(angle), std::sin(angle)));
        box.moveLeft(std::clamp(box.left(), frame.plot.left(),
                                std::max(frame.plot.left(), frame.plot.right() - box.width())));
        box.moveTop(std::clamp(box.top(), frame.plot.top(),
                               std::max(frame.plot.top(), frame.plot.bottom() - box.height())));
        for (const QRectF& other : labels)
            if (box.intersects(other))
                box.moveTop(other.bottom() + 1.0);
        labels.push_back(box);
        paintLabel(painter, box, label, theme().text, withAlpha(theme().surface, 0.8F));
    }
}

} // namespace convergence
