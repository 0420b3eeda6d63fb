#pragma once

#include "widgets/charts/color_maps.h"
#include "widgets/views/frame_view.h"

namespace convergence {

/// Rows of the trials table as lines across one vertical axis a column, colored by one of them.
/// Lines of trials that lack a value are left out. A click on a line chooses its trial.
class ParallelCoordinatesView final : public FrameViewWidget {
    Q_OBJECT

public:
    ParallelCoordinatesView(View view, std::shared_ptr<const Description> description,
                            const Theme& theme, QWidget* parent);

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    bool takeUp() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;

private:
    struct Axis {
        QString label;
        std::string column;
        Scale scale = Scale::linear;
        AxisRange range;
        AxisTicks ticks;
        double x = 0.0; ///< in pixels
    };
    struct Line {
        std::size_t trial = 0;
        std::vector<double> values; ///< one an axis
        double color = 0.0;
    };
    struct Layout {
        std::vector<Axis> axes;
        std::vector<Line> lines;
        QRectF plot;
        ColorScale colors;
    };
    [[nodiscard]] Layout layout(const QRectF& area) const;
    [[nodiscard]] std::vector<Line> lines() const;
    [[nodiscard]] static double shareOf(const Axis& axis, double value);
    [[nodiscard]] static QPointF pointOf(const Layout& layout, std::size_t axis, double value);
    /// Index of the line within a few pixels of a place; none: nothing there.
    [[nodiscard]] std::optional<std::size_t> lineAt(const Layout& layout, QPointF at) const;
    [[nodiscard]] QColor colorOf(const Layout& layout, const Line& line) const;

    std::size_t rowsSeen_ = 0;
};

} // namespace convergence
