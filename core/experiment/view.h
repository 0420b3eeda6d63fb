#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/experiment/parameter.h"

namespace convergence {

/// A view is data: what to draw from a recording and its frames. One generic widget draws each
/// kind (widgets/), every kind can be exported.
enum class ViewKind {
    lineChart,           ///< columns of the traces, or of the trials table, as curves
    pivot,               ///< heat map of a trials-table metric over two factors
    parallelCoordinates, ///< a line a trial across the columns of `series`, colored by `y.column`
    heatMaps,            ///< MatrixFrames side by side
    trajectory,          ///< PathFrames of all arms in one plane, over a FieldFrame if there is one
    bars,                ///< a BarsFrame
    curves,              ///< a CurvesFrame
    text,                ///< a TextFrame
    pictures,            ///< PicturesFrames; a click on a pixel is a gesture
    surface,       ///< a FieldFrame as a surface with the arms' PathFrames on it; y is the height
    volume,        ///< a VolumeFrame in space, with the CamerasFrame if there is one
    table,         ///< a TableFrame, which the viewer sorts
    timeline,      ///< a TimelineFrame: lanes over time
    points,        ///< a PointsFrame in the plane; a click is a gesture
    graph,         ///< a GraphFrame
    scene,         ///< a SceneFrame, played in a loop, over a FieldFrame if there is one
    pointsInSpace, ///< a PointsFrame with heights, turned by the viewer; a click is a gesture
};

struct AxisSpec {
    std::string column; ///< column of the table; for frames: empty
    std::string label;  ///< exactly what is plotted, with its symbol
    std::string unit;
    Scale scale = Scale::linear;
};

/// Curves of one chart. One curve per trial (or per arm and aggregation) and matching column.
struct SeriesSpec {
    std::string column; ///< name, or pattern with one '*' ("sigma_f_*")
    std::string label;  ///< legend text after the arm's name; empty when the arm says it all
    /// A prediction or guide, drawn dashed in the arm's color and left out of fits.
    bool isPrediction = false;
};

/// A straight guide line through the last data point (log–log slope).
struct SlopeGuide {
    std::string label;
    double slope = -1.0;
};

enum class FitKind { none, logLog, logLinear };

/// A line fitted live to each measured curve inside a window that the viewer can drag.
struct FitSpec {
    FitKind kind = FitKind::none;
    double windowMinimum = 0.0; ///< in units of x
    double windowMaximum = 0.0; ///< 0: to the end
};

enum class Aggregate { none, medianAndQuartiles, mean };

/// A factor of the trials table for which the viewer picks one value. "arm" picks an arm.
struct SelectorSpec {
    std::string column;
    std::string label;
};

/// Rows, columns and value of a pivot view.
struct PivotSpec {
    std::string rowFactor;
    std::string columnFactor;
    std::string value;           ///< column of the trials table, averaged over what is left
    bool ranks = false;          ///< show the rank within each column (1 = smallest)
    Scale scale = Scale::linear; ///< of the colors
    /// Among trials that differ only in `tunedFactor`, keep the one with the smallest `tunedBy`.
    std::string tunedFactor;
    std::string tunedBy;
};

/// A click or drag that sets two parameters, in a view of a plane to coordinates (in one of points
/// to those of the point that was clicked, if one was) and in a view of pictures to column and row;
/// what that does to the run is the parameters' LiveEffect.
struct GestureSpec {
    std::string xParameter;
    std::string yParameter;
    std::string hint; ///< "Drag the start to relaunch"
};

struct View {
    std::string id;
    std::string title;
    std::string help; ///< one or two sentences: what to look at
    ViewKind kind = ViewKind::lineChart;
    bool fromTrials = false; ///< lineChart: rows of the trials table instead of traces
    AxisSpec x;
    AxisSpec y;
    AxisSpec z; ///< of points in space
    std::vector<SeriesSpec> series;
    std::vector<SlopeGuide> guides;
    FitSpec fit;
    Aggregate aggregate = Aggregate::none; ///< over replicates
    std::vector<SelectorSpec> selectors;
    std::vector<std::string> frames; ///< ids; for each arm unless only in Frames::shared
    std::optional<PivotSpec> pivot;  ///< for fromTrials charts: only its tuned* fields are used
    std::optional<GestureSpec> gesture;
    /// Expression over parameters (as Parameter::appliesIf); where it is 0 the view is not shown.
    std::string appliesIf;
    bool isMain = false; ///< one of the one or two views that answer the experiment's question
};

} // namespace convergence
