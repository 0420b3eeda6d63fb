#pragma once

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/legend.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// A CurvesFrame of a chosen trial: lines, staircases and single points on common axes. Curves with
/// the same label are a family, of one color and named once; of more than two, the first are the
/// faintest. A click sets the two parameters of the view's gesture to the place.
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
    /// How a curve of the frame is drawn.
    struct Look {
        int family = 0;       ///< number of its label, in order of appearance
        bool isFirst = false; ///< of its family
        double strength = 1.0;
    };
    [[nodiscard]] static std::vector<Look> looksOf(const CurvesFrame& shown);
    [[nodiscard]] QColor colorOf(const Look& look) const;
    [[nodiscard]] const CurvesFrame* curves() const;
    void click(QPointF at);
    [[nodiscard]] Layout layout(const CurvesFrame& shown, const QRectF& area) const;
    void toggle(Scale& scale);

    Scale xScale_, yScale_;
    QPointF pressedAt_;
};

} // namespace convergence
