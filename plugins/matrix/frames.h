// Frames that the experiments of the family draw.

#pragma once

#include <string>

#include <Eigen/Core>

#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "core/matrix/low_rank_problem.h"

namespace convergence {

enum class HeatColors {
    symmetric, ///< about 0: errors, factors
    ranging    ///< from the least entry to the greatest
};

/// A matrix as a heat map.
MatrixFrame heatMap(std::string title, const Eigen::MatrixXd& matrix,
                    HeatColors colors = HeatColors::symmetric);

/// The largest `shown` singular values of both, side by side (as many as there are at most).
BarsFrame spectrumBars(const Eigen::MatrixXd& truth, const Eigen::MatrixXd& recovered,
                       Eigen::Index shown);

/// A loss over the square [−1.5, 1.5]².
FieldFrame landscape(matrix::PlaneLoss loss);

/// Where a trial has been in the plane of two columns of its trace.
PathFrame pathOf(const Recording& soFar, const TrialPlan& plan, const char* x, const char* y);

} // namespace convergence
