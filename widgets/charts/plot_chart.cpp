#include "widgets/charts/plot_chart.h"

#include <functional>

#include <QGraphicsItem>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QValueAxis>

namespace convergence {

class PlotChart::PaintedItem : public QGraphicsItem {
public:
    PaintedItem(PlotChart& chart, std::function<void(QPainter&)> paintContent)
        : QGraphicsItem(&chart), chart_(chart), paintContent_(std::move(paintContent)) {}

    QRectF boundingRect() const override { return bounds_; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        paintContent_(*painter);
        painter->restore();
    }
    void contentChanged() {
        const QRectF bounds(QPointF(), chart_.content().size);
        if (bounds != bounds_) {
            prepareGeometryChange();
            bounds_ = bounds;
        }
        update();
    }

private:
    PlotChart& chart_;
    std::function<void(QPainter&)> paintContent_;
    QRectF bounds_;
};

PlotChart::PlotChart(QGraphicsItem* parent)
    : QChart(parent), xAxis_(new QValueAxis), yAxis_(new QValueAxis) {
    setAnimationOptions(QChart::NoAnimation);
    setBackgroundVisible(false);
    setPlotAreaBackgroundVisible(false);
    legend()->hide();
    addAxis(xAxis_, Qt::AlignBottom);
    addAxis(yAxis_, Qt::AlignLeft);
    xAxis_->setVisible(false);
    yAxis_->setVisible(false);
    behind_ = new PaintedItem(
        *this, [this](QPainter& painter) { paintBehindCurves(painter, content_, theme_, font_); });
    before_ = new PaintedItem(
        *this, [this](QPainter& painter) { paintBeforeCurves(painter, content_, theme_, font_); });
    // Qt Charts puts its own items between 0 and 10.
    behind_->setZValue(-10.0);
    before_->setZValue(100.0);
}

QLineSeries* PlotChart::seriesAt(int index) {
    while (pool_.size() <= index) {
        auto* series = new QLineSeries;
        addSeries(series);
        series->attachAxis(xAxis_);
        series->attachAxis(yAxis_);
        pool_ << series;
    }
    return pool_[index];
}

void PlotChart::show(ChartContent content, const Theme& theme, const QFont& font) {
    const bool moved = content.frame.plot != content_.frame.plot;
    content_ = std::move(content);
    theme_ = theme;
    font_ = font;
    const QRectF& plot = content_.frame.plot;
    if (moved) {
        xAxis_->setRange(0.0, plot.width());
        yAxis_->setRange(0.0, plot.height());
        setPlotArea(plot);
    }
    int used = 0;
    for (const ChartContent::Curve& curve : content_.curves) {
        const QPen pen(curve.color, curve.width, curve.style, Qt::FlatCap, Qt::RoundJoin);
        for (const Polyline& line : curve.lines) {
            QList<QPointF> points;
            points.reserve(qsizetype(line.size()));
            for (const PlotPoint& p : line)
                points << QPointF(p.x, plot.height() - p.y);
            if (points.size() == 1) // a lone point becomes a dot
                points = {points[0] - QPointF(curve.width / 2, 0),
                          points[0] + QPointF(curve.width / 2, 0)};
            QLineSeries* series = seriesAt(used++);
            if (series->pen() != pen)
                series->setPen(pen);
            series->replace(points);
            if (!series->isVisible())
                series->setVisible(true);
        }
    }
    for (; used < pool_.size(); ++used)
        if (pool_[used]->isVisible()) {
            pool_[used]->replace(QList<QPointF>());
            pool_[used]->setVisible(false);
        }
    behind_->contentChanged();
    before_->contentChanged();
}

} // namespace convergence
