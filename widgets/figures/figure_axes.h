#pragma once

#include "widgets/charts/axes_painter.h"
#include "widgets/figures/figure_style.h"
#include "widgets/figures/figure_text.h"

namespace convergence {

/// An axis whose numbers share a power of ten, which is written once.
struct FigureAxis {
    PlotAxis axis;
    QString factor; ///< "×10⁻⁵"; empty: none
};

/// `isWhole`: the values are integers, and so are the ticks.
FigureAxis figureAxis(const QString& label, Scale scale, AxisRange range, bool isWhole);

/// What is written and drawn around a plot.
struct FigureFrame {
    PlotFrame frame;
    std::vector<FigureText> texts;
    QString xLabel, yLabel;   ///< as they are shown; empty: left to another panel
    QString xFactor, yFactor; ///< powers of ten that the numbers share
    bool hasGrid = true;
};

/// Which labels a panel leaves to another one.
struct AxisNames {
    bool x = true, y = true;
};

/// Places axes and their texts inside of `area`. Labels that are longer than their axis take two
/// lines.
FigureFrame layoutFigureAxes(FigureAxis x, FigureAxis y, const QRectF& area,
                             const FigureStyle& style, AxisNames names = {});
void paintFigureGrid(QPainter& painter, const FigureFrame& frame, const FigureStyle& style);
void paintFigureAxes(QPainter& painter, const FigureFrame& frame, const FigureStyle& style);

/// A step smaller than text, but never below the style's smallest.
QFont tickFontOf(const FigureStyle& style);
QFont textFontOf(const FigureStyle& style);

} // namespace convergence
