#include "core/radiance/scene_cameras.h"

#include <cmath>
#include <numbers>

#include "core/math/random.h"

namespace convergence::radiance {

namespace {

Camera orbitCamera(double azimuth, double sineOfElevation, int pixels) {
    const double cosine = std::sqrt(1.0 - sineOfElevation * sineOfElevation);
    const Eigen::Vector3d position =
        cameraRadius *
        Eigen::Vector3d(cosine * std::cos(azimuth), cosine * std::sin(azimuth), sineOfElevation);
    return Camera::lookingAt(position, Eigen::Vector3d::Zero(), pixels, pixels, cameraAngle);
}

} // namespace

std::vector<Camera> trainingCameras(int count, int pixels, std::uint64_t seed) {
    std::vector<Camera> cameras;
    for (int k = 0; k < count; ++k) {
        RandomStream stream(
            {.seed = seed, .purpose = "training cameras", .index = static_cast<std::uint64_t>(k)});
        const double azimuth = stream.uniform(0.0, 2.0 * std::numbers::pi);
        cameras.push_back(orbitCamera(azimuth, stream.uniform(0.05, 0.95), pixels));
    }
    return cameras;
}

std::vector<Camera> heldOutCameras(int pixels) {
    constexpr int count = 6;
    std::vector<Camera> cameras;
    for (int k = 0; k < count; ++k)
        cameras.push_back(orbitCamera(2.0 * std::numbers::pi * k / count, 0.5, pixels));
    return cameras;
}

} // namespace convergence::radiance
