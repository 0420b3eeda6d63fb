#include "widgets/figures/curve_strokes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <QPainter>

#include "widgets/charts/legend.h"

namespace convergence {

namespace {

/// A shorter stretch of coincidence is a crossing.
constexpr int shortestStretch = 10;    // columns of one unit
constexpr double dashLength = 6.0;     // units
constexpr std::size_t mostCurves = 64; ///< that are compared; the others stay as they are

/// y of a curve's lines at each column, NaN where there is none.
struct Profile {
    int first = 0;
    std::vector<double> y;
    std::vector<double> path; ///< length up to each column
    bool isUsable = false;    ///< x never goes back
    [[nodiscard]] double at(int column) const {
        const int i = column - first;
        return i >= 0 && i < int(y.size()) ? y[std::size_t(i)] : NAN;
    }
    [[nodiscard]] double along(int column) const { return path[std::size_t(column - first)]; }
};

double between(QPointF a, QPointF b, double x) {
    return b.x() > a.x() ? a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x()) : b.y();
}

Profile profileOf(const CurveLines& curve) {
    double low = INFINITY, high = -INFINITY;
    for (const QPolygonF& line : curve.lines)
        for (qsizetype i = 0; i < line.size(); ++i) {
            if (i > 0 && line[i].x() < line[i - 1].x())
                return {};
            low = std::min(low, line[i].x());
            high = std::max(high, line[i].x());
        }
    if (!(high > low))
        return {};
    Profile profile{int(std::ceil(low)), {}, {}, true};
    profile.y.assign(std::size_t(std::max(0, int(std::floor(high)) - profile.first + 1)), NAN);
    for (const QPolygonF& line : curve.lines)
        for (qsizetype i = 1; i < line.size(); ++i)
            for (int x = int(std::ceil(line[i - 1].x())); x <= int(std::floor(line[i].x())); ++x)
                profile.y[std::size_t(x - profile.first)] = between(line[i - 1], line[i], x);
    double length = 0.0;
    for (std::size_t i = 0; i < profile.y.size(); ++i) {
        const double rise = i > 0 ? profile.y[i] - profile.y[i - 1] : 0.0;
        length += std::isfinite(rise) ? std::hypot(1.0, rise) : 1.0;
        profile.path.push_back(length);
    }
    return profile;
}

/// Who takes turns with a curve at a column: their groups, and the curve along which turns are
/// counted, which is the same for all of them.
struct Turns {
    std::vector<std::size_t> groups; ///< increasing; one: nobody shares
    std::size_t guide = 0;
};

Turns turnsAt(const std::vector<CurveLines>& curves, const std::vector<Profile>& profiles,
              std::size_t curve, int column) {
    Turns turns{{curves[curve].group}, curve};
    const double y = profiles[curve].at(column);
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        const double reach = 0.9 * std::max(curves[i].width, curves[curve].width);
        if (i == curve || !(std::abs(profiles[i].at(column) - y) <= reach)) // also for NaN
            continue;
        turns.groups.push_back(curves[i].group);
        turns.guide = std::min(turns.guide, i);
    }
    std::sort(turns.groups.begin(), turns.groups.end());
    turns.groups.erase(std::unique(turns.groups.begin(), turns.groups.end()), turns.groups.end());
    return turns;
}

/// Columns [begin, end) at which a curve shares its place.
struct Stretch {
    int begin = 0, end = 0;
};

std::vector<Stretch> stretchesOf(const std::vector<CurveLines>& curves,
                                 const std::vector<Profile>& profiles, std::size_t curve) {
    std::vector<Stretch> stretches;
    const Profile& own = profiles[curve];
    const int end = own.first + int(own.y.size());
    for (int column = own.first; column < end; ++column) {
        if (turnsAt(curves, profiles, curve, column).groups.size() < 2)
            continue;
        if (!stretches.empty() && stretches.back().end == column)
            ++stretches.back().end;
        else
            stretches.push_back({column, column + 1});
    }
    std::erase_if(stretches, [](const Stretch& s) { return s.end - s.begin < shortestStretch; });
    return stretches;
}

/// The part of a line with from ≤ x ≤ to.
QPolygonF part(const QPolygonF& line, double from, double to) {
    QPolygonF result;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const QPointF at = line[i];
        if (i > 0) {
            const QPointF before = line[i - 1];
            for (const double edge : {from, to})
                if (before.x() < edge && edge < at.x())
                    result << QPointF(edge, between(before, at, edge));
        }
        if (at.x() >= from && at.x() <= to)
            result << at;
    }
    return result;
}

