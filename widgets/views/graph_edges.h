#pragma once

#include <array>
#include <functional>
#include <vector>

#include <QImage>
#include <QLineF>
#include <QObject>
#include <QTimer>

#include "core/experiment/graph_frame.h"
#include "widgets/charts/axes_painter.h"

namespace convergence {

/// How strong an edge is drawn: by its share of the largest weight, in few steps, so that edges
/// alike are drawn together.
struct EdgeStyle {
    static constexpr int steps = 6;
    float largest = 1.0F; ///< weight

    explicit EdgeStyle(const GraphFrame& graph);
    [[nodiscard]] int stepOf(const GraphFrame::Edge& edge) const;
    static QColor color(int step, const Theme& theme);
    static double width(int step);
};

/// Draws all edges, with heads where the graph is directed. Ends of arrows keep `gap` pixels from
/// the middle of a node.
void paintEdges(QPainter& painter, const GraphFrame& graph, const PlotFrame& frame,
                const Theme& theme, double gap);

/// The edges of a graph as a picture that is kept until positions, edges, axes or theme change.
///
/// A picture of up to `manyEdges` edges is drawn at once. One of more appears at once without
/// antialiasing and without heads; when the axes have come to rest it is drawn again in slices of a
/// few milliseconds, between which the event loop runs, and then put in its place. It looks as what
/// paintEdges() draws.
class GraphEdges final : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t manyEdges = 2000;

    explicit GraphEdges(QObject* parent);

    struct Wanted {
        const GraphFrame& graph;
        std::size_t version; ///< changes with positions and edges
        const PlotFrame& frame;
        const Theme& theme;
        double pixelRatio;
        double gap;
        bool isMoving; ///< in haste
    };
    /// The picture of the plot, as good as it is by now.
    const QImage& picture(const Wanted& wanted);
    [[nodiscard]] bool isComplete() const { return isComplete_; }
    /// Slices since the last change, and the longest of them in ms.
    [[nodiscard]] int slices() const { return slices_; }
    [[nodiscard]] double longestSlice() const { return longestSlice_; }

Q_SIGNALS:
    void completed();

private:
    enum class Care { hasty, full };
    void drawEdges(QImage& image, std::size_t from, std::size_t to, Care care) const;
    void drawSlice();

    struct Key {
        std::size_t version = 0;
        std::array<double, 8> frame{}; ///< ranges and plot
        QString theme;
        double ratio = 0.0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    Key key_;
    QImage shown_, next_;
    bool isComplete_ = false;
    GraphFrame graph_; ///< positions and edges of what is drawn
    EdgeStyle style_{graph_};
    PlotFrame frame_;
    Theme theme_;
    double gap_ = 0.0;
    std::size_t done_ = 0;
    int slices_ = 0;
    double longestSlice_ = 0.0;
    QTimer timer_;
};

} // namespace convergence
