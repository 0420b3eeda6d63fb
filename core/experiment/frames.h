#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/experiment/graph_frame.h"
#include "core/experiment/points_frame.h"
#include "core/experiment/scene_frame.h"
#include "core/experiment/table_frame.h"
#include "core/experiment/timeline_frame.h"

namespace convergence {

/// A matrix shown as a heat map. Row-major, rows × columns.
struct MatrixFrame {
    std::string title;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> values;
    bool symmetricScale = false;           ///< color scale symmetric about 0 (errors, factors)
    std::vector<std::string> rowLabels;    ///< empty: indices
    std::vector<std::string> columnLabels; ///< empty: indices
};

/// Named curves on common axes, e.g. a profile and its sampled staircase.
struct CurvesFrame {
    struct Curve {
        std::string label;
        std::vector<double> x;
        std::vector<double> y;
        bool markers = false; ///< points only, e.g. sampling points
        bool staircase = false;
    };
    std::vector<Curve> curves;
};

/// A path in a plane: where an arm has been. Equal lengths; the last point is the present.
struct PathFrame {
    std::vector<double> x;
    std::vector<double> y;
    std::vector<std::int64_t> iteration; ///< of each point; decades get a tick
    /// Directions at a point, e.g. gradient and step. All of a path are drawn to one scale, so that
    /// their lengths can be compared with each other, not with the axes.
    struct Arrow {
        std::string label;
        double x = 0.0, y = 0.0; ///< where it starts
        double dx = 0.0, dy = 0.0;
    };
    std::vector<Arrow> arrows = {};
};

/// Bars side by side: one group a position, one bar a series.
struct BarsFrame {
    struct Series {
        std::string label;
        std::vector<double> values;
        /// Single values behind each bar, drawn as dots over it; empty: none.
        std::vector<std::vector<double>> dots = {};
    };
    std::vector<std::string> categories;
    std::vector<Series> series;
};

/// A scalar field on a regular grid, drawn as filled contours, with the negative gradient as
/// arrows. values is row-major, ys × xs: values[j·xCount + i] = f(x_i, y_j).
struct FieldFrame {
    double xMinimum = -1.0, xMaximum = 1.0;
    double yMinimum = -1.0, yMaximum = 1.0;
    std::size_t xCount = 0, yCount = 0;
    std::vector<float> values;
    std::vector<float> gradientX; ///< same layout; empty: no arrows
    std::vector<float> gradientY;
};

/// Text shown as it stands (monospace), e.g. the arithmetic of a step.
struct TextFrame {
    std::string text;
};

/// Color pictures side by side, e.g. a rendering, the truth and their difference.
struct PicturesFrame {
    struct Picture {
        std::string title;
        std::size_t width = 0;
        std::size_t height = 0;
        std::vector<std::uint8_t> rgb; ///< row-major from the top, three bytes a pixel
    };
    std::vector<Picture> pictures;
    /// A marked pixel (column, row) of each picture; none: negative.
    int markedColumn = -1;
    int markedRow = -1;
};

/// A voxel grid: its points lie on the box's faces and evenly between. All arrays have x slowest
/// and z fastest.
struct VolumeFrame {
    std::array<std::size_t, 3> size{};
    std::array<double, 3> low{}; ///< box, in scene units
    std::array<double, 3> high{};
    std::vector<float> opacity;    ///< in [0, 1]
    std::vector<std::uint8_t> rgb; ///< three bytes a point; empty: a color map of the opacity
    /// Further quantities at the same points that can be shown in the opacity's place.
    struct Layer {
        std::string label;
        std::string unit;
        std::vector<float> values;
    };
    std::vector<Layer> layers;
    struct Outline {
        std::string label;
        std::array<double, 3> low{};
        std::array<double, 3> high{};
    };
    std::vector<Outline> outlines;
};

/// Cameras in space, each with what it saw. Shared: it does not change while a run goes on.
struct CamerasFrame {
    struct Camera {
        std::string label;
        std::array<double, 12> pose{};  ///< 3 × 4, row-major, camera to world, looks along −z
        double horizontalAngle = 0.0;   ///< in radians
        bool heldOut = false;           ///< not trained on
        PicturesFrame::Picture picture; ///< a thumbnail
    };
    std::shared_ptr<const std::vector<Camera>> cameras;
};

using Frame = std::variant<MatrixFrame, CurvesFrame, PathFrame, BarsFrame, FieldFrame, TextFrame,
                           PicturesFrame, VolumeFrame, CamerasFrame, TableFrame, TimelineFrame,
                           PointsFrame, GraphFrame, SceneFrame>;

/// Frames by id, as the views name them.
using FrameMap = std::map<std::string, Frame>;

/// What the views draw at one moment. Immutable once published.
struct Frames {
    std::int64_t iteration = 0;   ///< of the trial that is furthest
    FrameMap shared;              ///< of the problem: the truth, the loss surface
    std::vector<FrameMap> trials; ///< by trial; empty maps for trials that draw nothing now
    std::string trouble;          ///< a sentence for each that could not be drawn; empty: none
};

} // namespace convergence
