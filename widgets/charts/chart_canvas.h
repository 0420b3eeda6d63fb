#pragma once

#include <QChartView>

#include "widgets/charts/plot_chart.h"

namespace convergence {

/// A line chart under the viewer's hands: wheel zooms around the pointer (Ctrl: x only, Shift:
/// y only), dragging pans, Shift-dragging zooms into a rectangle, a double click or Home shows
/// everything, X and Y switch an axis between linear and logarithmic, a click on a legend entry
/// switches its curves off, the edges of the fit window can be dragged, and the cursor snaps to
/// the nearest point. By keyboard: arrows move the cursor, Ctrl with arrows pans, + and − zoom,
/// brackets choose a legend entry, Space switches it.
class ChartCanvas : public QChartView {
    Q_OBJECT

public:
    ChartCanvas(ChartModel& model, const Theme& theme, QWidget* parent);

    [[nodiscard]] const ChartState& state() const { return state_; }
    [[nodiscard]] const ChartContent& content() const { return chart_->content(); }
    void setTheme(const Theme& theme, const QFont& font);
    void setPlayHead(std::optional<std::int64_t> iteration);
    void setWaitsFor(const QString& sentence);
    /// For a small picture of the chart: without fits, what they found, and their window.
    void hideFits();
    void setFits(std::vector<FitOverlay> fits);
    void setScales(Scale x, Scale y);
    void resetZoom();
    /// None: all data.
    void setZoom(std::optional<AxisRange> x, std::optional<AxisRange> y);
    /// Data of another chart that this one is drawn to one scale with; true if they are new.
    bool setAlso(AxisRange x, AxisRange y, double legendHeight);
    /// Switches the curves of a legend entry, if there is one of that label.
    void setHidden(const std::string& label, bool hidden);
    void zoom(double factor, QPointF around, Qt::Orientations axes = Qt::Horizontal | Qt::Vertical);
    /// What the data cursor says; empty when it is on no point.
    [[nodiscard]] QString cursorText() const;
    /// Lays the chart out anew from the model.
    void rebuild();

Q_SIGNALS:
    void scalesChanged();
    void zoomed();
    void groupToggled(const std::string& label, bool hidden);
    void pointed(const QString& text);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rectangle) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    enum class Drag { none, pan, rubberBand, fitLeft, fitRight, fitWhole };
    [[nodiscard]] Drag dragAt(QPointF at) const;
    void drag(QPointF at);
    void zoomInto(QRectF rectangle);
    void pan(QPointF pixels);
    void dragFit(QPointF at);
    void pointAt(QPointF at);
    void moveCursor(int points, int curves);
    void focusLegend(int step);
    void toggleGroup(std::size_t group);
    void updateFitKind();

    ChartModel& model_;
    Theme theme_;
    QFont font_;
    ChartState state_;
    PlotChart* chart_;
    Drag drag_ = Drag::none;
    QPointF pressed_, last_;
    AxisRange fitAtPress_;
};

} // namespace convergence
