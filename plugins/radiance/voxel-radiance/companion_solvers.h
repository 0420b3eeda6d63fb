#pragma once

#include <memory>

#include "core/experiment/experiment.h"
#include "core/radiance/scene.h"

namespace convergence {

/// The arms of voxel-radiance that train no voxel grid.

/// plane_post, plane_in, plane_pre: a binary picture fitted by a grid in the plane.
std::unique_ptr<Solver> makePlaneSolver(const TrialPlan& plan);

/// nerf: the small NeRF on the same scene.
std::unique_ptr<Solver> makeNerfSolver(std::shared_ptr<const radiance::Scene> scene,
                                       const ParameterValues& values);

} // namespace convergence
