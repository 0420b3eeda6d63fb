#pragma once

#include "core/experiment/frames.h"
#include "core/radiance/renderer.h"
#include "core/radiance/scene.h"

namespace convergence {

/// A rendering beside the truth: both, their difference times five (gray: none), depth (near is
/// bright) and the share of the background. `pixel` is marked.
PicturesFrame renderingFrame(const radiance::Rendering& rendering,
                             const radiance::PosedPicture& truth, radiance::Pixel pixel);

/// The held-out picture of an index; beyond the last one the last.
const radiance::PosedPicture& heldOutPicture(const radiance::Scene& scene, std::int64_t index);

} // namespace convergence
