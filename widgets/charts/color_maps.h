#pragma once

#include <QColor>

#include "widgets/charts/ticks.h"

namespace convergence {

/// Viridis (van der Walt and Smith 2015, CC0): perceptually even from dark blue over green to
/// yellow, readable with any color vision and in print. `share` from 0 to 1; beyond is clamped.
QColor sequentialColor(double share);

/// Blue over neutral to red, even in Oklab lightness on either side; the middle is near the
/// surface, light or dark. `share` from −1 to 1.
QColor divergingColor(double share, bool dark);

/// Black or white, whichever can be read on a color.
QColor textOn(const QColor& color);

/// How values become colors.
struct ColorScale {
    AxisRange range;
    bool isDiverging = false; ///< symmetric about 0
    bool dark = false;
    Scale scale = Scale::linear; ///< logarithmic: the range is positive, other values the lowest

    /// The value at a share, 0 to 1, of the way through the colors.
    [[nodiscard]] double valueAt(double share) const;
    /// Its inverse.
    [[nodiscard]] double shareOf(double value) const;
    [[nodiscard]] QColor color(double value) const;
};

} // namespace convergence
