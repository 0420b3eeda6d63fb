#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/experiment/view.h"

namespace convergence {

/// Short forms of View: what a description writes, without what follows from it. Labels and units
/// of axes are those of the columns (ColumnPattern) unless given.

enum class Axes { linear, logX, logY, logLog };
inline Scale scaleOfX(Axes axes) {
    return axes == Axes::logX || axes == Axes::logLog ? Scale::logarithmic : Scale::linear;
}
inline Scale scaleOfY(Axes axes) {
    return axes == Axes::logY || axes == Axes::logLog ? Scale::logarithmic : Scale::linear;
}

/// Line charts of traces (Chart) or of the table of trials (SweepChart).
///
///     Chart{.id = "error", .title = "Error", .y = "error", .theory = "predicted",
///           .axes = Axes::logLog, .isMain = true}
///     SweepChart{.id = "rate", .title = "Rate against α", .x = "initial_scale", .y = "rate",
///                .axes = Axes::logLog, .guides = {{"slope 2", 2.0}}}
template <bool fromTrials>
struct LineChart {
    std::string id;
    std::string title;
    std::string help;
    std::string x = fromTrials ? "" : "iteration";
    std::string xLabel; ///< empty: the column's
    std::string xUnit;
    std::string y;      ///< the column of the first curve; may be empty where `curves` has all
    std::string theory; ///< the column of its prediction, drawn dashed
    std::vector<SeriesSpec> curves; ///< further ones, after these two
    std::string yLabel;             ///< empty: the first column's
    std::string yUnit;
    Axes axes = Axes::linear;
    std::vector<SlopeGuide> guides;
    FitSpec fit;
    Aggregate aggregate = Aggregate::none;
    std::vector<SelectorSpec> by;
    std::optional<PivotSpec> tuned; ///< only its tuned* fields are used
    std::string appliesIf;
    bool isMain = false;

    operator View() const { // NOLINT: a chart is a view
        View view{.id = id, .title = title, .help = help, .fromTrials = fromTrials};
        view.x = {x, xLabel, xUnit, scaleOfX(axes)};
        view.y = {"", yLabel, yUnit, scaleOfY(axes)};
        if (!y.empty())
            view.series.push_back({y, ""});
        if (!theory.empty())
            view.series.push_back({theory, "theory", true});
        view.series.insert(view.series.end(), curves.begin(), curves.end());
        view.guides = guides;
        view.fit = fit;
        view.aggregate = aggregate;
        view.selectors = by;
        view.pivot = tuned;
        view.appliesIf = appliesIf;
        view.isMain = isMain;
        return view;
    }
};
using Chart = LineChart<false>;
using SweepChart = LineChart<true>;

/// What frames show: heat maps, paths in a plane, bars, curves, text, pictures, surfaces, volumes.
///
///     FrameView{.id = "matrices", .title = "Matrices", .kind = ViewKind::heatMaps,
///               .frames = {"target", "product"}, .by = {byArm}}
struct FrameView {
    std::string id;
    std::string title;
    std::string help;
    ViewKind kind = ViewKind::heatMaps;
    std::vector<std::string> frames;
    std::string xLabel;
    std::string xUnit;
    std::string yLabel;
    std::string yUnit;
    Axes axes = Axes::linear;
    AxisSpec z = {}; ///< of points in space
    std::vector<SelectorSpec> by;
    std::optional<GestureSpec> gesture;
    std::string appliesIf;
    bool isMain = false;

    operator View() const; // NOLINT
};

/// What one kind of frames shows, for the kinds that go by a name of their own.
///
///     Graph{.id = "network", .title = "Network", .frames = {"network"}}
///     Timeline{.id = "rounds", .title = "Rounds", .frames = {"rounds"}, .xLabel = "round"}
template <ViewKind kind>
struct ViewOf {
    std::string id;
    std::string title;
    std::string help;
    std::vector<std::string> frames;
    std::string xLabel; ///< axes of timelines and points
    std::string xUnit;
    std::string yLabel;
    std::string yUnit;
    Axes axes = Axes::linear; ///< of points
    AxisSpec z = {};          ///< of points in space: {.label = "height", .unit = "m"}
    std::vector<SelectorSpec> by;
    std::optional<GestureSpec> gesture; ///< of points and scenes
    std::string appliesIf;
    bool isMain = false;

    operator View() const { // NOLINT: it is a view
        return FrameView{.id = id,
                         .title = title,
                         .help = help,
                         .kind = kind,
                         .frames = frames,
                         .xLabel = xLabel,
                         .xUnit = xUnit,
                         .yLabel = yLabel,
                         .yUnit = yUnit,
                         .axes = axes,
                         .z = z,
                         .by = by,
                         .gesture = gesture,
                         .appliesIf = appliesIf,
                         .isMain = isMain};
    }
};
using FrameTable = ViewOf<ViewKind::table>;
using Timeline = ViewOf<ViewKind::timeline>;
using Points = ViewOf<ViewKind::points>;
using PointsInSpace = ViewOf<ViewKind::pointsInSpace>;
using Graph = ViewOf<ViewKind::graph>;
using Scene = ViewOf<ViewKind::scene>;

/// A final metric over two factors as a heat map.
struct Pivot {
    std::string id;
    std::string title;
    std::string help;
    PivotSpec of;
    std::string xLabel; ///< of the factor along the columns
    std::string xUnit;
    std::string yLabel; ///< of the factor along the rows
    std::vector<SelectorSpec> by;
    std::string appliesIf;
    bool isMain = false;

    operator View() const; // NOLINT
};

/// The viewer chooses the arm.
inline const SelectorSpec byArm{"arm", "Arm"};

} // namespace convergence
