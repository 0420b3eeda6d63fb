#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// "Direct Voxel Grid Optimization: Super-fast Convergence for Radiance Fields Reconstruction"
/// (Sun, Sun, Chen 2022): a radiance field on voxel grids, its baselines, a small NeRF, and the
/// three orders of activation in the plane.
ExperimentType voxelRadiance();

/// Its parts, each in a file of its own.
Description voxelRadianceDescription();
std::vector<Parameter> voxelRadianceParameters();
std::vector<Preset> voxelRadiancePresets();
std::vector<View> voxelRadianceViews();
std::vector<Claim> voxelRadianceClaims();

/// plane_post, plane_in, plane_pre: the two-dimensional companion.
bool isPlaneArm(std::string_view arm);

} // namespace convergence
