// Heat maps as numbers and as LaTeX.
#include "widgets/charts/heat_map.h"

#include <algorithm>
#include <cmath>

#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"

namespace convergence {

namespace {

constexpr std::size_t mostPgfCells = 64; ///< along an edge

QString field(const QString& text) {
    return QString::fromStdString(csvField(std::string_view(text.toStdString())));
}
QString latex(const QString& text) {
    return QString::fromStdString(latexText(text.toStdString()));
}
QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}

/// The map with blocks of cells averaged so that no edge has more than `most` cells.
HeatMap reduced(const HeatMap& map, std::size_t most) {
    const std::size_t factor = (std::max(map.rows, map.columns) + most - 1) / most;
    if (factor <= 1)
        return map;
    HeatMap small = map;
    small.rows = (map.rows + factor - 1) / factor;
    small.columns = (map.columns + factor - 1) / factor;
    small.values.clear();
    small.rowLabels.clear();
    small.columnLabels.clear();
    for (std::size_t row = 0; row < map.rows; row += factor)
        small.rowLabels.push_back(map.rowLabel(row));
    for (std::size_t column = 0; column < map.columns; column += factor)
        small.columnLabels.push_back(map.columnLabel(column));
    for (std::size_t row = 0; row < small.rows; ++row)
        for (std::size_t column = 0; column < small.columns; ++column) {
            double sum = 0.0;
            std::size_t count = 0;
            for (std::size_t i = row * factor; i < std::min(map.rows, (row + 1) * factor); ++i)
                for (std::size_t j = column * factor;
                     j < std::min(map.columns, (column + 1) * factor); ++j, ++count)
                    sum += map.at(i, j);
            small.values.push_back(sum / double(count));
        }
    return small;
}

/// Each number as a rectangle: PGFPlots' own matrix plots know neither a single row or column nor
/// cells without a number.
QString cells(const HeatMap& map, const ColorScale& scale) {
    QString text;
    for (std::size_t row = 0; row < map.rows; ++row)
        for (std::size_t column = 0; column < map.columns; ++column) {
            const double value = map.at(row, column);
            if (!std::isfinite(value))
                continue;
            const QColor color = scale.color(value);
            text += QString("\\fill[fill={rgb,255:red,%1;green,%2;blue,%3}] "
                            "(axis cs:%4,%5) rectangle (axis cs:%6,%7);\n")
                        .arg(color.red())
                        .arg(color.green())
                        .arg(color.blue())
                        .arg(double(column) - 0.5)
                        .arg(double(row) - 0.5)
                        .arg(double(column) + 0.5)
                        .arg(double(row) + 0.5);
        }
    return text;
}

/// Labels of an axis, about ten of them.
QString labelOptions(const QString& axis, std::size_t count, auto label) {
    QStringList ticks, labels;
    const std::size_t step = std::max<std::size_t>(1, (count + 11) / 12);
    for (std::size_t i = 0; i < count; i += step) {
        ticks << QString::number(i);
        labels << "{" + latex(label(i)) + "}";
    }
    return QString("  %1tick={%2}, %1ticklabels={%3},\n")
        .arg(axis, ticks.join(","), labels.join(","));
}

} // namespace

QString heatMapCsv(const HeatMap& map) {
    QString text = field(map.title);
    for (std::size_t column = 0; column < map.columns; ++column)
        text += "," + field(map.columnLabel(column));
    text += "\r\n";
    for (std::size_t row = 0; row < map.rows; ++row) {
        text += field(map.rowLabel(row));
        for (std::size_t column = 0; column < map.columns; ++column)
            text += "," + QString::fromStdString(csvField(map.at(row, column)));
        text += "\r\n";
    }
    return text;
}

QString heatMapPgf(const HeatMap& whole, const Theme& theme, const QString& title,
                   const QString& shift) {
    const HeatMap map = reduced(whole, mostPgfCells);
    const ColorScale scale = whole.scale(theme);
    QString colors;
    constexpr int stops = 11;
    for (int i = 0; i < stops; ++i) {
        const QColor color = scale.color(scale.valueAt(i / (stops - 1.0)));
        colors += QString("rgb255(%1)=(%2,%3,%4) ")
                      .arg(i)
                      .arg(color.red())
                      .arg(color.green())
                      .arg(color.blue());
    }
    // A logarithmic color bar is one of the logarithms, labelled as what they are of.
    const bool logarithmic = scale.scale == Scale::logarithmic;
    const auto meta = [&](double value) {
        return number(logarithmic ? std::log10(value > 0.0 ? value : scale.range.minimum) : value);
    };
    QString text =
        QString("\\begin{axis}[\n  %1  title={%2}, xlabel={%3}, ylabel={%4},\n"
                "  %5, y dir=reverse, xmin=-0.5, xmax=%6, ymin=-0.5, ymax=%7,\n"
                "  colorbar, colormap={shown}{%8}, point meta min=%9, point meta max=%10,\n")
            .arg(shift, latex(title), latex(map.columnTitle), latex(map.rowTitle),
                 map.fillsArea ? "width=12cm, height=8cm" : "axis equal image, width=7cm",
                 number(double(map.columns) - 0.5), number(double(map.rows) - 0.5), colors,
                 meta(scale.range.minimum), meta(scale.range.maximum));
    if (logarithmic)
        text += "  colorbar style={yticklabel={$10^{\\pgfmathprintnumber{\\tick}}$}},\n";
    text += "  tick style={draw=none}, xticklabel style={rotate=45, anchor=east},\n";
    text += labelOptions("x", map.columns, [&](std::size_t i) { return map.columnLabel(i); });
    text += labelOptions("y", map.rows, [&](std::size_t i) { return map.rowLabel(i); });
    text += "]\n";
    if (map.rows < whole.rows || map.columns < whole.columns)
        text += "% blocks of cells averaged\n";
    text += cells(map, scale);
    if (map.digits > 0)
        for (std::size_t row = 0; row < map.rows; ++row)
            for (std::size_t column = 0; column < map.columns; ++column)
                if (const double value = map.at(row, column); std::isfinite(value))
                    text +=
                        QString("\\node[%1, font=\\small] at (axis cs:%2,%3) {%4};\n")
                            .arg(textOn(scale.color(value)) == QColor(Qt::black) ? "black"
                                                                                 : "white")
                            .arg(column)
                            .arg(row)
                            .arg(latex(QString::fromStdString(readableNumber(value, map.digits))));
    return text + "\\end{axis}\n";
}

} // namespace convergence
