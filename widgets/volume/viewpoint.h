#pragma once

#include <numbers>

#include <Eigen/Core>

namespace convergence {

/// Where one looks from in a 3-D view, z pointing up. Lengths in scene units, angles in radians.
struct Viewpoint {
    Eigen::Vector3d position{0.0, -4.0, 0.0};
    Eigen::Vector3d target = Eigen::Vector3d::Zero();
    Eigen::Vector3d up = Eigen::Vector3d::UnitZ();
    double verticalAngle = std::numbers::pi / 6.0; ///< across the picture's height

    /// From direction (azimuth, elevation) as seen from `target`; a sphere of `radius` around it
    /// fills the picture's height. Azimuth 0 is −y (the front), positive turns to +x (the side).
    static Viewpoint around(const Eigen::Vector3d& target, double radius, double azimuth,
                            double elevation);

    [[nodiscard]] double distance() const { return (position - target).norm(); }
    [[nodiscard]] double azimuth() const;
    [[nodiscard]] double elevation() const; ///< in [−π/2, π/2]

    /// Turns about the vertical axis through the target. The elevation stays short of the poles;
    /// a roll that a preset brought along is gone afterwards.
    void orbit(double azimuthChange, double elevationChange);
    /// Shifts position and target in the picture plane, in heights of the picture at the target.
    void pan(double right, double upward);
    /// Divides the distance to the target by `factor` (> 0).
    void zoom(double factor);

    /// Place in a picture of width × height of a point, from the top left; z is the depth along the
    /// viewing axis, negative behind the viewer.
    [[nodiscard]] Eigen::Vector3d project(const Eigen::Vector3d& point, double width,
                                          double height) const;

    friend bool operator==(const Viewpoint&, const Viewpoint&) = default;
};

} // namespace convergence
