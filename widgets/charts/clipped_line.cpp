#include "widgets/charts/clipped_line.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <QLineF>

namespace convergence {

namespace {

/// Liang and Barsky 1984: the share [t₀, t₁] of a segment that lies inside.
std::optional<QLineF> inside(const QRectF& rectangle, QPointF a, QPointF b) {
    const QPointF along = b - a;
    double from = 0.0, to = 1.0;
    const auto cut = [&](double speed, double room) { // speed·t ≤ room
        if (speed == 0.0)
            return room >= 0.0;
        const double t = room / speed;
        (speed > 0.0 ? to : from) = speed > 0.0 ? std::min(to, t) : std::max(from, t);
        return from < to;
    };
    const bool isSeen =
        cut(-along.x(), a.x() - rectangle.left()) && cut(along.x(), rectangle.right() - a.x()) &&
        cut(-along.y(), a.y() - rectangle.top()) && cut(along.y(), rectangle.bottom() - a.y());
    return isSeen ? std::optional(QLineF(a + from * along, a + to * along)) : std::nullopt;
}

bool isFinite(QPointF point) {
    return std::isfinite(point.x()) && std::isfinite(point.y());
}

} // namespace

std::vector<QPolygonF> clippedTo(const QRectF& rectangle, const QPolygonF& line) {
    std::vector<QPolygonF> parts;
    bool goesOn = false; // the last part ended at the point before, and not at the border
    for (qsizetype i = 1; i < line.size(); ++i) {
        const bool isLine = isFinite(line[i - 1]) && isFinite(line[i]);
        const auto seen = isLine ? inside(rectangle, line[i - 1], line[i]) : std::nullopt;
        if (!seen) {
            goesOn = false;
            continue;
        }
        if (!goesOn)
            parts.push_back({seen->p1()});
        parts.back() << seen->p2();
        goesOn = seen->p2() == line[i];
    }
    return parts;
}

double lengthInside(const QRectF& rectangle, const QPolygonF& line) {
    double length = 0.0;
    for (const QPolygonF& part : clippedTo(rectangle, line))
        for (qsizetype i = 1; i < part.size(); ++i)
            length += QLineF(part[i - 1], part[i]).length();
    return length;
}

} // namespace convergence
