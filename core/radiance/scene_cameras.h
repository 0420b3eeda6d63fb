#pragma once

#include <cstdint>
#include <vector>

#include "core/radiance/geometry.h"

namespace convergence::radiance {

/// Cameras for scenes that are rendered here, as the Blender-synthetic scenes have them: at radius
/// 4.03 around the origin, looking at it, z up, square pictures with a horizontal angle of
/// 0.6911112 (focal 1.3889 widths). What they look at should lie within 1.75 of the origin, so that
/// rays meet it between 2 and 6 units of their direction.
inline constexpr double cameraRadius = 4.03;
inline constexpr double cameraAngle = 0.6911112;

/// `count` ≥ 1 cameras on the upper half: azimuth uniform on [0, 2π), sine of the elevation uniform
/// on [0.05, 0.95]. The first cameras of a longer list are those of a shorter one.
std::vector<Camera> trainingCameras(int count, int pixels, std::uint64_t seed);

/// Six cameras at azimuths 2πk/6 and elevation 30°, the same for every seed.
std::vector<Camera> heldOutCameras(int pixels);

} // namespace convergence::radiance
