#pragma once

#include <map>

#include <QPixmap>

#include "widgets/charts/item_colors.h"
#include "widgets/views/frame_view.h"
#include "widgets/views/graph_edges.h"
#include "widgets/views/plane_control.h"

namespace convergence {

/// A GraphFrame of a chosen trial: edges, kept as a picture (GraphEdges), and over them what is
/// highlighted and the nodes. The node under the pointer, or the one chosen by N and Shift+N, is
/// told with its edges drawn strong.
class GraphView final : public FrameViewWidget {
    Q_OBJECT

public:
    GraphView(View view, std::shared_ptr<const Description> description, const Theme& theme,
              QWidget* parent);

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

    /// How edges are drawn, for measurements.
    [[nodiscard]] const GraphEdges& edges() const { return *edges_; }

protected:
    void paintPlot(QPainter& painter, const QRectF& area) override;
    [[nodiscard]] QString textAt(QPointF at, const QRectF& area) const override;
    void inputChanged() override;
    void selected(std::size_t selector, std::size_t option) override;
    void themeChanged() override { discs_.clear(); }
    void paired() override;

private:
    struct Layout {
        PlotFrame frame;
        QRectF bar;
        std::vector<LegendEntry> legend;
    };
    [[nodiscard]] const GraphFrame* graph() const;
    [[nodiscard]] ItemColors colors(const GraphFrame& shown) const;
    [[nodiscard]] Layout layout(const GraphFrame* shown, const QRectF& area) const;
    /// Radius of a node of size 1, in pixels.
    [[nodiscard]] double nodeRadius(const GraphFrame& shown, const QRectF& plot) const;
    [[nodiscard]] double radiusOf(const GraphFrame& shown, std::size_t node, double unit) const;
    [[nodiscard]] std::optional<std::size_t> nodeAt(const GraphFrame& shown, const PlotFrame& frame,
                                                    QPointF at) const;
    [[nodiscard]] QString textOf(const GraphFrame& shown, std::size_t node) const;
    /// The node that is told: under the pointer, else the chosen one.
    [[nodiscard]] std::optional<std::size_t> told(const GraphFrame& shown,
                                                  const PlotFrame& frame) const;
    void takeData();
    void choose(int step);
    void paintStrongEdges(QPainter& painter, const GraphFrame& shown, const PlotFrame& frame) const;
    void paintNodes(QPainter& painter, const GraphFrame& shown, const PlotFrame& frame,
                    const ItemColors& tints);
    void paintLabels(QPainter& painter, const GraphFrame& shown, const PlotFrame& frame) const;
    [[nodiscard]] const QPixmap& disc(const QColor& color, double radius);

    PlaneControl* control_;
    GraphEdges* edges_;
    std::size_t version_ = 0; ///< of positions and edges
    GraphFrame positions_;    ///< x, y and edges of that version
    Extent x_, y_;
    std::optional<QPointF> pointer_;
    std::optional<std::size_t> chosen_; ///< by keyboard
    std::map<std::pair<QRgb, int>, QPixmap> discs_;
};

} // namespace convergence
