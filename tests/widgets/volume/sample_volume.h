#pragma once

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/experiment/frames.h"
#include "core/radiance/scene_cameras.h"

namespace convergence {

/// A torus, a sphere and a plate with soft skins in a box with empty space around them; `strength`
/// multiplies the opacity. Layers: "mask" (1 inside) and "views" (the height, 0 to 30).
inline VolumeFrame sampleVolume(std::size_t points, double strength = 1.0) {
    VolumeFrame frame;
    frame.size = {points, points, points};
    frame.low = {-1.4, -1.4, -1.2};
    frame.high = {1.4, 1.4, 1.2};
    frame.layers = {{"mask", "", {}}, {"views", "images", {}}};
    frame.outlines = {{"fine box", {-1.2, -1.2, -0.6}, {1.2, 1.2, 0.75}}};
    for (std::size_t i = 0; i < points; ++i)
        for (std::size_t j = 0; j < points; ++j)
            for (std::size_t k = 0; k < points; ++k) {
                const auto at = [&](std::size_t axis, std::size_t index) {
                    return std::lerp(frame.low[axis], frame.high[axis],
                                     double(index) / double(points - 1));
                };
                const double x = at(0, i), y = at(1, j), z = at(2, k);
                const double torus = std::hypot(std::hypot(x, y) - 0.75, z) - 0.28;
                const double sphere = std::hypot(x, y, z - 0.25) - 0.42;
                const double plate =
                    std::max({std::abs(x) - 1.15, std::abs(y) - 1.15, std::abs(z + 0.45) - 0.08});
                const double nearest = std::min({torus, sphere, plate});
                frame.opacity.push_back(float(strength / (1.0 + std::exp(60.0 * nearest))));
                frame.rgb.push_back(nearest == torus ? 220 : 50);
                frame.rgb.push_back(nearest == plate ? 200 : 110);
                frame.rgb.push_back(nearest == sphere ? 220 : 60);
                frame.layers[0].values.push_back(nearest < 0.0 ? 1.0F : 0.0F);
                frame.layers[1].values.push_back(float(30.0 * double(k) / double(points - 1)));
            }
    return frame;
}

/// `count` training cameras and six that were held out, with thumbnails of one color each.
inline CamerasFrame sampleCameras(int count) {
    auto list = std::make_shared<std::vector<CamerasFrame::Camera>>();
    const auto add = [&](const radiance::Camera& from, bool heldOut) {
        CamerasFrame::Camera camera;
        camera.label = (heldOut ? "held out " : "training ") + std::to_string(list->size() + 1);
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 4; ++column)
                camera.pose[std::size_t(4 * row + column)] = from.pose(row, column);
        camera.horizontalAngle = from.horizontalAngle();
        camera.heldOut = heldOut;
        camera.picture = {"", 16, 16, {}};
        for (int i = 0; i < 256; ++i)
            for (const int byte : {int(list->size() * 7 % 256), 160, i})
                camera.picture.rgb.push_back(std::uint8_t(byte));
        list->push_back(std::move(camera));
    };
    for (const radiance::Camera& camera : radiance::trainingCameras(count, 16, 1))
        add(camera, false);
    for (const radiance::Camera& camera : radiance::heldOutCameras(16))
        add(camera, true);
    return {list};
}

} // namespace convergence
