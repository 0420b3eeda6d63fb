#pragma once

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/legend.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// A CurvesFrame of a chosen trial: lines, staircases and single points on common axes. Curves that
/// are named after arms have their colors, and are hidden and lifted with them.
class CurvesView final : public FrameViewWidget {
    Q_OBJECT

public:
    CurvesView(View view, std::shared_ptr<const Description> description, const Theme& theme,
               QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;
    [[nodiscard]] std::vector<QPolygonF> linesOf(const QRectF& area) const override;

private:
    struct Layout {
        PlotFrame frame;
        std::vector<LegendEntry> legend;
    };
    [[nodiscard]] const CurvesFrame* curves() const;
    /// A curve and how it is drawn.
    struct Drawn {
        const CurvesFrame::Curve* curve;
        std::string arm; ///< empty: of none
        QColor color;
        Qt::PenStyle style = Qt::SolidLine;
        int marker = 0;
    };
    /// Without those of hidden arms.
    [[nodiscard]] std::vector<Drawn> drawn(const CurvesFrame& frame) const;
    [[nodiscard]] Layout layout(const CurvesFrame& shown, const QRectF& area) const;
    void toggle(Scale& scale);

    Scale xScale_, yScale_;
};

} // namespace convergence
