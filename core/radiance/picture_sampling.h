#pragma once

#include "core/data/rgba_image.h"
#include "core/radiance/scene.h"

namespace convergence::radiance {

/// A picture laid on white and averaged down to width × height ≤ its own size, each pixel weighted
/// by the area that it shares with the new one. Averages are of the colors on white, rounded once;
/// at its own size only transparency changes anything.
Picture onWhite(const RgbaImage& image, int width, int height);

} // namespace convergence::radiance
