#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include <Eigen/Core>

namespace convergence::radiance {

/// An axis-aligned box in scene units.
struct Box {
    Eigen::Vector3d low = Eigen::Vector3d::Zero();
    Eigen::Vector3d high = Eigen::Vector3d::Zero();
    [[nodiscard]] Eigen::Vector3d extent() const { return high - low; }
};

/// How a lens departs from a pinhole: two radial and two tangential coefficients (Brown 1966, as
/// OpenCV has them). A ray that a pinhole would see at x, y (in focal lengths from the principal
/// point, y down) is seen, with r² = x² + y², at
///
///   x (1 + k₁r² + k₂r⁴) + 2 p₁xy + p₂(r² + 2x²),   y (1 + k₁r² + k₂r⁴) + p₁(r² + 2y²) + 2 p₂xy.
struct LensDistortion {
    double k1 = 0.0, k2 = 0.0, p1 = 0.0, p2 = 0.0;

    [[nodiscard]] bool isNone() const { return k1 == 0.0 && k2 == 0.0 && p1 == 0.0 && p2 == 0.0; }
    [[nodiscard]] Eigen::Vector2d distorted(const Eigen::Vector2d& ideal) const;
    /// The inverse, by Newton's method from `seen`. Empty where it does not converge, or reaches a
    /// place where the formula folds the picture over: the coefficients do not describe a lens
    /// there.
    [[nodiscard]] std::optional<Eigen::Vector2d> undistorted(const Eigen::Vector2d& seen) const;
};

/// A camera with OpenGL axes: x to the right, y up, looking along −z; row 0 is at the top. A
/// pinhole with square pixels and the principal point in the middle, unless said otherwise.
struct Camera {
    int width = 0;
    int height = 0;
    double focal = 0.0; ///< in pixels: ½ width / tan(½ horizontal angle)
    /// Camera to world: a rotation and the position in the last column.
    Eigen::Matrix<double, 3, 4> pose = Eigen::Matrix<double, 3, 4>::Zero();
    double focalRatio = 1.0; ///< focal length along the height, in pixels, over `focal`
    /// Principal point: pixels to the right of and below the middle of the picture.
    Eigen::Vector2d center = Eigen::Vector2d::Zero();
    LensDistortion distortion = {};

    /// Square pixels, centered, no distortion.
    [[nodiscard]] bool isPlain() const {
        return focalRatio == 1.0 && center.isZero(0.0) && distortion.isNone();
    }
    [[nodiscard]] Eigen::Vector3d position() const { return pose.col(3); }
    /// World direction through the centre of a pixel, not normalized: its part along the viewing
    /// axis has length 1. Where the distortion has no inverse, that of the pinhole.
    [[nodiscard]] Eigen::Vector3d direction(int column, int row) const;
    /// In radians, across the width.
    [[nodiscard]] double horizontalAngle() const;

    /// A camera at `position` that looks at `target`, z pointing up in the picture.
    static Camera lookingAt(const Eigen::Vector3d& position, const Eigen::Vector3d& target,
                            int width, int height, double horizontalAngle);
};

/// Where the points of a voxel grid lie: on the box's faces and evenly between them ("align
/// corners"). Index order x slowest, z fastest. Sun, Sun, Chen 2021, section 3.
struct GridShape {
    Box box;
    std::array<int, 3> size{};
    double voxelSize = 0.0; ///< s, the edge asked for: (volume / voxels)^⅓
    double ratio = 1.0;     ///< ϱ = s / s_base

    /// The grid of about `voxels` points whose interval is measured against a grid of
    /// `referenceVoxels`. At least 2 points along each axis.
    static GridShape forVoxels(const Box& box, double voxels, double referenceVoxels);

    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]) *
               static_cast<std::size_t>(size[2]);
    }
    [[nodiscard]] std::size_t index(int x, int y, int z) const {
        return (static_cast<std::size_t>(x) * static_cast<std::size_t>(size[1]) +
                static_cast<std::size_t>(y)) *
                   static_cast<std::size_t>(size[2]) +
               static_cast<std::size_t>(z);
    }
    /// Grid coordinate u of a point: u_a = (p_a − lo_a)/(hi_a − lo_a)·(G_a − 1).
    [[nodiscard]] Eigen::Vector3d toGrid(const Eigen::Vector3d& point) const;
    [[nodiscard]] Eigen::Vector3d toWorld(const Eigen::Vector3d& gridCoordinate) const;
};

} // namespace convergence::radiance
