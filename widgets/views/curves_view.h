#pragma once

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/legend.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// A CurvesFrame of a chosen trial: lines, staircases and single points on common axes.
///
/// A curve that has an arm's id for a label is that arm's: it has its color and name, and is hidden
/// and lifted with it. Beside such curves the others are drawn in the colors of text, lines dashed.
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

private:
    struct Layout {
        PlotFrame frame;
        std::vector<LegendEntry> legend;
    };
    struct Look {
        QString name;
        QColor color;
        Qt::PenStyle style = Qt::SolidLine;
        int marker = 0;
        bool isArm = false;
    };
    [[nodiscard]] bool isArm(const CurvesFrame::Curve& curve) const;
    [[nodiscard]] bool isHidden(const CurvesFrame::Curve& curve) const;
    [[nodiscard]] std::vector<Look> looksOf(const CurvesFrame& shown) const;
    [[nodiscard]] const CurvesFrame* curves() const;
    [[nodiscard]] Layout layout(const CurvesFrame& shown, const QRectF& area) const;
    void toggle(Scale& scale);

    Scale xScale_, yScale_;
};

} // namespace convergence
