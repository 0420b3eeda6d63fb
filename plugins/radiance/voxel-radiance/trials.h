#pragma once

#include <cstddef>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/radiance/scene_source.h"
#include "core/radiance/trainer.h"

namespace convergence {

/// The trials of voxel-radiance and the columns that they are recorded in.

/// Places in a row of a trace, after the clock "iteration".
enum class RadianceColumn : std::size_t {
    coloredSamples, ///< since the beginning; a clock
    psnrHeldOut,    ///< dB, on a fixed sample of pixels
    psnrTrain,
    colorLoss,
    entropyLoss,
    perPointLoss,
    samplesInBox, ///< a ray, in the last step
    samplesInMask,
    samplesColored,
    densityRate,
    featureRate,
    networkRate,
    gridPoints,
    occupied,  ///< share of the grid's points
    phase,     ///< 0 coarse, 1 fine
    planePsnr, ///< dB, of the companion in the plane
    count
};
std::vector<Column> voxelRadianceTraceColumns();

/// Places in a row of final metrics.
enum class RadianceFinal : std::size_t {
    psnr,      ///< dB, mean over whole held-out pictures
    ssim,      ///< the same
    trainPsnr, ///< dB, mean over whole training pictures
    boxShare,  ///< volume of the fine box over that of the frustum box
    planePsnr, ///< dB, of the companion in the plane
    count
};
std::vector<Column> voxelRadianceFinalColumns();

/// fine_voxels, alpha_init_coarse; plane_size, plane_shape (0 disc, 1 half-plane).
std::vector<Column> voxelRadianceFactorColumns();

/// One trial for each arm and each fine grid and start opacity that make a difference to it, or
/// each shape and size of the plane. Throws InputError if a trial would have no step at all, or
/// for more than 6 doublings.
std::vector<TrialPlan> voxelRadianceTrials(const ParameterValues& values);

/// What a trial of a voxel grid is trained with: the values, and what its arm changes about them.
radiance::TrainerOptions voxelRadianceTrainer(const ParameterValues& values, const TrialPlan& plan);

radiance::SceneOptions voxelRadianceScene(const ParameterValues& values);

/// True if trials go on with a saved field.
bool goesOn(const ParameterValues& values);

/// True if some trial needs the scene (not only the plane).
bool needsScene(const ParameterValues& values);

/// Throws InputError for combinations that cannot work: no step, too many doublings, color options
/// that do not fit, arms that cannot go on with a saved field, a scene that does not exist or is
/// malformed.
void checkVoxelRadiance(const ParameterValues& values);

/// Bytes of all trials and the scene together, before anything of it is allocated.
double voxelRadianceMemory(const ParameterValues& values);

} // namespace convergence
