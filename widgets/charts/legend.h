#pragma once

#include <optional>
#include <vector>

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

#include "widgets/theme.h"

class QPainter;

namespace convergence {

struct LegendEntry {
    QString text;
    QColor color;
    Qt::PenStyle style = Qt::SolidLine; ///< NoPen: no stroke
    double width = 1.6;
    int marker = -1;       ///< shape of points; −1: none
    bool isFilled = false; ///< a filled box instead of a stroke
    bool isHidden = false;
    bool isFocused = false;
    std::optional<std::size_t> group; ///< what it switches; none: nothing
    QRectF place;
};

/// Puts the entries into rows from the top left; shortens texts that are wider than `width`.
/// Returns the height they take.
double layoutLegend(std::vector<LegendEntry>& entries, double width, const QFont& font);
void paintLegend(QPainter& painter, const std::vector<LegendEntry>& entries, const Theme& theme,
                 const QFont& font);

/// Draws a point: circle, square, diamond, triangle... by number.
void paintMarker(QPainter& painter, QPointF at, int shape, double radius, const QColor& color);

/// A triangle inside the edge of a plot where a line from `inside` toward `beyond` leaves it.
void paintEdgeMark(QPainter& painter, const QRectF& plot, QPointF inside, QPointF beyond,
                   const QColor& color, const Theme& theme);

/// A box of text in the painter's font beside a place, on the side where there is room within
/// `area`.
void paintTextBox(QPainter& painter, QPointF at, const QString& text, const QRectF& area,
                  const Theme& theme);

} // namespace convergence
