#pragma once

#include <cmath>

namespace convergence {

/// A coordinate that was clicked, to the digits that a pixel resolves: `neighbor` is the coordinate
/// one pixel further. 1.2345678 with a pixel of 0.003 is 1.235.
inline double roundedToPixel(double value, double neighbor) {
    const double pixel = std::abs(neighbor - value);
    if (!(pixel > 0.0) || !std::isfinite(pixel) || !std::isfinite(value))
        return value;
    const double exponent = std::floor(std::log10(pixel));
    // Powers of ten above 1 are exact, those below are not.
    const double scale = std::pow(10.0, std::abs(exponent));
    return exponent < 0.0 ? std::round(value * scale) / scale : std::round(value / scale) * scale;
}

} // namespace convergence
