#pragma once

#include <QFont>
#include <QRectF>
#include <QString>

#include "core/experiment/view.h"
#include "widgets/charts/decimation.h"
#include "widgets/theme.h"

class QPainter;

namespace convergence {

/// An axis as it is drawn.
struct PlotAxis {
    QString label; ///< with its unit
    Scale scale = Scale::linear;
    AxisRange range;
    AxisTicks ticks;
};

/// The axes of a plot and where they are.
struct PlotFrame {
    PlotAxis x, y;
    QRectF plot; ///< inside the axes

    [[nodiscard]] PixelMap pixelMap() const;
    [[nodiscard]] QPointF toPixel(double xValue, double yValue) const;
};

/// "label [unit]", or the column's name where the description says nothing.
QString axisLabel(const AxisSpec& axis);
PlotAxis plotAxis(const QString& label, Scale scale, AxisRange range);

/// Places the axes so that all labels fit into `area`.
PlotFrame layoutAxes(PlotAxis x, PlotAxis y, const QRectF& area, const QFont& font);
/// Grid lines, behind the data.
void paintGrid(QPainter& painter, const PlotFrame& frame, const Theme& theme);
/// Border, tick marks, tick labels and axis labels, in front of the data.
void paintAxes(QPainter& painter, const PlotFrame& frame, const Theme& theme, const QFont& font);

/// What to do while there is nothing to see, in the middle of an area.
void paintHint(QPainter& painter, const QRectF& area, const QString& hint, const Theme& theme);

} // namespace convergence
