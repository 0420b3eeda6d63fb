#pragma once

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace convergence {

/// Pixels of a picture for each logical one of the drawing that it is part of: as many as the
/// device has, and 300 an inch on pages (of 96 logical ones).
inline double pictureScale(const QPainter& painter) {
    if (painter.paintEngine()->type() != QPaintEngine::Raster)
        return 300.0 / 96.0;
    const QTransform& drawn = painter.worldTransform();
    return std::max(1.0,
                    painter.device()->devicePixelRatioF() * std::hypot(drawn.m11(), drawn.m12()));
}

} // namespace convergence
