#pragma once

#include <memory>

#include "core/experiment/experiment.h"
#include "core/radiance/scene.h"

namespace convergence {

/// An arm of voxel-radiance that trains a voxel grid, as voxelRadianceTrainer() says.
std::unique_ptr<Solver> makeGridSolver(std::shared_ptr<const radiance::Scene> scene,
                                       const ParameterValues& values, const TrialPlan& plan);

} // namespace convergence
