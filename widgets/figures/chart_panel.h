#pragma once

#include <optional>

#include "widgets/charts/chart_content.h"
#include "widgets/figures/curve_strokes.h"
#include "widgets/figures/figure_axes.h"

namespace convergence {

/// An entry of a figure's legend: a piece of line and mark, and a name in one or more lines.
struct CurveName {
    QString text;
    QColor color;
    double width = 1.0;
    std::vector<double> dashes;
    CompanionLook look;
    friend bool operator==(const CurveName&, const CurveName&) = default;
};

/// Names beside pieces of line, on the page.
struct NamedKey {
    CurveName name;
    QPointF left; ///< middle of the key's left end
    double length = 0.0;
    QStringList lines; ///< of the name, from the key's height downward; at ends around it
};

/// A line chart in a figure, ready to be painted.
struct ChartPanel {
    FigureFrame axes; ///< with all texts of the panel
    std::vector<ChartContent::Band> bands;
    std::vector<ChartContent::WrongValue> wrongValues;
    std::vector<CurveStroke> strokes; ///< in the order of painting
    std::vector<FigureMark> marks;
    std::vector<NamedKey> keys;
    std::vector<QLineF> leaders;     ///< from ends of curves to names that had to move
    std::optional<QRectF> legendBox; ///< cleared behind names inside of the plot
    QPolygonF bracket;               ///< of the fit window; may be empty
    QString hint;                    ///< instead of data
};

/// What a panel of a figure has to do with the others.
struct PanelPlace {
    QRectF area;
    AxisNames names;
    LegendPlace legend = LegendPlace::ends; ///< none where the figure has one for all
};

/// All entries of a chart's legend.
std::vector<CurveName> namesOf(const ChartModel& model, const ChartState& state,
                               const FigureStyle& style);
/// Lays a chart out at true size: no handles, no cursor, no play head.
ChartPanel layoutChartPanel(const ChartModel& model, const ChartState& state,
                            const PanelPlace& place, const FigureStyle& style);
void paintChartPanel(QPainter& painter, const ChartPanel& panel, const FigureStyle& style);

/// Names in rows of `width` from `top left`: their keys and texts are added; returns the height.
double addLegendRows(const std::vector<CurveName>& names, QPointF topLeft, double width,
                     const FigureStyle& style, std::vector<NamedKey>& keys,
                     std::vector<FigureText>& texts);
/// Names in one column; returns its size.
QSizeF addLegendColumn(const std::vector<CurveName>& names, QPointF topLeft, double width,
                       const FigureStyle& style, std::vector<NamedKey>& keys,
                       std::vector<FigureText>& texts);
void paintKeys(QPainter& painter, const std::vector<NamedKey>& keys, const FigureStyle& style);

} // namespace convergence
