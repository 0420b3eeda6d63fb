#include "core/radiance/geometry.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>
#include <Eigen/LU>

namespace convergence::radiance {

Eigen::Vector2d LensDistortion::distorted(const Eigen::Vector2d& ideal) const {
    const double x = ideal.x(), y = ideal.y();
    const double r2 = x * x + y * y;
    const double radial = 1.0 + r2 * (k1 + r2 * k2);
    return {x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x),
            y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y};
}

std::optional<Eigen::Vector2d> LensDistortion::undistorted(const Eigen::Vector2d& seen) const {
    constexpr int mostIterations = 50;
    constexpr double tolerance = 1e-13; // in focal lengths
    Eigen::Vector2d ideal = seen;
    for (int i = 0; i < mostIterations; ++i) {
        const double x = ideal.x(), y = ideal.y();
        const double r2 = x * x + y * y;
        const double radial = 1.0 + r2 * (k1 + r2 * k2);
        const double slope = 2.0 * (k1 + 2.0 * k2 * r2); // of the radial factor, over x or y
        Eigen::Matrix2d jacobian;
        jacobian(0, 0) = radial + slope * x * x + 2.0 * p1 * y + 6.0 * p2 * x;
        jacobian(0, 1) = slope * x * y + 2.0 * p1 * x + 2.0 * p2 * y;
        jacobian(1, 0) = jacobian(0, 1);
        jacobian(1, 1) = radial + slope * y * y + 6.0 * p1 * y + 2.0 * p2 * x;
        if (!(jacobian.determinant() > 0.0) || !(jacobian.trace() > 0.0))
            return {};
        const Eigen::Vector2d step = jacobian.inverse() * (distorted(ideal) - seen);
        ideal -= step;
        if (step.norm() <= tolerance * (1.0 + ideal.norm()))
            return ideal;
    }
    return {};
}

Eigen::Vector3d Camera::direction(int column, int row) const {
    Eigen::Vector2d seen((column + 0.5 - 0.5 * width - center.x()) / focal,
                         (row + 0.5 - 0.5 * height - center.y()) / (focal * focalRatio));
    if (!distortion.isNone())
        seen = distortion.undistorted(seen).value_or(seen);
    return pose.leftCols<3>() * Eigen::Vector3d(seen.x(), -seen.y(), -1.0);
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
