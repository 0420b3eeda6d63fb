#pragma once

#include "widgets/charts/chart_content.h"
#include "widgets/views/plot_view.h"

class QToolButton;

namespace convergence {

class ChartCanvas;

/// Curves over a common axis: traces, or rows of the trials table. See ChartCanvas for what the
/// viewer can do with it.
class LineChartView final : public PlotView {
    Q_OBJECT

public:
    LineChartView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                  QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;
    [[nodiscard]] const ChartModel& model() const { return model_; }
    [[nodiscard]] ChartCanvas& chart() const { return *chart_; }

protected:
    bool takeUp() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    void themeChanged() override;
    void inputChanged() override;
    void paired() override;
    void selected(std::size_t selector, std::size_t option) override {
        model_.select(selector, option);
    }

private:
    void addScaleButton(const QString& name, Qt::Orientation axis);
    void showScales();
    [[nodiscard]] ChartState stateForFiles() const;

    ChartModel model_;
    ChartCanvas* chart_;
    QToolButton* xScale_ = nullptr;
    QToolButton* yScale_ = nullptr;
    std::vector<ShownRun> shown_;
};

} // namespace convergence
