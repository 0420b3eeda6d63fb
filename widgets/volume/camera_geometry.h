#pragma once

#include <array>

#include "widgets/volume/viewpoint.h"
#include "widgets/volume/volume_settings.h"

namespace convergence {

/// Corners of a camera's picture in space, from its lower left counter-clockwise as the camera sees
/// it, `depth` in front of it.
std::array<Eigen::Vector3d, 4> frustumCorners(const CamerasFrame::Camera& camera, double depth);
Eigen::Vector3d cameraPosition(const CamerasFrame::Camera& camera);
/// How deep frusta are drawn.
double frustumDepth(const VolumeContent& content);
/// Through a camera's eye, with its horizontal angle across a picture of that aspect.
Viewpoint throughCamera(const CamerasFrame::Camera& camera, const VolumeContent& content,
                        double aspect);
/// Center and radius to look at: of the volume's box, but not far beyond what cameras look at;
/// without a volume of the cameras.
struct SceneExtent {
    Eigen::Vector3d center = Eigen::Vector3d::Zero();
    double radius = 1.0;
};
SceneExtent sceneExtent(const VolumeContent& content);
/// The camera whose frustum is at a place of a picture; −1: none.
int cameraAt(const VolumeContent& content, const Viewpoint& viewpoint, QSizeF picture, QPointF at);

} // namespace convergence
