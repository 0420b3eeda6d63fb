#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// "Direct Voxel Grid Optimization: Super-fast Convergence for Radiance Fields Reconstruction"
/// (Sun, Sun, Chen 2022): a radiance field on voxel grids, its baselines, a small NeRF, and the
/// three orders of activation in the plane.
ExperimentType voxelRadiance();

/// Its parts, each in a file of its own. Views and claims read
///
/// of traces    the clock colored_samples (since the beginning); psnr_held_out and psnr_train (dB,
///              on a fixed sample of pixels), color_loss, entropy_loss, per_point_loss;
///              samples_in_box, samples_in_mask, samples_colored (a ray, in the last step);
///              density_rate, feature_rate, network_rate; grid_points, occupied (share of them);
///              phase (0 coarse, 1 fine); plane_psnr (of the companion);
/// of trials    the factors fine_voxels, alpha_init_coarse, plane_size, plane_shape (0 disc, 1
///              half-plane), and finals psnr and ssim (means over whole held-out pictures),
///              train_psnr (over whole training pictures), box_share (volume of the fine box over
///              that of the frustum box), plane_psnr; NaN where a column does not apply;
/// of frames    shared: cameras; of each trial: field (volume), rendering (pictures), ray and
///              ray_density (curves), plane (pictures).
Description voxelRadianceDescription();
std::vector<Parameter> voxelRadianceParameters();
std::vector<Preset> voxelRadiancePresets();
std::vector<View> voxelRadianceViews();
std::vector<Claim> voxelRadianceClaims();

/// Arms of the experiment, with ids as choices of the parameter "arms". All but the last four
/// train a voxel grid and differ from "grid" in one thing.
const std::vector<Choice>& voxelRadianceArms();
/// plane_post, plane_in, plane_pre: the two-dimensional companion.
bool isPlaneArm(std::string_view arm);

} // namespace convergence
