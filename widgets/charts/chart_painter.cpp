// The parts of a line chart that are painted around its curves.
#include "widgets/charts/chart_content.h"

#include <cmath>

#include <QFontMetricsF>
#include <QPainter>

namespace convergence {

namespace {

void paintLegend(QPainter& painter, const ChartContent& content, const Theme& theme,
                 const QFont& font) {
    painter.setFont(font);
    for (const ChartContent::LegendEntry& entry : content.legend) {
        const double middle = entry.place.center().y();
        const QPointF left(entry.place.left(), middle), right(entry.place.left() + 24.0, middle);
        QColor color = entry.color;
        if (entry.isHidden)
            color.setAlphaF(0.3);
        painter.setPen(QPen(color, std::max(1.5, entry.width), entry.style, Qt::FlatCap));
        painter.drawLine(left, right);
        if (entry.marker >= 0)
            paintMarker(painter, (left + right) / 2, entry.marker, 2.2 * entry.width, color);
        QFont entryFont = font;
        entryFont.setStrikeOut(entry.isHidden);
        painter.setFont(entryFont);
        painter.setPen(entry.isHidden ? theme.mutedText : theme.text);
        painter.drawText(entry.place.adjusted(30.0, 0, 40, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         entry.text);
        if (entry.isFocused) {
            painter.setPen(QPen(theme.accent, 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(entry.place.adjusted(-4, 0, 4, 0), 3, 3);
        }
    }
}

void paintCursor(QPainter& painter, const ChartContent& content, const Theme& theme,
                 const QFont& font) {
    const ChartContent::Cursor& cursor = *content.cursor;
    const QRectF& plot = content.frame.plot;
    painter.setPen(QPen(theme.mutedText, 1.0, Qt::DotLine));
    painter.drawLine(QPointF(cursor.at.x(), plot.top()), QPointF(cursor.at.x(), plot.bottom()));
    painter.drawLine(QPointF(plot.left(), cursor.at.y()), QPointF(plot.right(), cursor.at.y()));
    paintMarker(painter, cursor.at, 0, 4.5, cursor.color);

    painter.setFont(font);
    QRectF box =
        QFontMetricsF(font).boundingRect(QRectF(0, 0, 1000, 1000), Qt::AlignLeft, cursor.text);
    box.adjust(-8, -5, 8, 5);
    // Beside the point, on the side where there is room.
    const bool toTheLeft = cursor.at.x() + 14 + box.width() > plot.right();
    const bool below = cursor.at.y() - 14 - box.height() < plot.top();
    box.moveLeft(toTheLeft ? std::max(2.0, cursor.at.x() - 14 - box.width()) : cursor.at.x() + 14);
    box.moveTop(below ? cursor.at.y() + 14 : cursor.at.y() - 14 - box.height());
    QColor behind = theme.surface;
    behind.setAlphaF(0.93);
    painter.setPen(QPen(theme.grid, 1.0));
    painter.setBrush(behind);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(theme.text);
    painter.drawText(box.adjusted(8, 5, 0, 0), Qt::AlignLeft, cursor.text);
}

void paintFitWindow(QPainter& painter, const ChartContent& content, const Theme& theme,
                    const QFont& font) {
    const QRectF& window = *content.fitWindow;
    QColor tint = theme.accent;
    tint.setAlphaF(theme.dark ? 0.10 : 0.06);
    painter.fillRect(window, tint);
    tint.setAlphaF(0.75);
    painter.setPen(QPen(tint, 1.0));
    for (const double x : {window.left(), window.right()})
        painter.drawLine(QPointF(x, window.top()), QPointF(x, window.bottom()));
    // Handles to drag the ends, and the strip to drag the whole.
    painter.setPen(Qt::NoPen);
    painter.setBrush(tint);
    for (const double x : {window.left(), window.right()})
        painter.drawRoundedRect(QRectF(x - 3.0, window.center().y() - 14.0, 6.0, 28.0), 3, 3);
    QFont small = font;
    small.setPointSizeF(0.85 * font.pointSizeF());
    painter.setFont(small);
    painter.setPen(theme.accent);
    const double width = QFontMetricsF(small).horizontalAdvance(content.fitText);
    const double left = std::min(window.left() + 5.0, content.frame.plot.right() - width - 4.0);
    painter.drawText(QPointF(left, window.bottom() - 6.0), content.fitText);
}

} // namespace

void paintBehindCurves(QPainter& painter, const ChartContent& content, const Theme& theme,
                       const QFont& font) {
    if (!content.hint.isEmpty() && content.curves.empty())
        return;
    paintGrid(painter, content.frame, theme);
    painter.save();
    painter.setClipRect(content.frame.plot.adjusted(-4, 0, 4, 0), Qt::IntersectClip);
    if (content.fitWindow)
        paintFitWindow(painter, content, theme, font);
    painter.setPen(Qt::NoPen);
    for (const ChartContent::Band& band : content.bands) {
        painter.setBrush(band.color);
        painter.drawPolygon(band.outline);
    }
    painter.restore();
}

void paintBeforeCurves(QPainter& painter, const ChartContent& content, const Theme& theme,
                       const QFont& font) {
    painter.save();
    painter.setFont(font);
    if (!content.hint.isEmpty()) {
        if (!content.legend.empty())
            paintLegend(painter, content, theme, font);
        paintHint(painter, QRectF(QPointF(), content.size), content.hint, theme);
        painter.restore();
        return;
    }
    painter.save();
    painter.setClipRect(content.frame.plot, Qt::IntersectClip);
    for (const ChartContent::Line& line : content.lines) {
        painter.setPen(QPen(line.color, line.width, line.style, Qt::RoundCap));
        painter.drawPolyline(line.points);
        if (!line.label.isEmpty() && !line.points.isEmpty()) {
            const QPointF middle = line.points[line.points.size() / 3];
            painter.drawText(middle + QPointF(6, -6), line.label);
        }
    }
    for (const ChartContent::Curve& curve : content.curves)
        for (const QPointF& point : curve.points)
            paintMarker(painter, point, curve.marker, 2.2 * curve.width, curve.color);
    if (content.playHead) {
        painter.setPen(QPen(theme.accent, 1.5));
        painter.drawLine(QPointF(*content.playHead, content.frame.plot.top()),
                         QPointF(*content.playHead, content.frame.plot.bottom()));
    }
    painter.restore();
    paintAxes(painter, content.frame, theme, font);
    paintLegend(painter, content, theme, font);
    if (content.rubberBand) {
        QColor tint = theme.accent;
        tint.setAlphaF(0.15);
        painter.setPen(QPen(theme.accent, 1.0, Qt::DashLine));
        painter.setBrush(tint);
        painter.drawRect(*content.rubberBand);
    }
    if (content.cursor)
        paintCursor(painter, content, theme, font);
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

} // namespace convergence
