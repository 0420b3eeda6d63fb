#pragma once

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/legend.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// The paths of all arms in one plane, with the same scale on both axes: start, present, a mark at
/// each decade of iterations and at the play-head, over a field of which the paths follow the
/// gradient. A click, or a drag of the start, sets the start where the view has a gesture.
class TrajectoryView final : public FrameViewWidget {
    Q_OBJECT

public:
    TrajectoryView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                   QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;
    [[nodiscard]] std::vector<QPolygonF> linesOf(const QRectF& area) const override;

private:
    struct Path {
        std::size_t trial;
        std::string arm;
        const PathFrame* frame;
        bool isLost = false; ///< it diverged
    };
    struct Layout {
        PlotFrame frame;
        std::vector<LegendEntry> legend;
    };
    [[nodiscard]] std::vector<Path> paths() const;
    [[nodiscard]] const FieldFrame* field() const;
    [[nodiscard]] Layout layout(const QRectF& area) const;
    [[nodiscard]] QColor colorOf(const Path& path) const;
    [[nodiscard]] int lapOf(const Path& path) const;
    void paintField(QPainter& painter, const PlotFrame& frame);
    /// `taken` holds the places of labels, so that none covers another.
    void paintPath(QPainter& painter, const PlotFrame& frame, const Path& path,
                   std::vector<QRectF>& taken) const;
    void paintEscape(QPainter& painter, const PlotFrame& frame, const Path& path) const;
    /// Shared CurvesFrames among the view's frames, as dots under the paths; one point alone with
    /// a label is a landmark, a cross that has it.
    void paintDots(QPainter& painter, const PlotFrame& frame) const;
    void paintLandmark(QPainter& painter, const PlotFrame& frame, QPointF at,
                       const QString& label) const;
    /// The directions that a path brings along, the longest 64 pixels long; those without a label
    /// in the path's color.
    void paintArrows(QPainter& painter, const PlotFrame& frame, const Path& path) const;
    void zoom(double factor, QPointF around);
    void pan(QPointF pixels);
    void resetZoom();
    /// Of this view and the one beside it; none: all data.
    void setZoom(std::optional<std::pair<AxisRange, AxisRange>> ranges);
    [[nodiscard]] bool isOverStart(QPointF at, const PlotFrame& frame) const;

    std::optional<std::pair<AxisRange, AxisRange>> zoom_;
    std::optional<QPointF> newStart_; ///< while it is dragged, in canvas coordinates
    QPointF pressed_, last_;
    bool panning_ = false;
    QImage background_; ///< filled contours, kept while nothing changes
    QRectF backgroundPlot_;
    std::pair<AxisRange, AxisRange> backgroundRanges_;
    const FieldFrame* backgroundField_ = nullptr;
    QString backgroundTheme_;
};

} // namespace convergence
