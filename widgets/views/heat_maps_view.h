#pragma once

#include <span>
#include <utility>

#include "widgets/charts/heat_map.h"
#include "widgets/charts/pivot_table.h"
#include "widgets/views/frame_view.h"
#include "widgets/views/picture_pager.h"

namespace convergence {

/// MatrixFrames of a chosen trial side by side, each with its own color bar. Cells are square,
/// unless the view's two axes are labelled as different things: then they fill the room. On a
/// screen few large ones come before many small ones: the others are on further pages.
class HeatMapsView final : public FrameViewWidget {
    Q_OBJECT

public:
    HeatMapsView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                 QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;

private:
    struct Page {
        std::vector<HeatMap> maps;
        std::vector<HeatMapPlace> places;
    };
    [[nodiscard]] std::vector<HeatMap> maps() const;
    [[nodiscard]] std::vector<HeatMap> ownMaps() const;
    /// What is drawn into an area: for a file all maps.
    [[nodiscard]] Page page(const QRectF& area) const;
    [[nodiscard]] std::vector<HeatMapPlace> places(std::span<const HeatMap> maps,
                                                   const QRectF& area) const;
    [[nodiscard]] std::size_t atOnce(std::span<const HeatMap> maps, const QRectF& area) const;

    PicturePager* pager_;
    /// What atOnce() found, and for which area, font and shapes of maps.
    mutable std::pair<QString, std::size_t> foundAtOnce_;
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
    void frameLifted(QPainter& painter, const HeatMap& map, const QRectF& cells) const;

    std::size_t rowsSeen_ = 0;
};

} // namespace convergence
