#pragma once

#include <cstddef>
#include <vector>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/radiance/scene_source.h"
#include "core/radiance/trainer.h"

namespace convergence {

/// What the trials of voxel-radiance record; what does not apply to a kind of trial stays as it is.
struct RadianceRow {
    double coloredSamples = notApplicable; ///< since the beginning; a clock
    double psnrHeldOut = notApplicable;    ///< dB, on a fixed sample of pixels
    double psnrTrain = notApplicable;
    double colorLoss = notApplicable;
    double entropyLoss = notApplicable;
    double perPointLoss = notApplicable;
    double samplesInBox = notApplicable; ///< a ray, in the last step
    double samplesInMask = notApplicable;
    double samplesColored = notApplicable;
    double densityRate = notApplicable;
    double featureRate = notApplicable;
    double networkRate = notApplicable;
    double gridPoints = notApplicable;
    double occupied = notApplicable;  ///< share of the grid's points
    double phase = notApplicable;     ///< 0 coarse, 1 fine
    double planePsnr = notApplicable; ///< dB, of the companion in the plane
};
const Columns<RadianceRow>& voxelRadianceTrace();
/// Rows of the trace: the columns do not depend on the values.
const RowFiller<RadianceRow>& voxelRadianceTraceRow();

struct RadianceFinals {
    double psnr = notApplicable;      ///< dB, mean over whole held-out pictures
    double ssim = notApplicable;      ///< the same
    double trainPsnr = notApplicable; ///< dB, mean over whole training pictures
    double boxShare = notApplicable;  ///< volume of the fine box over that of the frustum box
    double planePsnr = notApplicable; ///< dB, of the companion in the plane
};
const Columns<RadianceFinals>& voxelRadianceFinals();
const RowFiller<RadianceFinals>& voxelRadianceFinalRow();

/// fine_voxels, alpha_init_coarse; plane_size, plane_shape (0 disc, 1 half-plane).
const std::vector<ColumnPattern>& voxelRadianceFactors();

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
