#pragma once

#include <vector>

#include <QPolygonF>
#include <QRectF>

namespace convergence {

/// The parts of a polyline inside a rectangle, cut at its border: for files whose painter knows no
/// clipping (QSvgGenerator). A part has two points at least; what only touches a corner is none.
/// Points that are not finite end a part.
std::vector<QPolygonF> clippedTo(const QRectF& rectangle, const QPolygonF& line);

/// How long those parts are together.
double lengthInside(const QRectF& rectangle, const QPolygonF& line);

} // namespace convergence
