#pragma once

#include "core/experiment/frames.h"
#include "core/radiance/renderer.h"
#include "core/radiance/trainer.h"

namespace convergence {

/// The field as a volume of at most about `pointsPerEdge`³ points: every n-th of the grid, so that
/// no view ever reads what is being trained. Opacity over the distance of two points of the frame,
/// so that a thinned volume is as opaque as the whole, 0 where nothing is occupied; color as seen
/// from `eye`; layers: raw density, mask, and in the coarse stage view counts and rates; outlines:
/// what the cameras see and the field's box.
VolumeFrame fieldFrame(const radiance::Trainer& trainer, const Eigen::Vector3d& eye,
                       int pointsPerEdge);

/// All cameras of a scene with small pictures.
CamerasFrame camerasFrame(const radiance::Scene& scene);

/// α, T, w along a ray, and its raw density.
CurvesFrame rayFrame(const radiance::RayCurves& ray);
CurvesFrame rayDensityFrame(const radiance::RayCurves& ray);

} // namespace convergence
