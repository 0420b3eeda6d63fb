// What the claims of voxel-radiance measure, beyond core/experiment/measure.h.

#pragma once

#include "core/experiment/measure.h"

namespace convergence::voxel_radiance {

/// Squared error of a picture of the plane, from its PSNR.
measures::Measure planeError();

/// Seconds of own steps after which grid and NeRF are compared: until the earlier of them ended.
measures::Measure equalSeconds();
/// Held-out PSNR that an arm had after as many.
measures::Measure qualityAfterEqualSeconds(const std::string& arm);

/// Of a trial: the share of the samples in the box that is given a color, over the first or last
/// 250 steps of the fine stage. Each recorded step counts by its samples.
enum class Phase { first, last };
measures::Measure coloredShare(Phase phase);

} // namespace convergence::voxel_radiance
