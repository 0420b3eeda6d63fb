// The parts of a line chart that are painted around its curves.
#include "widgets/charts/chart_content.h"
#include "widgets/charts/clipped_line.h"
#include "widgets/charts/label_place.h"

#include <cmath>

#include <QFontMetricsF>
#include <QPainter>

namespace convergence {

namespace {

void paintCursor(QPainter& painter, const ChartContent& content, const Theme& theme,
                 const QFont& font) {
    const ChartContent::Cursor& cursor = *content.cursor;
    const QRectF& plot = content.frame.plot;
    painter.setPen(QPen(theme.mutedText, 1.0, Qt::DotLine));
    painter.drawLine(QPointF(cursor.at.x(), plot.top()), QPointF(cursor.at.x(), plot.bottom()));
    painter.drawLine(QPointF(plot.left(), cursor.at.y()), QPointF(plot.right(), cursor.at.y()));
    paintMarker(painter, cursor.at, 0, 4.5, cursor.color);

    painter.setFont(font);
    const QRectF text =
        QFontMetricsF(font).boundingRect(QRectF(0, 0, 1000, 1000), Qt::AlignLeft, cursor.text);
    const QRectF area =
        areaCoveringLeast(cursor.at, text.size() + QSizeF(16, 10), plot,
                          [&](const QRectF& box) { return double(pointsBelow(box, content)); });
    paintTextBox(painter, cursor.at, cursor.text, area, theme);
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
    QFont small = font;
    small.setPointSizeF(0.85 * font.pointSizeF());
    painter.setFont(small);
    painter.setPen(theme.accent);
    const double width = QFontMetricsF(small).horizontalAdvance(content.fitText);
    const double left = std::min(window.left() + 5.0, content.frame.plot.right() - width - 4.0);
    painter.drawText(QPointF(left, window.top() + QFontMetricsF(small).ascent() + 3.0),
                     content.fitText);
}

/// What a box would cover: points of curves and, where these are few and far between, as lines and
/// guides, pixels of lines.
double inkBelow(const QRectF& box, const ChartContent& content) {
    constexpr std::size_t few = 64;
    double ink = double(pointsBelow(box, content));
    for (const ChartContent::Line& line : content.lines)
        ink += lengthInside(box, line.points);
    for (const ChartContent::Curve& curve : content.curves)
        for (const Polyline& line : curve.lines) {
            if (line.size() > few)
                continue;
            QPolygonF points;
            for (const auto& point : line)
                points << content.frame.plot.topLeft() + QPointF(point.x, point.y);
            ink += lengthInside(box, points);
        }
    return ink;
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
        painter.setRenderHint(QPainter::Antialiasing, band.isSmooth);
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
            paintLegend(painter, content.legend, theme, font);
        paintHint(painter, QRectF(QPointF(), content.size), content.hint, theme);
        painter.restore();
        return;
    }
    painter.save();
    painter.setClipRect(content.frame.plot, Qt::IntersectClip);
    std::vector<QRectF> labels;
    for (const ChartContent::Line& line : content.lines) {
        painter.setPen(QPen(line.color, line.width, line.style, Qt::RoundCap));
        for (const QPolygonF& part : clippedTo(content.frame.plot, line.points))
            painter.drawPolyline(part);
        if (!line.label.isEmpty() && !line.points.isEmpty()) {
            const QFontMetricsF metrics(font);
            labels.push_back(placeBesideLine(
                line.points, {metrics.horizontalAdvance(line.label) + 2.0, metrics.height()},
                content.frame.plot, labels,
                [&](const QRectF& box) { return inkBelow(box, content); }));
            painter.setFont(font);
            painter.drawText(labels.back(), Qt::AlignCenter, line.label);
        }
    }
    for (const ChartContent::Curve& curve : content.curves)
        for (const QPointF& point : curve.points)
            paintMarker(painter, point, curve.marker, 2.2 * curve.width, curve.color);
    for (const ChartContent::WrongValue& wrong : content.wrongValues) {
        constexpr double half = 5.0, height = 9.0;
        const double base = wrong.at.y() + (wrong.isAtTop ? height : -height);
        painter.setPen(QPen(theme.surface, 1.0));
        painter.setBrush(wrong.color);
        painter.drawPolygon(
            QPolygonF{wrong.at, {wrong.at.x() - half, base}, {wrong.at.x() + half, base}});
    }
    for (const ChartContent::Escape& escape : content.escapes)
        paintEdgeMark(painter, content.frame.plot, escape.inside, escape.beyond, escape.color,
                      theme);
    for (const ChartContent::Label& label : content.labels) {
        QColor behind = theme.surface;
        behind.setAlphaF(0.75F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(behind);
        painter.drawRoundedRect(label.place, 3, 3);
        painter.setPen(label.color);
        painter.drawText(label.place, Qt::AlignCenter, label.text);
    }
    painter.setBrush(Qt::NoBrush);
    if (content.playHead) {
        painter.setPen(QPen(theme.accent, 1.5));
        painter.drawLine(QPointF(*content.playHead, content.frame.plot.top()),
                         QPointF(*content.playHead, content.frame.plot.bottom()));
    }
    painter.restore();
    paintAxes(painter, content.frame, theme, font);
    paintLegend(painter, content.legend, theme, font);
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

} // namespace convergence
