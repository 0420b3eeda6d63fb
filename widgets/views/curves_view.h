#pragma once

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/legend.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// A CurvesFrame of a chosen trial: lines, staircases and single points on common axes.
///
/// Curves with the same label are a family, of one color and named once; of more than two, the
/// first are the faintest. A label that names an arm (namedArm()) makes a curve that arm's: it has
/// its color and is hidden and lifted with it; beside such curves the others are drawn in the
/// colors of text, lines dashed. A click sets the two parameters of the view's gesture to the
/// place.
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
    /// A curve that is shown, and how.
    struct Drawn {
        const CurvesFrame::Curve* curve;
        std::string arm; ///< empty: of none
        QString name;
        QColor color;
        Qt::PenStyle style = Qt::SolidLine;
        int family = 0;      ///< number of its label, in order of appearance
        int marker = 0;      ///< its shape
        bool isFirst = true; ///< of its family
    };
    [[nodiscard]] const CurvesFrame* curves() const;
    void click(QPointF at);
    /// Without those of hidden arms.
    [[nodiscard]] std::vector<Drawn> drawn(const CurvesFrame& frame) const;
    void paintAs(Drawn& curve, bool besideArms) const;
    [[nodiscard]] Layout layout(const CurvesFrame& shown, const QRectF& area) const;
    void toggle(Scale& scale);

    Scale xScale_, yScale_;
    QPointF pressedAt_;
};

} // namespace convergence
