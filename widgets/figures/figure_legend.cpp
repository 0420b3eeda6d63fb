// The parts of a figure's legend: names beside pieces of line.
#include "widgets/figures/chart_panel.h"

#include <algorithm>

#include <QPainter>

namespace convergence {

namespace {

constexpr double legendKeyLength = 16.0; // units
constexpr double legendKeyGap = 4.0;
constexpr double legendEntryGap = 10.0;

/// Adds a key and its name's lines, the first of which has its middle at `middle`.
double addName(const CurveName& name, QPointF middle, double width, const FigureStyle& style,
               std::vector<NamedKey>& keys, std::vector<FigureText>& texts) {
    const QFont font = tickFontOf(style);
    const QStringList lines = wrapped(name.text, font, width - legendKeyLength - legendKeyGap);
    keys.push_back({name, middle, legendKeyLength, lines});
    QPointF at = middle + QPointF(legendKeyLength + legendKeyGap, 0.0);
    for (const QString& line : lines) {
        texts.push_back(textAt(line, font, style.text, at, TextAnchor::left));
        at.ry() += heightOf(font);
    }
    return double(lines.size()) * heightOf(font);
}

} // namespace

double addLegendRows(const std::vector<CurveName>& names, QPointF topLeft, double width,
                     const FigureStyle& style, std::vector<NamedKey>& keys,
                     std::vector<FigureText>& texts) {
    const QFont font = tickFontOf(style);
    const double height = heightOf(font);
    double x = 0.0, y = 0.0, rowHeight = 0.0;
    for (const CurveName& name : names) {
        const double wanted = legendKeyLength + legendKeyGap + widthOf(name.text, font);
        if (x > 0.0 && x + wanted > width) {
            x = 0.0;
            y += rowHeight;
            rowHeight = 0.0;
        }
        rowHeight = std::max(rowHeight, addName(name, topLeft + QPointF(x, y + 0.5 * height), width,
                                                style, keys, texts));
        x += std::min(wanted, width) + legendEntryGap;
    }
    return y + rowHeight;
}

QSizeF addLegendColumn(const std::vector<CurveName>& names, QPointF topLeft, double width,
                       const FigureStyle& style, std::vector<NamedKey>& keys,
                       std::vector<FigureText>& texts) {
    const std::size_t before = texts.size();
    const double height = heightOf(tickFontOf(style));
    double y = 0.0;
    for (const CurveName& name : names)
        y += addName(name, topLeft + QPointF(0.0, y + 0.5 * height), width, style, keys, texts);
    double right = topLeft.x();
    for (std::size_t i = before; i < texts.size(); ++i)
        right = std::max(right, texts[i].box.right());
    return {right - topLeft.x(), y};
}

void paintKeys(QPainter& painter, const std::vector<NamedKey>& keys, const FigureStyle& style) {
    for (const NamedKey& key : keys) {
        const CurveName& name = key.name;
        QPen pen(name.color, name.width, Qt::SolidLine, Qt::FlatCap);
        if (!name.dashes.empty())
            pen.setDashPattern(QList<qreal>(name.dashes.begin(), name.dashes.end()));
        painter.setPen(pen);
        if (name.width > 0.0)
            painter.drawLine(key.left, key.left + QPointF(key.length, 0.0));
        paintFigureMark(painter,
                        {key.left + QPointF(0.5 * key.length, 0.0), name.color, name.look,
                         1.5 * style.lineWidth * unitsPerPoint},
                        style.surface);
    }
}

} // namespace convergence
