#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/experiment/description.h"
#include "core/experiment/recording.h"
#include "widgets/lessons/lesson.h"

namespace convergence {

/// Where a curve is drawn and compared.
struct PredictionAxes {
    QString xLabel, yLabel;
    Scale xScale = Scale::linear, yScale = Scale::linear;
    double xMinimum = 0.0, xMaximum = 1.0;
    double yMinimum = 0.0, yMaximum = 1.0;
};

/// A curve as points with increasing x.
struct PredictedCurve {
    std::vector<double> x, y;
};

/// The axes of a step's curve: those of the lesson, or from the view's description: x to
/// `plannedSteps`, y over six decades below 1 (logarithmic) or from 0 to 1.
PredictionAxes predictionAxes(const PredictionSpec& spec, const View& view,
                              std::int64_t plannedSteps);

/// The measured curve of an arm in a view: its first series that is no prediction, of the arm's first
/// trial, or, in a view that has a point for each trial, the mean over trials at the same place.
/// Empty if there is none.
PredictedCurve measuredCurve(const Recording& recording, const View& view, const std::string& arm);

/// How well a predicted curve fits, from 0 to 100: 100·(1 − mean gap), at most 1 a point, where a
/// gap is a share of the axis's height on its own scale. Compared at 100 places, evenly spaced on
/// the x axis's scale, where both are known; none if they share fewer than two.
std::optional<double> scoreOfCurve(const PredictedCurve& predicted, const PredictedCurve& measured,
                                   const PredictionAxes& axes);

/// Arms that end best in a column of the trials table, by the mean over their trials, best first.
/// Arms that never finished a trial, or whose mean is not a number, come last.
struct RankedArm {
    std::string arm;
    double mean = 0.0;
};
std::vector<RankedArm> rankArms(const Recording& recording, const std::string& metric,
                                bool mostWins);

} // namespace convergence
