#pragma once

#include <memory>

#include "core/experiment/experiment.h"
#include "core/radiance/field.h"
#include "core/radiance/scene.h"

namespace convergence {

/// An arm of voxel-radiance that trains a voxel grid, as voxelRadianceTrainer() says;
/// where `start` is given, it goes on with that field.
std::unique_ptr<Solver> makeGridSolver(std::shared_ptr<const radiance::Scene> scene,
                                       const ParameterValues& values, const TrialPlan& plan,
                                       std::shared_ptr<const radiance::Field> start = nullptr);

} // namespace convergence
