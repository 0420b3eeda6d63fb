// Pictures of a trial, and of all together.

#pragma once

#include "core/experiment/frames.h"
#include "plugins/stochastic/bilevel-borep/trial.h"

namespace convergence::borep {

/// ln(1 + Φ) over the first and last coordinate of x; the others stay at 0.
FieldFrame landscapeOf(const Setting& setting);
/// ‖∇²ₓₓf‖ against ‖∇ₓf‖ of each trial so far, and the line 1 + ‖∇ₓf‖.
CurvesFrame smoothnessCurves(const Recording& soFar);
/// How many right and wrong labels have which weight.
BarsFrame weightBars(const LineTask& task, const Eigen::VectorXd& x);
/// The ten lines of least weight, with the label they were given and the true one.
TableFrame leastTrusted(const Setting& setting, const LineTask& task, const Eigen::VectorXd& x);
/// Validation loss of W trained to the end for each of a grid of ridges.
CurvesFrame::Curve ridgeGrid(const LineTask& task);
/// The same with where the trials are now.
CurvesFrame ridgeCurves(const CurvesFrame::Curve& grid, const Recording& soFar);

} // namespace convergence::borep
