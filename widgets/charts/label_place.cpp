#include "widgets/charts/label_place.h"

#include <cmath>

#include "widgets/charts/chart_content.h"

namespace convergence {

QRectF areaCoveringLeast(QPointF at, QSizeF label, const QRectF& plot,
                         const std::function<double(const QRectF& box)>& covered) {
    constexpr double away = 14.0; // from the place to the box
    QRectF best = plot;
    double least = INFINITY;
    for (const bool below : {false, true})
        for (const bool left : {false, true}) {
            const QRectF box(QPointF(left ? at.x() - away - label.width() : at.x() + away,
                                     below ? at.y() + away : at.y() - away - label.height()),
                             label);
            if (!plot.contains(box))
                continue;
            const double ink = covered(box);
            if (ink >= least)
                continue;
            least = ink;
            best = plot;
            if (left)
                best.setRight(at.x());
            if (below)
                best.setTop(at.y());
        }
    return best;
}

QRectF placeBesideLine(const QPolygonF& line, QSizeF label, const QRectF& plot,
                       std::span<const QRectF> taken,
                       const std::function<double(const QRectF& box)>& covered) {
    constexpr double away = 4.0;       // from the line to the box
    constexpr double overlap = 1000.0; // costs more than to cover any curve
    QRectF best;
    double least = INFINITY;
    for (const double share : {0.33, 0.2, 0.5, 0.65, 0.08, 0.8}) {
        const QPointF at = line[qsizetype(share * double(line.size() - 1))];
        for (const bool above : {true, false}) {
            const QRectF box(at + QPointF(away, above ? -away - label.height() : away), label);
            double cost = covered(box);
            for (const QRectF& other : taken)
                cost += box.intersects(other) ? overlap : 0.0;
            if (!plot.contains(box))
                cost += overlap;
            if (cost < least) {
                least = cost;
                best = box;
            }
        }
    }
    return best;
}

int pointsBelow(const QRectF& box, const ChartContent& content) {
    const QPointF origin = content.frame.plot.topLeft();
    int count = 0;
    for (const ChartContent::Curve& curve : content.curves) {
        for (const Polyline& line : curve.lines)
            for (const auto& point : line)
                count += box.contains(origin + QPointF(point.x, point.y)) ? 1 : 0;
        for (const QPointF& point : curve.points)
            count += box.contains(point) ? 1 : 0;
    }
    return count;
}

} // namespace convergence
