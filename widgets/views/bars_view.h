#pragma once

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/legend.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// A BarsFrame of a chosen trial: one group of bars a category. On a logarithmic axis bars grow
/// from its lower end, and values that are not positive have none. Series or categories that are
/// named after arms have their colors, and are hidden and lifted with them.
class BarsView final : public FrameViewWidget {
    Q_OBJECT

public:
    BarsView(View view, std::shared_ptr<const Description> description, const Theme& theme,
             QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;

private:
    struct Bar {
        std::size_t category, series;
        double value;
        QRectF place;
    };
    struct Layout {
        PlotFrame frame;
        std::vector<LegendEntry> legend;
        std::vector<Bar> bars;
    };
    [[nodiscard]] const BarsFrame* bars() const;
    /// What is left of a frame without hidden arms: places in it.
    struct Part {
        std::vector<std::size_t> categories, series;
    };
    [[nodiscard]] Part partOf(const BarsFrame& frame) const;
    [[nodiscard]] QColor colorOf(const BarsFrame& shown, std::size_t category,
                                 std::size_t series) const;
    [[nodiscard]] LegendEntry keyOf(const BarsFrame& shown, std::size_t series) const;
    [[nodiscard]] Layout layout(const BarsFrame& shown, const QRectF& area) const;
    void toggleScale();

    Scale scale_;
};

} // namespace convergence
