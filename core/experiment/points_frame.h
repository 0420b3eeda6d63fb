#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace convergence {

/// A cloud of points in the plane or in space, colored by a value or a class.
/// Vectors with one entry a point have as many as `x`, or none; all numbers are finite.
struct PointsFrame {
    static constexpr std::size_t mostPoints = 100'000;
    static constexpr std::size_t mostThumbnails = 500;

    std::string label; ///< in the legend, where there are no classes
    std::vector<float> x, y;
    std::vector<float> z = {}; ///< heights, seen in space; empty: the cloud lies in the plane

    std::vector<float> values = {}; ///< one a point: its color on a scale
    std::string valueLabel = {};    ///< with its symbol
    std::string valueUnit = {};
    std::vector<std::uint16_t> classes = {}; ///< one a point, in the place of values
    std::vector<std::string> classLabels = {};
    std::vector<std::string> names = {}; ///< one a point, told beside the pointer; empty: numbers

    /// A second cloud, drawn behind in gray: the data whose model the first one is.
    struct Behind {
        std::string label;
        std::vector<float> x, y;
        std::vector<float> z = {};
    };
    Behind behind = {};

    /// Lines of equal density (kernelDensity()) that hold 50, 80 and 95 % of a cloud. Seen in the
    /// plane, as ellipses and pictures are.
    enum class Contours { none, ofPoints, ofBehind };
    Contours contours = Contours::none;

    struct Ellipse {
        std::string label;
        double x = 0.0, y = 0.0;                 ///< center
        double semiMajor = 1.0, semiMinor = 1.0; ///< positive
        double angle = 0.0;                      ///< of the major axis, in radians from x to y
        int classIndex = -1;                     ///< whose color it has; −1: of no class
    };
    std::vector<Ellipse> ellipses = {};

    /// A picture a point, drawn in the place of its mark, each row-major from the top, three bytes
    /// a pixel, one after the other. For up to mostThumbnails points.
    std::size_t thumbnailWidth = 0, thumbnailHeight = 0;
    std::vector<std::uint8_t> thumbnails = {};
};

} // namespace convergence
