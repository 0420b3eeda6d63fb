#pragma once

#include "core/experiment/frames.h"
#include "plugins/stochastic/dp-stationary-points/plan.h"

namespace convergence::private_points {

/// What has been spent so far, and how the noise of the plan comes about.
TextFrame privacyFrame(const MethodPlan& plan, const PrivateDescent& method,
                       const PrivateProblem& problem);

/// The binary tree of one round as rows of blocks: a vertex is as wide as its batch is large.
MatrixFrame treeFrame(const TreeSpider& tree);

/// F over the plane, and the samples in it.
FieldFrame landscapeFrame(const PrivateProblem& problem);
CurvesFrame samplesFrame(const PrivateProblem& problem);

} // namespace convergence::private_points
