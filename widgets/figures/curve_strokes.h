#pragma once

#include <vector>

#include <QColor>
#include <QPolygonF>

#include "widgets/figures/figure_style.h"

class QPainter;

namespace convergence {

/// A line as it is drawn: part of a curve, on the page.
struct CurveStroke {
    std::size_t curve = 0; ///< which one it is part of
    QColor color;
    double width = 1.0;         ///< units
    std::vector<double> dashes; ///< in widths; empty: solid
    QPolygonF points;
};

/// A curve's lines, on the page.
struct CurveLines {
    QColor color;
    double width = 1.0;
    std::vector<double> dashes;
    std::vector<QPolygonF> lines;
    std::size_t group = 0; ///< curves of one group are alike and need not be told apart
};

/// The curves as strokes. Along a stretch where curves of several groups lie within a line's width
/// of each other they are drawn as dashes in turn, so that all of them are seen.
std::vector<CurveStroke> strokesOf(const std::vector<CurveLines>& curves);

/// What tells the i-th color from others without color.
struct CompanionLook {
    int shape = 0;              ///< paintFigureMark()
    bool isHollow = false;      ///< filled with the surface's color
    std::vector<double> dashes; ///< in widths; empty: solid
    friend bool operator==(const CompanionLook&, const CompanionLook&) = default;
};
/// Different for the first twelve (marks) or eight (dashes).
CompanionLook companionOf(int color, Companion kind);

/// A shape on the page.
struct FigureMark {
    QPointF at;
    QColor color;
    CompanionLook look;
    double radius = 2.0;
};
void paintFigureMark(QPainter& painter, const FigureMark& mark, const QColor& surface);

/// Places for about one mark every `distance` along a curve, the first one `share` of it from the
/// start, so that marks of several curves do not meet.
std::vector<QPointF> markPlaces(const CurveLines& curve, double distance, double share);

} // namespace convergence
