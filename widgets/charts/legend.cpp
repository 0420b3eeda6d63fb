#include "widgets/charts/legend.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QPainter>
#include <QPolygonF>

namespace convergence {

namespace {

constexpr double keyWidth = 24.0; ///< of the stroke beside a text
constexpr double keyGap = 6.0;
constexpr double entryGap = 14.0;

} // namespace

double layoutLegend(std::vector<LegendEntry>& entries, double width, const QFont& font) {
    const QFontMetricsF metrics(font);
    const double rowHeight = metrics.height() + 4.0;
    double x = 8.0, y = 2.0;
    for (LegendEntry& entry : entries) {
        const double room = std::max(40.0, width - 16.0 - keyWidth - keyGap);
        entry.text = metrics.elidedText(entry.text, Qt::ElideMiddle, room);
        const double needed = keyWidth + keyGap + metrics.horizontalAdvance(entry.text) + entryGap;
        if (x > 8.0 && x + needed - entryGap > width - 8.0) {
            x = 8.0;
            y += rowHeight;
        }
        entry.place = QRectF(x, y, needed - entryGap, rowHeight);
        x += needed;
    }
    return entries.empty() ? 0.0 : y + rowHeight;
}

void paintLegend(QPainter& painter, const std::vector<LegendEntry>& entries, const Theme& theme,
                 const QFont& font) {
    painter.save();
    for (const LegendEntry& entry : entries) {
        const double middle = entry.place.center().y();
        const QPointF left(entry.place.left(), middle),
            right(entry.place.left() + keyWidth, middle);
        QColor color = entry.color;
        if (entry.isHidden)
            color.setAlphaF(0.3);
        if (entry.isFilled) {
            painter.fillRect(QRectF(left.x() + 6.0, middle - 6.0, 12.0, 12.0), color);
        } else if (entry.style != Qt::NoPen) {
            painter.setPen(QPen(color, std::max(1.5, entry.width), entry.style, Qt::FlatCap));
            painter.drawLine(left, right);
        }
        if (entry.marker >= 0)
            paintMarker(painter, (left + right) / 2, entry.marker, 2.2 * entry.width, color);
        QFont entryFont = font;
        entryFont.setStrikeOut(entry.isHidden);
        painter.setFont(entryFont);
        painter.setPen(entry.isHidden ? theme.mutedText : theme.text);
        painter.drawText(entry.place.adjusted(keyWidth + keyGap, 0, 40, 0),
                         Qt::AlignLeft | Qt::AlignVCenter, entry.text);
        if (entry.isFocused) {
            painter.setPen(QPen(theme.accent, 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(entry.place.adjusted(-4, 0, 4, 0), 3, 3);
        }
    }
    painter.restore();
}

void paintMarker(QPainter& painter, QPointF at, int shape, double radius, const QColor& color) {
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const auto polygon = [&](int corners, double turn) {
        QPolygonF points;
        for (int i = 0; i < corners; ++i) {
            const double angle = (turn + 2.0 * i / corners) * 3.14159265358979;
            points << at + 1.2 * radius * QPointF(std::sin(angle), -std::cos(angle));
        }
        painter.drawPolygon(points);
    };
    switch (shape % 6) {
    case 0:
        painter.drawEllipse(at, radius, radius);
        break;
    case 1:
        polygon(4, 0.25);
        break;
    case 2:
        polygon(4, 0.0);
        break;
    case 3:
        polygon(3, 0.0);
        break;
    case 4:
        polygon(3, 1.0);
        break;
    default:
        polygon(5, 0.0);
        break;
    }
    painter.restore();
}

void paintEdgeMark(QPainter& painter, const QRectF& plot, QPointF inside, QPointF beyond,
                   const QColor& color, const Theme& theme) {
    QPointF along = beyond - inside;
    const double length = std::hypot(along.x(), along.y());
    if (!(length > 0.0) || !std::isfinite(length))
        along = {0.0, -1.0};
    else
        along /= length;
    // The first edge that is met.
    double reach = INFINITY;
    if (along.x() != 0.0)
        reach = std::min(reach,
                         ((along.x() > 0.0 ? plot.right() : plot.left()) - inside.x()) / along.x());
    if (along.y() != 0.0)
        reach = std::min(reach,
                         ((along.y() > 0.0 ? plot.bottom() : plot.top()) - inside.y()) / along.y());
    constexpr double half = 6.0, height = 11.0;
    const QPointF tip = inside + std::max(0.0, reach) * along;
    const QPointF base = tip - height * along, across(-along.y(), along.x());
    painter.setPen(QPen(theme.surface, 1.2));
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF{tip, base + half * across, base - half * across});
    painter.setBrush(Qt::NoBrush);
}

void paintTextBox(QPainter& painter, QPointF at, const QString& text, const QRectF& area,
                  const Theme& theme) {
    painter.save();
    QRectF box =
        QFontMetricsF(painter.font()).boundingRect(QRectF(0, 0, 1000, 1000), Qt::AlignLeft, text);
    box.adjust(-8, -5, 8, 5);
    const bool toTheLeft = at.x() + 14 + box.width() > area.right();
    const bool below = at.y() - 14 - box.height() < area.top();
    box.moveLeft(toTheLeft ? std::max(2.0, at.x() - 14 - box.width()) : at.x() + 14);
    box.moveTop(below ? at.y() + 14 : at.y() - 14 - box.height());
    QColor behind = theme.surface;
    behind.setAlphaF(0.93);
    painter.setPen(QPen(theme.grid, 1.0));
    painter.setBrush(behind);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(theme.text);
    painter.drawText(box.adjusted(8, 5, 0, 0), Qt::AlignLeft, text);
    painter.restore();
}

} // namespace convergence
