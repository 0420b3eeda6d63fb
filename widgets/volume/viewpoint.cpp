#include "widgets/volume/viewpoint.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

namespace convergence {

namespace {

/// At the pole itself "up" has no direction.
constexpr double highestElevation = std::numbers::pi / 2.0 - 1e-3;

Eigen::Vector3d direction(double azimuth, double elevation) {
    return {std::sin(azimuth) * std::cos(elevation), -std::cos(azimuth) * std::cos(elevation),
            std::sin(elevation)};
}

} // namespace

Viewpoint Viewpoint::around(const Eigen::Vector3d& target, double radius, double azimuth,
                            double elevation) {
    Viewpoint result;
    result.target = target;
    const double distance = radius / std::sin(0.5 * result.verticalAngle);
    result.position =
        target +
        distance * direction(azimuth, std::clamp(elevation, -highestElevation, highestElevation));
    return result;
}

double Viewpoint::azimuth() const {
    const Eigen::Vector3d offset = position - target;
    return std::atan2(offset.x(), -offset.y());
}

double Viewpoint::elevation() const {
    const Eigen::Vector3d offset = position - target;
    return std::atan2(offset.z(), std::hypot(offset.x(), offset.y()));
}

void Viewpoint::orbit(double azimuthChange, double elevationChange) {
    const double elevated =
        std::clamp(elevation() + elevationChange, -highestElevation, highestElevation);
    position = target + distance() * direction(azimuth() + azimuthChange, elevated);
    up = Eigen::Vector3d::UnitZ();
}

void Viewpoint::pan(double right, double upward) {
    const double height = 2.0 * distance() * std::tan(0.5 * verticalAngle);
    const Eigen::Vector3d forward = (target - position).normalized();
    const Eigen::Vector3d toTheRight = forward.cross(up).normalized();
    const Eigen::Vector3d shift =
        height * (right * toTheRight + upward * toTheRight.cross(forward));
    position += shift;
    target += shift;
}

void Viewpoint::zoom(double factor) {
    position = target + (position - target) / factor;
}

Eigen::Vector3d Viewpoint::project(const Eigen::Vector3d& point, double width,
                                   double height) const {
    const Eigen::Vector3d forward = (target - position).normalized();
    const Eigen::Vector3d right = forward.cross(up).normalized();
    const Eigen::Vector3d upward = right.cross(forward);
    const Eigen::Vector3d offset = point - position;
    const double depth = offset.dot(forward);
    const double scale = 0.5 * height / (std::tan(0.5 * verticalAngle) * depth);
    return {0.5 * width + scale * offset.dot(right), 0.5 * height - scale * offset.dot(upward),
            depth};
}

} // namespace convergence
