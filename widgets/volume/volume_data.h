#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/experiment/frames.h"

namespace convergence {

/// Which quantity of a VolumeFrame is shown, and in which colors.
struct VolumeQuantity {
    int layer = -1;        ///< index of VolumeFrame::layers; −1: the opacity
    bool ownColors = true; ///< the frame's colors where it has some; else a color map

    friend bool operator==(const VolumeQuantity&, const VolumeQuantity&) = default;
};

/// Values of the shown quantity from which shares 0 and 1 are counted: [0, 1] for the opacity; for
/// a layer from its smallest finite value (0 if that is positive) to its largest.
struct ValueRange {
    double low = 0.0;
    double high = 1.0;
    [[nodiscard]] double share(double value) const { return (value - low) / (high - low); }
    [[nodiscard]] double value(double share) const { return low + share * (high - low); }
};

/// A grid of colors as it goes to the graphics, x fastest: cut to where the quantity is not 0, and
/// coarser than the frame if that has too many points.
struct VolumeGrid {
    std::array<int, 3> size{}; ///< a size of 0: nothing to show
    Eigen::Vector3d origin = Eigen::Vector3d::Zero();
    Eigen::Vector3d spacing = Eigen::Vector3d::Ones();
    std::vector<std::uint8_t> rgba; ///< the last byte is the share of the quantity, 255 = 1
    double pointDistance = 1.0;     ///< of the frame: the length that an opacity refers to
    [[nodiscard]] bool isEmpty() const { return rgba.empty(); }
};

/// Triangles with normals and colors at their corners.
struct TriangleMesh {
    std::vector<float> points, normals;  ///< three a corner
    std::vector<std::uint8_t> rgb;       ///< three a corner
    std::vector<std::int32_t> triangles; ///< three indices each
};

/// Whether sizes of all arrays agree with the grid's size, of at least 2 points an axis.
bool isComplete(const VolumeFrame& frame);
/// Values of the quantity, as in the frame: x slowest.
const std::vector<float>& shownValues(const VolumeFrame& frame, const VolumeQuantity& quantity);
ValueRange shownRange(const VolumeFrame& frame, const VolumeQuantity& quantity);
/// The largest finite value; −∞ if there is none.
double largestValue(const VolumeFrame& frame, const VolumeQuantity& quantity);
bool usesOwnColors(const VolumeFrame& frame, const VolumeQuantity& quantity);

/// Blocks of points are averaged (colors weighted by the quantity) until at most `mostPoints` are
/// left. Points with next to nothing take their neighbours' color, so that interpolation does not
/// draw a fringe around what is there.
VolumeGrid volumeGrid(const VolumeFrame& frame, const VolumeQuantity& quantity,
                      std::size_t mostPoints);

/// The surface where the quantity crosses `share` of its range, by flying edges (Schroeder,
/// Maynard, Geveci 2015), on the grid averaged to at most `mostPoints`. Normals point to smaller
/// values.
TriangleMesh isosurface(const VolumeFrame& frame, const VolumeQuantity& quantity, double share,
                        std::size_t mostPoints);

/// A slice perpendicular to an axis (0 = x), at a share of the box's edge: pixels of the color map
/// or, over `backdrop`, the frame's own colors. Width and height are the two other axes, in order;
/// row 0 is at the low end.
struct SlicePicture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
};
SlicePicture slicePicture(const VolumeFrame& frame, const VolumeQuantity& quantity, int axis,
                          double share, const std::array<std::uint8_t, 3>& backdrop);

} // namespace convergence
