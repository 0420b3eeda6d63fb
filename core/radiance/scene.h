#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/radiance/geometry.h"

namespace convergence::radiance {

/// A color picture, row-major from the top, three bytes a pixel (sRGB as files hold it, no
/// transparency: what was transparent lies on white).
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

/// A photograph, or what stands in for one: a picture and the camera that took it, equal in size.
struct PosedPicture {
    Camera camera;
    Picture picture;
};

/// What a radiance field is reconstructed from: posed pictures to train on and others, held out,
/// to measure with. Bounded; white background.
struct Scene {
    std::string name; ///< e.g. "analytic" or the folder's name
    std::vector<PosedPicture> training;
    std::vector<PosedPicture> heldOut; ///< not empty
    double nearest = 2.0;              ///< distance along a ray (in units of its direction) at
    double farthest = 6.0;             ///< which the scene may begin and must have ended
    /// Sentences on how a folder was understood: what was left out, how it was scaled.
    std::vector<std::string> notes = {};

    /// Bytes of all pictures.
    [[nodiscard]] double bytes() const;
};

} // namespace convergence::radiance
