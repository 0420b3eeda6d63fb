#include "widgets/volume/camera_geometry.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>

namespace convergence {

Eigen::Vector3d cameraPosition(const CamerasFrame::Camera& camera) {
    return {camera.pose[3], camera.pose[7], camera.pose[11]};
}

std::array<Eigen::Vector3d, 4> frustumCorners(const CamerasFrame::Camera& camera, double depth) {
    Eigen::Matrix3d rotation;
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column)
            rotation(row, column) = camera.pose[std::size_t(4 * row + column)];
    const double x = depth * std::tan(0.5 * camera.horizontalAngle);
    const double aspect = camera.picture.width > 0
                              ? double(camera.picture.height) / double(camera.picture.width)
                              : 1.0;
    const Eigen::Vector3d position = cameraPosition(camera);
    return {position + rotation * Eigen::Vector3d(-x, -x * aspect, -depth),
            position + rotation * Eigen::Vector3d(x, -x * aspect, -depth),
            position + rotation * Eigen::Vector3d(x, x * aspect, -depth),
            position + rotation * Eigen::Vector3d(-x, x * aspect, -depth)};
}

namespace {

/// All cameras, and between them the point that is nearest to all lines of sight.
SceneExtent camerasExtent(const std::vector<CamerasFrame::Camera>& cameras) {
    Eigen::Matrix3d across = 1e-9 * Eigen::Matrix3d::Identity();
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (const CamerasFrame::Camera& camera : cameras) {
        const Eigen::Vector3d sight(camera.pose[2], camera.pose[6], camera.pose[10]);
        const Eigen::Matrix3d off = Eigen::Matrix3d::Identity() - sight * sight.transpose();
        across += off;
        sum += off * cameraPosition(camera);
    }
    SceneExtent extent{across.ldlt().solve(sum), 0.0};
    for (const CamerasFrame::Camera& camera : cameras)
        extent.radius = std::max(extent.radius, (cameraPosition(camera) - extent.center).norm());
    extent.radius = std::max(extent.radius, 1e-6);
    return extent;
}

} // namespace

SceneExtent sceneExtent(const VolumeContent& content) {
    SceneExtent extent;
    if (!content.volume)
        return content.cameras && !content.cameras->empty() ? camerasExtent(*content.cameras)
                                                            : extent;
    const Eigen::Vector3d low(content.volume->low.data()), high(content.volume->high.data());
    extent.center = 0.5 * (low + high);
    extent.radius = 0.5 * (high - low).norm();
    // A box that holds all that cameras may see is much larger than what they look at.
    if (content.cameras && !content.cameras->empty()) {
        double distance = 0.0;
        for (const CamerasFrame::Camera& camera : *content.cameras)
            distance += (cameraPosition(camera) - extent.center).norm();
        extent.radius = std::min(extent.radius, 0.42 * distance / double(content.cameras->size()));
    }
    return extent;
}

double frustumDepth(const VolumeContent& content) {
    if (!content.cameras || content.cameras->empty())
        return 0.0;
    Eigen::Vector3d middle = Eigen::Vector3d::Zero();
    for (const CamerasFrame::Camera& camera : *content.cameras)
        middle += cameraPosition(camera);
    middle /= double(content.cameras->size());
    double spread = 0.0;
    for (const CamerasFrame::Camera& camera : *content.cameras)
        spread += (cameraPosition(camera) - middle).norm();
    spread /= double(content.cameras->size());
    // So that neighbours hardly overlap, however many there are.
    const double size = 0.7 / std::sqrt(double(content.cameras->size()));
    return std::max(1e-3, spread * std::clamp(size, 0.06, 0.2));
}

Viewpoint throughCamera(const CamerasFrame::Camera& camera, const VolumeContent& content,
                        double aspect) {
    Viewpoint view;
    view.position = cameraPosition(camera);
    const Eigen::Vector3d forward(-camera.pose[2], -camera.pose[6], -camera.pose[10]);
    const double distance = (sceneExtent(content).center - view.position).dot(forward);
    view.target = view.position + (distance > 0.0 ? distance : 1.0) * forward;
    view.up = {camera.pose[1], camera.pose[5], camera.pose[9]};
    const double own = camera.picture.width > 0
                           ? double(camera.picture.width) / double(camera.picture.height)
                           : 1.0;
    // The whole of what the camera saw is inside the picture.
    view.verticalAngle =
        2.0 * std::atan(std::tan(0.5 * camera.horizontalAngle) / std::min(aspect, own));
    return view;
}

int cameraAt(const VolumeContent& content, const Viewpoint& viewpoint, QSizeF picture, QPointF at) {
    const double width = picture.width(), height = picture.height();
    const double x = at.x(), y = at.y();
    int found = -1;
    double nearest = INFINITY;
    const double depth = frustumDepth(content);
    for (std::size_t i = 0; content.cameras && i < content.cameras->size(); ++i) {
        const CamerasFrame::Camera& camera = (*content.cameras)[i];
        const auto corners = frustumCorners(camera, depth);
        bool left = true, right = true;
        double distance = 0.0;
        std::array<Eigen::Vector3d, 4> seen;
        for (std::size_t c = 0; c < 4; ++c) {
            seen[c] = viewpoint.project(corners[c], width, height);
            distance += 0.25 * seen[c].z();
        }
        if (distance <= 0.0)
            continue;
        for (std::size_t c = 0; c < 4; ++c) {
            const Eigen::Vector3d a = seen[c], b = seen[(c + 1) % 4];
            const double side = (b.x() - a.x()) * (y - a.y()) - (b.y() - a.y()) * (x - a.x());
            left = left && side >= 0.0;
            right = right && side <= 0.0;
        }
        const Eigen::Vector3d apex = viewpoint.project(cameraPosition(camera), width, height);
        constexpr double nearApex = 8.0;
        const bool atApex = apex.z() > 0.0 && std::hypot(apex.x() - x, apex.y() - y) < nearApex;
        if ((left || right || atApex) && distance < nearest) {
            nearest = distance;
            found = int(i);
        }
    }
    return found;
}

} // namespace convergence
