#pragma once

#include <array>
#include <cstddef>

#include <Eigen/Core>

namespace convergence::radiance {

/// An axis-aligned box in scene units.
struct Box {
    Eigen::Vector3d low = Eigen::Vector3d::Zero();
    Eigen::Vector3d high = Eigen::Vector3d::Zero();
    [[nodiscard]] Eigen::Vector3d extent() const { return high - low; }
};

/// A pinhole camera with OpenGL axes: x to the right, y up, looking along −z. Pixels are square,
/// the principal point is the middle of the picture; row 0 is at the top.
struct Camera {
    int width = 0;
    int height = 0;
    double focal = 0.0; ///< in pixels: ½ width / tan(½ horizontal angle)
    /// Camera to world: a rotation and the position in the last column.
    Eigen::Matrix<double, 3, 4> pose = Eigen::Matrix<double, 3, 4>::Zero();

    [[nodiscard]] Eigen::Vector3d position() const { return pose.col(3); }
    /// World direction through the centre of a pixel, not normalized: its part along the viewing
    /// axis has length 1.
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
