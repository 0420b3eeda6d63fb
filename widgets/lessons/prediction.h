#pragma once

#include <map>
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

/// Which trials a prediction is about: all whose factors have these values.
using Factors = std::map<std::string, double>;

/// The measured curve of an arm in a chart: of one column, by default of the first series that is
/// no prediction. In a view of traces that is the longest of the arm's trials, the first of these;
/// in one of the trials table the mean over the arm's trials at each x. Empty if there is none.
PredictedCurve measuredCurve(const Recording& recording, const View& view, const std::string& arm,
                             const std::string& column = {}, const Factors& where = {});

/// How well a predicted curve fits, from 0 to 100: 100·(1 − mean gap), at most 1 a point, where a
/// gap is a share of the axis's height on its own scale. Compared at 100 places, evenly spaced on
/// the x axis's scale, where both are known; none if they share fewer than two.
std::optional<double> scoreOfCurve(const PredictedCurve& predicted, const PredictedCurve& measured,
                                   const PredictionAxes& axes);

/// Arms that end best in a column of the trials table, or if it is in none of its rows of the
/// traces' last rows, best first, by the mean over their trials. Arms without a number come last.
struct Ranking {
    bool mostWins = false; ///< the largest is best, not the smallest
    bool tuned = false;    ///< by the mean over replicates with the best factors
    Factors where = {};    ///< among trials with these
};
struct RankedArm {
    std::string arm;
    double mean = 0.0;
};
std::vector<RankedArm> rankArms(const Recording& recording, const std::string& metric,
                                const Ranking& by = {});

} // namespace convergence
