#pragma once

#include <functional>

#include <span>

#include <QPolygonF>
#include <QRectF>

namespace convergence {

struct ChartContent;

/// The part of `plot` in which paintTextBox() puts a label beside a place where it covers least:
/// `covered` says how much a box would cover, for example of the curve that the label names.
QRectF areaCoveringLeast(QPointF at, QSizeF label, const QRectF& plot,
                         const std::function<double(const QRectF& box)>& covered);

/// Beside a line, inside of `plot` and off the places that are taken: where a label covers least,
/// and of such places the one nearest to a third of the line's way. One that overlaps where there
/// is no other.
QRectF placeBesideLine(const QPolygonF& line, QSizeF label, const QRectF& plot,
                       std::span<const QRectF> taken,
                       const std::function<double(const QRectF& box)>& covered);

/// How many points of a chart's curves a box would lie on.
int pointsBelow(const QRectF& box, const ChartContent& content);

} // namespace convergence
