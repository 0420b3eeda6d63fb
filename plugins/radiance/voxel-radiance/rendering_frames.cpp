#include "plugins/radiance/voxel-radiance/rendering_frames.h"

#include <algorithm>
#include <cmath>

namespace convergence {

namespace {

using Rgb = std::vector<std::uint8_t>;

std::uint8_t toByte(double value) {
    return static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(value, 0.0, 1.0)));
}

Rgb differenceTimesFive(const std::vector<float>& image, const Rgb& truth) {
    Rgb difference;
    for (std::size_t i = 0; i < truth.size(); ++i)
        difference.push_back(toByte(0.5 + 2.5 * (image[i] - truth[i] / 255.0)));
    return difference;
}

/// Bright is near; what is background is black. `depth` weighs by opacity, so that it is divided
/// by what is not background first.
Rgb depthPicture(const radiance::Rendering& rendering) {
    std::vector<double> distances;
    for (std::size_t i = 0; i < rendering.depth.size(); ++i) {
        const double opaque = 1.0 - rendering.transparency[i];
        distances.push_back(opaque > 0.05 ? rendering.depth[i] / opaque : -1.0);
    }
    double nearest = 1e300;
    double farthest = 0.0;
    for (const double distance : distances)
        if (distance > 0.0) {
            nearest = std::min(nearest, distance);
            farthest = std::max(farthest, distance);
        }
    Rgb picture;
    const double range = std::max(farthest - nearest, 1e-6);
    for (const double distance : distances)
        picture.insert(picture.end(), 3,
                       distance > 0.0 ? toByte(1.0 - 0.85 * (distance - nearest) / range)
                                      : std::uint8_t{0});
    return picture;
}

Rgb transparencyPicture(const radiance::Rendering& rendering) {
    Rgb picture;
    for (const float transparency : rendering.transparency)
        picture.insert(picture.end(), 3, toByte(transparency));
    return picture;
}

} // namespace

PicturesFrame renderingFrame(const radiance::Rendering& rendering,
                             const radiance::PosedPicture& truth, radiance::Pixel pixel) {
    const auto width = static_cast<std::size_t>(rendering.width);
    const auto height = static_cast<std::size_t>(rendering.height);
    return {.pictures = {{"rendered", width, height, rendering.picture().rgb},
                         {"truth", width, height, truth.picture.rgb},
                         {"error × 5", width, height,
                          differenceTimesFive(rendering.rgb, truth.picture.rgb)},
                         {"depth", width, height, depthPicture(rendering)},
                         {"T_last", width, height, transparencyPicture(rendering)}},
            .markedColumn = std::min(pixel.column, rendering.width - 1),
            .markedRow = std::min(pixel.row, rendering.height - 1)};
}

const radiance::PosedPicture& heldOutPicture(const radiance::Scene& scene, std::int64_t index) {
    const auto last = static_cast<std::int64_t>(scene.heldOut.size()) - 1;
    return scene.heldOut[static_cast<std::size_t>(std::clamp<std::int64_t>(index, 0, last))];
}

} // namespace convergence
