#include "widgets/views/graph_edges.h"

#include <algorithm>
#include <cmath>

#include <QElapsedTimer>
#include <QPainter>

#include "widgets/views/line_raster.h"

namespace convergence {

namespace {

constexpr double sliceMilliseconds = 6.0;
constexpr std::size_t edgesAtOnce = 128; ///< between two looks at the clock
constexpr double headLength = 7.0;

/// The visible part of an edge shortened at its ends; nothing where none is left.
bool shorten(QLineF& line, double gap) {
    const double length = line.length();
    if (!(length > 2.0 * gap + 2.0))
        return false;
    const QPointF unit((line.x2() - line.x1()) / length, (line.y2() - line.y1()) / length);
    line = QLineF(line.p1(), line.p2() - gap * unit);
    return true;
}

void addHead(QVector<QLineF>& lines, const QLineF& line) {
    const double angle = std::atan2(line.dy(), line.dx());
    for (const double turn : {2.72, -2.72})
        lines << QLineF(line.p2(), line.p2() + headLength * QPointF(std::cos(angle + turn),
                                                                    std::sin(angle + turn)));
}

/// Lines of the edges from an index to another that may be seen, by steps of strength.
struct EdgeRange {
    std::size_t from, to;
    double gap; ///< negative: arrows have no heads
};
using EdgeLines = std::array<QVector<QLineF>, EdgeStyle::steps>;

EdgeLines linesOf(const GraphFrame& graph, const EdgeStyle& style, const PlotFrame& frame,
                  EdgeRange range) {
    const PixelMap map = frame.pixelMap();
    const QRectF around = frame.plot.adjusted(-4, -4, 4, 4);
    const bool hasHeads = graph.isDirected && range.gap >= 0.0;
    EdgeLines lines;
    for (std::size_t i = range.from; i < range.to; ++i) {
        const auto& edge = graph.edges[i];
        const auto place = [&](std::uint32_t node) {
            return frame.plot.topLeft() + QPointF(map.toPixelX(double(graph.x[node])),
                                                  map.toPixelY(double(graph.y[node])));
        };
        QLineF line(place(edge.from), place(edge.to));
        if (std::max(line.x1(), line.x2()) < around.left() ||
            std::min(line.x1(), line.x2()) > around.right() ||
            std::max(line.y1(), line.y2()) < around.top() ||
            std::min(line.y1(), line.y2()) > around.bottom())
            continue;
        if (hasHeads && !shorten(line, range.gap))
            continue;
        auto& alike = lines[std::size_t(style.stepOf(edge))];
        alike << line;
        if (hasHeads)
            addHead(alike, line);
    }
    return lines;
}

QImage emptyPicture(const PlotFrame& frame, double ratio) {
    QImage image((frame.plot.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    return image;
}

} // namespace

EdgeStyle::EdgeStyle(const GraphFrame& graph) {
    const auto most =
        std::max_element(graph.edges.begin(), graph.edges.end(),
                         [](const auto& a, const auto& b) { return a.weight < b.weight; });
    if (most != graph.edges.end() && most->weight > 0.0F)
        largest = most->weight;
}

int EdgeStyle::stepOf(const GraphFrame::Edge& edge) const {
    return std::clamp(int(std::ceil(edge.weight / largest * steps)) - 1, 0, steps - 1);
}

QColor EdgeStyle::color(int step, const Theme& theme) {
    QColor color = theme.mutedText;
    color.setAlphaF(0.25F + 0.6F * float(step + 1) / float(steps));
    return color;
}

double EdgeStyle::width(int step) {
    return 0.7 + 1.5 * double(step + 1) / double(steps);
}

void paintEdges(QPainter& painter, const GraphFrame& graph, const PlotFrame& frame,
                const Theme& theme, double gap) {
    const EdgeLines lines = linesOf(graph, EdgeStyle(graph), frame, {0, graph.edges.size(), gap});
    for (int step = 0; step < EdgeStyle::steps; ++step) {
        painter.setPen(QPen(EdgeStyle::color(step, theme), EdgeStyle::width(step)));
        painter.drawLines(lines[std::size_t(step)]);
    }
}

GraphEdges::GraphEdges(QObject* parent) : QObject(parent) {
    timer_.setInterval(0);
    connect(&timer_, &QTimer::timeout, this, &GraphEdges::drawSlice);
}

const QImage& GraphEdges::picture(const Wanted& wanted) {
    const PlotFrame& f = wanted.frame;
    const Key key{wanted.version,
                  {f.x.range.minimum, f.x.range.maximum, f.y.range.minimum, f.y.range.maximum,
                   f.plot.left(), f.plot.top(), f.plot.width(), f.plot.height()},
                  wanted.theme.id,
                  wanted.pixelRatio};
    const bool isNew = !(key == key_) || shown_.isNull();
    const std::size_t count = wanted.graph.edges.size();
    if (isNew) {
        if (wanted.version != key_.version || graph_.edges.size() != count) {
            graph_.x = wanted.graph.x;
            graph_.y = wanted.graph.y;
            graph_.edges = wanted.graph.edges;
            graph_.isDirected = wanted.graph.isDirected;
            style_ = EdgeStyle(graph_);
        }
        key_ = key;
        frame_ = f;
        theme_ = wanted.theme;
        gap_ = wanted.gap;
        timer_.stop();
        slices_ = 0;
        longestSlice_ = 0.0;
        done_ = 0;
        isComplete_ = count <= manyEdges;
        shown_ = emptyPicture(f, wanted.pixelRatio);
        drawEdges(shown_, 0, count, isComplete_ ? Care::full : Care::hasty);
    }
    if (!isComplete_ && !wanted.isMoving && !timer_.isActive()) {
        next_ = emptyPicture(f, wanted.pixelRatio);
        done_ = 0;
        timer_.start();
    }
    return shown_;
}

void GraphEdges::drawEdges(QImage& image, std::size_t from, std::size_t to, Care care) const {
    const EdgeLines lines =
        linesOf(graph_, style_, frame_, {from, to, care == Care::full ? gap_ : -1.0});
    const double ratio = key_.ratio;
    LineRaster raster(image);
    for (int step = 0; step < EdgeStyle::steps; ++step) {
        raster.setPen(EdgeStyle::color(step, theme_), ratio * EdgeStyle::width(step));
        for (const QLineF& line : lines[std::size_t(step)]) {
            const QLineF inPixels(ratio * (line.p1() - frame_.plot.topLeft()),
                                  ratio * (line.p2() - frame_.plot.topLeft()));
            if (care == Care::full)
                raster.draw(inPixels);
            else
                raster.drawThin(inPixels);
        }
    }
}

void GraphEdges::drawSlice() {
    QElapsedTimer clock;
    clock.start();
    const std::size_t count = graph_.edges.size();
    while (done_ < count && double(clock.nsecsElapsed()) * 1e-6 < sliceMilliseconds) {
        const std::size_t to = std::min(done_ + edgesAtOnce, count);
        drawEdges(next_, done_, to, Care::full);
        done_ = to;
    }
    ++slices_;
    longestSlice_ = std::max(longestSlice_, double(clock.nsecsElapsed()) * 1e-6);
    if (done_ < count)
        return;
    timer_.stop();
    shown_ = std::move(next_);
    next_ = {};
    isComplete_ = true;
    Q_EMIT completed();
}

} // namespace convergence
