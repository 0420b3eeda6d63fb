#include "core/radiance/geometry.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

namespace convergence::radiance {

Eigen::Vector3d Camera::direction(int column, int row) const {
    const Eigen::Vector3d local((column + 0.5 - 0.5 * width) / focal,
                                -(row + 0.5 - 0.5 * height) / focal, -1.0);
    return pose.leftCols<3>() * local;
}

double Camera::horizontalAngle() const {
    return 2.0 * std::atan(0.5 * width / focal);
}

Camera Camera::lookingAt(const Eigen::Vector3d& position, const Eigen::Vector3d& target, int width,
                         int height, double horizontalAngle) {
    Camera camera{.width = width, .height = height};
    camera.focal = 0.5 * width / std::tan(0.5 * horizontalAngle);
    const Eigen::Vector3d back = (position - target).normalized();
    // Straight down or up any direction may be the picture's upper side.
    const Eigen::Vector3d up =
        std::abs(back.z()) > 0.999 ? Eigen::Vector3d::UnitY() : Eigen::Vector3d::UnitZ();
    const Eigen::Vector3d right = up.cross(back).normalized();
    camera.pose << right, back.cross(right), back, position;
    return camera;
}

GridShape GridShape::forVoxels(const Box& box, double voxels, double referenceVoxels) {
    GridShape shape{.box = box};
    const double volume = box.extent().prod();
    shape.voxelSize = std::cbrt(volume / voxels);
    shape.ratio = shape.voxelSize / std::cbrt(volume / referenceVoxels);
    for (int axis = 0; axis < 3; ++axis)
        // The small excess keeps an exact quotient from being truncated to the next lower number.
        shape.size[static_cast<std::size_t>(axis)] =
            std::max(2, static_cast<int>(box.extent()[axis] / shape.voxelSize + 1e-9));
    return shape;
}

Eigen::Vector3d GridShape::toGrid(const Eigen::Vector3d& point) const {
    const Eigen::Array3d steps(size[0] - 1, size[1] - 1, size[2] - 1);
    return (point - box.low).array() / box.extent().array() * steps;
}

Eigen::Vector3d GridShape::toWorld(const Eigen::Vector3d& gridCoordinate) const {
    const Eigen::Array3d steps(size[0] - 1, size[1] - 1, size[2] - 1);
    return box.low.array() + gridCoordinate.array() / steps * box.extent().array();
}

} // namespace convergence::radiance
