#include "widgets/panels/curve_editor.h"

#include <algorithm>

#include <QMouseEvent>
#include <QPainter>

namespace convergence {

namespace {
constexpr double margin = 8.0;
constexpr double reach = 10.0;    ///< pixels within which a click takes a point
constexpr double spacing = 0.005; ///< least distance in x between neighbours
} // namespace

CurveEditor::CurveEditor(double minimum, double maximum, QWidget* parent)
    : QWidget(parent), minimum_(minimum), maximum_(maximum) {
    setMinimumHeight(80);
    setToolTip(tr("Drag points; double-click adds one, right-click removes one"));
    setAccessibleName(tr("Drawn curve"));
}

void CurveEditor::setPoints(std::vector<CurvePoint> points) {
    points_ = std::move(points);
    update();
}

QPointF CurveEditor::toPixel(const CurvePoint& point) const {
    const double u = (point.y - minimum_) / (maximum_ - minimum_);
    return {margin + point.x * (width() - 2 * margin),
            height() - margin - u * (height() - 2 * margin)};
}

CurvePoint CurveEditor::fromPixel(QPointF pixel) const {
    const double x = (pixel.x() - margin) / (width() - 2 * margin);
    const double u = (height() - margin - pixel.y()) / (height() - 2 * margin);
    return {std::clamp(x, 0.0, 1.0),
            std::clamp(minimum_ + u * (maximum_ - minimum_), minimum_, maximum_)};
}

int CurveEditor::pointAt(QPointF pixel) const {
    for (std::size_t i = 0; i < points_.size(); ++i)
        if (QLineF(toPixel(points_[i]), pixel).length() < reach)
            return static_cast<int>(i);
    return -1;
}

void CurveEditor::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().base());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    QPolygonF line;
    for (const CurvePoint& point : points_)
        line << toPixel(point);
    const QColor color = palette().color(isEnabled() ? QPalette::Highlight : QPalette::Mid);
    painter.setPen(QPen(color, 2.0));
    painter.drawPolyline(line);
    painter.setBrush(color);
    for (const QPointF& point : line)
        painter.drawEllipse(point, 4.0, 4.0);
}

void CurveEditor::mousePressEvent(QMouseEvent* event) {
    const int at = pointAt(event->position());
    const bool inner = at > 0 && at + 1 < static_cast<int>(points_.size());
    if (event->button() == Qt::RightButton && inner) {
        points_.erase(points_.begin() + at);
        update();
        Q_EMIT edited();
    } else if (event->button() == Qt::LeftButton) {
        dragged_ = at;
    }
}

void CurveEditor::mouseMoveEvent(QMouseEvent* event) {
    if (dragged_ < 0)
        return;
    const auto i = static_cast<std::size_t>(dragged_);
    CurvePoint moved = fromPixel(event->position());
    if (i == 0 || i + 1 == points_.size())
        moved.x = points_[i].x;
    else
        moved.x = std::clamp(moved.x, points_[i - 1].x + spacing, points_[i + 1].x - spacing);
    points_[i] = moved;
    update();
}

void CurveEditor::mouseReleaseEvent(QMouseEvent*) {
    if (dragged_ < 0)
        return;
    dragged_ = -1;
    Q_EMIT edited();
}

void CurveEditor::mouseDoubleClickEvent(QMouseEvent* event) {
    const CurvePoint added = fromPixel(event->position());
    const auto after = std::find_if(points_.begin(), points_.end(), [&](const CurvePoint& point) {
        return point.x > added.x - spacing;
    });
    if (after == points_.begin() || after == points_.end() || after->x < added.x + spacing)
        return;
    points_.insert(after, added);
    update();
    Q_EMIT edited();
}

} // namespace convergence
