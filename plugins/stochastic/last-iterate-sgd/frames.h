#pragma once

#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "core/optim/stochastic_problem.h"

namespace convergence::last_iterate {

/// Quantiles and histogram of the final gaps of each arm, at the longest horizon at which a trial
/// has ended: the frames "quantiles" and "histogram". None before the first has.
void drawFinalGaps(const Recording& recording, FrameMap& shared);

/// F over the plane about its minimizer; the problem has two dimensions.
FieldFrame landscapeOf(const StochasticProblem& problem);

} // namespace convergence::last_iterate
