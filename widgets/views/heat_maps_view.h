#pragma once

#include "widgets/charts/heat_map.h"
#include "widgets/charts/pivot_table.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// MatrixFrames of a chosen trial side by side, each with its own color bar. Cells are square,
/// unless the view's two axes are labelled as different things: then they fill the room.
class HeatMapsView final : public FrameViewWidget {
    Q_OBJECT

public:
    HeatMapsView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                 QWidget* parent);

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;

private:
    [[nodiscard]] std::vector<HeatMap> maps() const;
    [[nodiscard]] std::vector<HeatMap> ownMaps() const;
    [[nodiscard]] std::vector<HeatMapPlace> places(const std::vector<HeatMap>& maps,
                                                   const QRectF& area) const;
};

/// Heat map of the trials table over two factors, with the values written into the cells.
class PivotView final : public FrameViewWidget {
    Q_OBJECT

public:
    PivotView(View view, std::shared_ptr<const Description> description, const Theme& theme,
              QWidget* parent);

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    bool takeUp() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;

private:
    [[nodiscard]] PivotTable table() const;
    [[nodiscard]] HeatMap pivot(const PivotTable& table) const;
    void choose(QPointF at);

    std::size_t rowsSeen_ = 0;
};

} // namespace convergence
