#pragma once

#include <QImage>

#include "core/math/kernel_density.h"
#include "widgets/charts/item_colors.h"
#include "widgets/views/frame_view.h"
#include "widgets/views/plane_control.h"

namespace convergence {

/// A PointsFrame of a chosen trial in the plane: the cloud behind, lines of equal density, points
/// or their pictures, ellipses. Points are drawn into a picture that is kept until the data or the
/// axes change, so that moving the pointer costs little. The point under the pointer is named; a
/// click sets the two parameters of the view's gesture.
class PointsView final : public FrameViewWidget {
    Q_OBJECT

public:
    PointsView(View view, std::shared_ptr<const Description> description, const Theme& theme,
               QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;
    void inputChanged() override;
    void selected(std::size_t selector, std::size_t option) override;
    void themeChanged() override { clouds_ = {}; }
    void paired() override;

private:
    struct Layout {
        PlotFrame frame;
        QRectF bar; ///< of the colors; empty: none
        std::vector<LegendEntry> legend;
    };
    struct Contour {
        double share;
        std::vector<ContourLine> lines; ///< in coordinates of the axes (toAxis())
    };
    [[nodiscard]] const PointsFrame* points() const;
    [[nodiscard]] ItemColors colors(const PointsFrame& shown) const;
    [[nodiscard]] Layout layout(const PointsFrame* shown, const QRectF& area) const;
    [[nodiscard]] std::optional<std::size_t> nearest(const PointsFrame& shown,
                                                     const PlotFrame& frame, QPointF at) const;
    void takeData();
    void click(QPointF at);
    void paintClouds(QPainter& painter, const PointsFrame& shown, const PlotFrame& frame) const;
    void paintContours(QPainter& painter, const PlotFrame& frame) const;
    void paintEllipses(QPainter& painter, const PointsFrame& shown, const PlotFrame& frame) const;
    void paintThumbnails(QPainter& painter, const PointsFrame& shown, const PlotFrame& frame) const;
    void paintMark(QPainter& painter, const PointsFrame& shown, const PlotFrame& frame) const;

    PlaneControl* control_;
    std::optional<QPointF> pointer_;
    Extent x_, y_; ///< of the data
    std::vector<Contour> contours_;
    /// Both clouds as a picture, and of what.
    struct Clouds {
        QImage image;
        const PointsFrame* of = nullptr;
        std::shared_ptr<const Frames> frames; ///< keeps `of` alive
        PlaneControl::Ranges ranges;
        QRectF plot;
        AxisRange colors;
    };
    mutable Clouds clouds_;
};

} // namespace convergence
