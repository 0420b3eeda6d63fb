#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <QImage>

namespace convergence {

/// A picture in at most 256 colors, as GIF stores it.
struct PalettePicture {
    std::vector<std::array<std::uint8_t, 3>> colors; ///< 1 to 256
    std::vector<std::uint8_t> indices;               ///< row-major from the top, into `colors`
};

/// The picture itself where it has at most 256 colors, as most charts do. Otherwise colors by
/// median cut (P. Heckbert, Color image quantization for frame buffer display, SIGGRAPH 1982): the
/// box of colors with the longest edge, weighted by its pixels, is cut at its median until there
/// are 256, and each box becomes its mean. Boxes are cut over 32 × 32 × 32 cells. No dithering,
/// which would shimmer in a film. `picture` is not empty.
PalettePicture inFewColors(const QImage& picture);

} // namespace convergence
