#include "widgets/space/cloud_axes.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace convergence {

namespace {

constexpr double gap = 5.0; ///< pixels between an edge and its numbers

/// Ends of an edge of the box along a direction; `sides` are −1 or 1 in the other two.
struct Edge {
    Eigen::Vector3d from, to;

    Edge(const Eigen::Vector3d& half, std::size_t direction, Eigen::Vector3d sides)
        : from(half.cwiseProduct(sides)), to(from) {
        const auto d = Eigen::Index(direction);
        from[d] = -half[d];
        to[d] = half[d];
    }
    [[nodiscard]] Eigen::Vector3d at(double share) const { return from + share * (to - from); }
};

class AxisPainter {
public:
    AxisPainter(QPainter& painter, const QRectF& area, const Viewpoint& viewpoint,
                const Theme& theme, const QFont& font)
        : painter_(painter), area_(area), viewpoint_(viewpoint), theme_(theme), metrics_(font),
          center_(seen(Eigen::Vector3d::Zero())) {}

    [[nodiscard]] double depth(const Eigen::Vector3d& place) const {
        return viewpoint_.project(place, area_.width(), area_.height()).z();
    }
    [[nodiscard]] QPointF seen(const Eigen::Vector3d& place) const {
        const Eigen::Vector3d at = viewpoint_.project(place, area_.width(), area_.height());
        return area_.topLeft() + QPointF(at.x(), at.y());
    }
    void paint(const Edge& edge, const PlotAxis& axis) const;

private:
    /// Text outside the box, so that it touches a place moved by `outward`.
    [[nodiscard]] QRectF boxBeside(QPointF at, QPointF outward, double distance,
                                   const QString& text) const {
        QRectF box(0, 0, metrics_.horizontalAdvance(text) + 2.0, metrics_.height());
        const double reach =
            0.5 * (std::abs(outward.x()) * box.width() + std::abs(outward.y()) * box.height());
        box.moveCenter(at + (distance + reach) * outward);
        return box;
    }

    QPainter& painter_;
    QRectF area_;
    const Viewpoint& viewpoint_;
    const Theme& theme_;
    QFontMetricsF metrics_;
    QPointF center_;
};

void AxisPainter::paint(const Edge& edge, const PlotAxis& axis) const {
    constexpr double leastLength = 24.0;
    if (depth(edge.from) <= 0.0 || depth(edge.to) <= 0.0)
        return; // behind the viewer
    const QLineF line(seen(edge.from), seen(edge.to));
    painter_.setPen(QPen(theme_.mutedText, 1.0));
    painter_.drawLine(line);
    if (line.length() < leastLength) // seen from its end
        return;
    QPointF outward(-line.dy() / line.length(), line.dx() / line.length());
    if (QPointF::dotProduct(outward, line.center() - center_) < 0.0)
        outward = -outward;
    const double low = toAxis(axis.range.minimum, axis.scale);
    const double high = toAxis(axis.range.maximum, axis.scale);
    std::vector<QRectF> taken;
    double widest = 0.0;
    for (const Tick& tick : axis.ticks.major) {
        const QPointF at = seen(edge.at((toAxis(tick.value, axis.scale) - low) / (high - low)));
        painter_.setPen(QPen(theme_.mutedText, 1.0));
        painter_.drawLine(at, at + 3.0 * outward);
        const QString text = QString::fromStdString(tick.label);
        const QRectF box = boxBeside(at, outward, gap, text);
        if (std::any_of(taken.begin(), taken.end(),
                        [&](const QRectF& other) { return other.intersects(box); }))
            continue;
        taken.push_back(box);
        widest = std::max(widest, std::abs(outward.x()) * box.width() +
                                      std::abs(outward.y()) * box.height());
        painter_.drawText(box, Qt::AlignCenter, text);
    }
    painter_.setPen(theme_.text);
    const QString name = metrics_.elidedText(axis.label, Qt::ElideRight, 0.45 * area_.width());
    QRectF box = boxBeside(line.center(), outward, 2.0 * gap + widest, name);
    box.moveLeft(
        std::clamp(box.left(), area_.left(), std::max(area_.left(), area_.right() - box.width())));
    box.moveTop(
        std::clamp(box.top(), area_.top(), std::max(area_.top(), area_.bottom() - box.height())));
    painter_.drawText(box, Qt::AlignCenter, name);
}

} // namespace

CloudAxes::CloudAxes(std::array<PlotAxis, 3> axes) : axes_(std::move(axes)) {
    Eigen::Vector3d length;
    bool isLinear = true;
    for (std::size_t d = 0; d < 3; ++d) {
        length[Eigen::Index(d)] = axes_[d].range.maximum - axes_[d].range.minimum;
        isLinear = isLinear && axes_[d].scale == Scale::linear;
    }
    if (isLinear)
        half_ = (length / length.maxCoeff()).cwiseMax(leastSide);
}

std::optional<Eigen::Vector3d> CloudAxes::toSpace(const Eigen::Vector3d& values) const {
    Eigen::Vector3d place;
    for (std::size_t d = 0; d < 3; ++d) {
        const PlotAxis& axis = axes_[d];
        const double low = toAxis(axis.range.minimum, axis.scale);
        const double high = toAxis(axis.range.maximum, axis.scale);
        const auto i = Eigen::Index(d);
        place[i] = half_[i] * (2.0 * (toAxis(values[i], axis.scale) - low) / (high - low) - 1.0);
    }
    return place.allFinite() ? std::optional(place) : std::nullopt;
}

void paintCloudAxes(QPainter& painter, const QRectF& area, const CloudAxes& axes,
                    const Viewpoint& viewpoint, const Theme& theme, const QFont& font) {
    painter.save();
    painter.setFont(font);
    painter.setRenderHint(QPainter::Antialiasing);
    const AxisPainter axis(painter, area, viewpoint, theme, font);
    const Eigen::Vector3d& half = axes.half();
    for (const std::size_t direction : {std::size_t{0}, std::size_t{1}}) {
        const Eigen::Index other = direction == 0 ? 1 : 0;
        Eigen::Vector3d sides(-1.0, -1.0, -1.0), behind = sides;
        behind[other] = 1.0;
        const Edge near(half, direction, sides), far(half, direction, behind);
        axis.paint(axis.depth(near.at(0.5)) < axis.depth(far.at(0.5)) ? near : far,
                   axes.axis(direction));
    }
    std::optional<Edge> leftmost;
    for (const double x : {-1.0, 1.0})
        for (const double y : {-1.0, 1.0}) {
            const Edge edge(half, 2, {x, y, 0.0});
            if (!leftmost || axis.seen(edge.at(0.5)).x() < axis.seen(leftmost->at(0.5)).x())
                leftmost = edge;
        }
    axis.paint(*leftmost, axes.axis(2));
    painter.restore();
}

} // namespace convergence
