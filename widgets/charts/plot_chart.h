#pragma once

#include <QChart>
#include <QList>

#include "widgets/charts/chart_content.h"

class QLineSeries;
class QValueAxis;

namespace convergence {

/// A chart that shows a ChartContent.
///
/// The curves are line series of Qt Charts in pixels: their axes span the plot, are not drawn, and
/// change only with its size, so that new data never lay the axes out again. What lies behind and
/// in front of the curves is painted by two items of the chart's own.
class PlotChart : public QChart {
    Q_OBJECT

public:
    explicit PlotChart(QGraphicsItem* parent = nullptr);

    void show(ChartContent content, const Theme& theme, const QFont& font);
    [[nodiscard]] const ChartContent& content() const { return content_; }

private:
    class PaintedItem;
    QLineSeries* seriesAt(int index);

    ChartContent content_;
    Theme theme_;
    QFont font_;
    QValueAxis* xAxis_ = nullptr;
    QValueAxis* yAxis_ = nullptr;
    QList<QLineSeries*> pool_;
    PaintedItem* behind_ = nullptr;
    PaintedItem* before_ = nullptr;
};

} // namespace convergence