/// Adds the parts of a curve between two x.
void addPart(std::vector<CurveStroke>& strokes, const CurveLines& curve, std::size_t index,
             double from, double to, bool isSolid) {
    for (const QPolygonF& line : curve.lines)
        if (QPolygonF points = part(line, from, to); points.size() > 1)
            strokes.push_back({index, curve.color, curve.width,
                               isSolid ? std::vector<double>() : curve.dashes, std::move(points)});
}

/// The dashes of one curve along a stretch that it shares.
void addTurns(std::vector<CurveStroke>& strokes, const std::vector<CurveLines>& curves,
              const std::vector<Profile>& profiles, std::size_t curve, const Stretch& stretch) {
    const double length = std::max(dashLength, 4.0 * curves[curve].width);
    int begin = stretch.begin;
    bool isDrawn = false;
    for (int column = stretch.begin; column < stretch.end; ++column) {
        const Turns turns = turnsAt(curves, profiles, curve, column);
        const auto turn = std::size_t(profiles[turns.guide].along(column) / length);
        const bool isMine = turns.groups[turn % turns.groups.size()] == curves[curve].group;
        if (isMine == isDrawn)
            continue;
        if (isDrawn)
            addPart(strokes, curves[curve], curve, begin, column, true);
        begin = column;
        isDrawn = isMine;
    }
    if (isDrawn)
        addPart(strokes, curves[curve], curve, begin, stretch.end - 1, true);
}

} // namespace

std::vector<CurveStroke> strokesOf(const std::vector<CurveLines>& curves) {
    std::vector<Profile> profiles;
    for (std::size_t i = 0; i < std::min(curves.size(), mostCurves); ++i)
        profiles.push_back(profileOf(curves[i]));
    std::vector<CurveStroke> strokes;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const bool isCompared = i < profiles.size() && profiles[i].isUsable;
        double from = -std::numeric_limits<double>::max();
        if (!isCompared) {
            for (const QPolygonF& line : curves[i].lines)
                strokes.push_back({i, curves[i].color, curves[i].width, curves[i].dashes, line});
            continue;
        }
        for (const Stretch& stretch : stretchesOf(curves, profiles, i)) {
            addPart(strokes, curves[i], i, from, stretch.begin, false);
            addTurns(strokes, curves, profiles, i, stretch);
            from = stretch.end - 1;
        }
        addPart(strokes, curves[i], i, from, std::numeric_limits<double>::max(), false);
    }
    return strokes;
}

CompanionLook companionOf(int color, Companion kind) {
    static const std::array<std::vector<double>, 8> dashes{
        std::vector<double>{}, {6.0, 2.0}, {6.0, 1.5, 1.0, 1.5},           {1.2, 1.5},
        {10.0, 2.5},           {3.0, 1.5}, {6.0, 1.5, 1.0, 1.5, 1.0, 1.5}, {10.0, 1.5, 3.0, 1.5}};
    const int index = std::max(0, color);
    switch (kind) {
    case Companion::marks:
        return {index % 6, index / 6 % 2 == 1, {}};
    case Companion::dashes:
        return {-1, false, dashes[std::size_t(index) % dashes.size()]};
    case Companion::none:
        break;
    }
    return {-1, false, {}};
}

void paintFigureMark(QPainter& painter, const FigureMark& mark, const QColor& surface) {
    if (mark.look.shape < 0)
        return;
    // A rim of the surface's color keeps marks apart from lines below them.
    paintMarker(painter, mark.at, mark.look.shape, 1.35 * mark.radius, surface);
    paintMarker(painter, mark.at, mark.look.shape, mark.radius, mark.color);
    if (mark.look.isHollow)
        paintMarker(painter, mark.at, mark.look.shape, 0.55 * mark.radius, surface);
}

std::vector<QPointF> markPlaces(const CurveLines& curve, double distance, double share) {
    // Across where the line goes on, along it where it falls steeply; of noise only across.
    double across = 0.0, along = 0.0;
    for (const QPolygonF& line : curve.lines)
        for (qsizetype i = 1; i < line.size(); ++i) {
            across += std::abs(line[i].x() - line[i - 1].x());
            along += std::abs(line[i].y() - line[i - 1].y());
        }
    const double steepness = along > 2.5 * across ? 0.0 : 0.6;
    std::vector<QPointF> places;
    double next = share * distance, gone = 0.0;
    for (const QPolygonF& line : curve.lines)
        for (qsizetype i = 1; i < line.size(); ++i) {
            const QPointF step = line[i] - line[i - 1];
            const double length = std::max(std::abs(step.x()), steepness * std::abs(step.y()));
            while (length > 0.0 && gone + length >= next) {
                places.push_back(line[i - 1] + step * ((next - gone) / length));
                next += distance;
            }
            gone += length;
        }
    return places;
}

} // namespace convergence
