#pragma once

#include "widgets/charts/legend.h"
#include "widgets/charts/timeline_strips.h"
#include "widgets/views/frame_view.h"
#include "widgets/views/plane_control.h"

namespace convergence {

/// Of intervals and instants of a kind: a series color; where there are more kinds than these, the
/// further ones are paler, so that no two are the same.
QColor colorOfKind(const Theme& theme, std::size_t kind);

/// A TimelineFrame of a chosen trial: a lane a row, time to the right, a color a kind. The wheel
/// zooms in time, a drag moves; the pointer tells what lies under it.
class TimelineView final : public FrameViewWidget {
    Q_OBJECT

public:
    TimelineView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                 QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;
    void inputChanged() override;
    void selected(std::size_t selector, std::size_t option) override;
    void paired() override;

private:
    struct Layout {
        PlotFrame frame;
        std::vector<LegendEntry> legend;
    };
    [[nodiscard]] const TimelineFrame* timeline() const;
    [[nodiscard]] Layout layout(const TimelineFrame* shown, const QRectF& area) const;
    /// Of a lane, from the top to the bottom of its strips.
    [[nodiscard]] QRectF laneRect(const PlotFrame& frame, std::uint32_t lane) const;
    void paintArrows(QPainter& painter, const TimelineFrame& shown, const PlotFrame& frame) const;
    void paintInstants(QPainter& painter, const TimelineFrame& shown, const PlotFrame& frame) const;
    void takeOrder();

    PlaneControl* control_;
    std::vector<std::uint32_t> order_; ///< of the frame that is shown
    AxisRange extent_{0.0, 1.0};
};

} // namespace convergence
