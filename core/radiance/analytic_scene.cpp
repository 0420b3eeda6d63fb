#include "core/radiance/analytic_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

#include "core/error.h"
#include "core/parallel/parallel_for.h"
#include "core/radiance/scene_cameras.h"

namespace convergence::radiance {

namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double torusRadius = 0.75;
constexpr double tubeRadius = 0.28;
const Vector3d sphereCenter(0.0, 0.0, 0.25);
constexpr double sphereRadius = 0.42;
const Vector3d plateCenter(0.0, 0.0, -0.45);
const Vector3d plateHalf(1.15, 1.15, 0.08);

constexpr double traceFrom = 2.0;
constexpr double traceTo = 8.0; // beyond the scene as seen from anywhere it is looked at
constexpr int traceSteps = 96;
constexpr double hitDistance = 2e-3;

double torusDistance(const Vector3d& p) {
    return std::hypot(std::hypot(p.x(), p.y()) - torusRadius, p.z()) - tubeRadius;
}

double plateDistance(const Vector3d& p) {
    const Vector3d q = (p - plateCenter).cwiseAbs() - plateHalf;
    return q.cwiseMax(0.0).norm() + std::min(q.maxCoeff(), 0.0);
}

Vector3d plateNormal(const Vector3d& p) {
    const Vector3d local = p - plateCenter;
    const Vector3d q = local.cwiseAbs() - plateHalf;
    const Vector3d sign = local.unaryExpr([](double x) { return x < 0.0 ? -1.0 : 1.0; });
    if (q.maxCoeff() > 0.0)
        return q.cwiseMax(0.0).normalized().cwiseProduct(sign);
    Eigen::Index axis = 0;
    q.maxCoeff(&axis);
    return sign[axis] * Vector3d::Unit(axis);
}

bool isOdd(double number) {
    return std::fmod(std::abs(std::floor(number)), 2.0) == 1.0;
}

std::uint8_t toByte(double value) {
    return static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(value, 0.0, 1.0)));
}

} // namespace

AnalyticScene::Distance AnalyticScene::distance(const Vector3d& point) {
    Distance nearest{torusDistance(point), Body::torus};
    const double sphere = (point - sphereCenter).norm() - sphereRadius;
    if (sphere < nearest.value)
        nearest = {sphere, Body::sphere};
    const double plate = plateDistance(point);
    if (plate < nearest.value)
        nearest = {plate, Body::plate};
    return nearest;
}

Vector3d AnalyticScene::normal(Body body, const Vector3d& point) {
    if (body == Body::sphere)
        return (point - sphereCenter).normalized();
    if (body == Body::plate)
        return plateNormal(point);
    const Vector2d flat = point.head<2>();
    const Vector2d ring = flat.normalized() * torusRadius;
    return Vector3d(point.x() - ring.x(), point.y() - ring.y(), point.z()).normalized();
}

Vector3d AnalyticScene::albedo(Body body, const Vector3d& point) {
    if (body == Body::sphere)
        return {0.2, 0.45, 0.85};
    if (body == Body::torus)
        return isOdd(8.0 * std::atan2(point.y(), point.x()) / std::numbers::pi)
                   ? Vector3d(0.85, 0.25, 0.2)
                   : Vector3d(0.95, 0.75, 0.3);
    return isOdd(std::floor(3.0 * point.x()) + std::floor(3.0 * point.y()))
               ? Vector3d(0.9, 0.9, 0.9)
               : Vector3d(0.2, 0.35, 0.25);
}

Vector3d AnalyticScene::shade(Body body, const Vector3d& point, const Vector3d& direction) {
    static const Vector3d light = Vector3d(0.5, 0.3, 0.8).normalized();
    const Vector3d n = normal(body, point);
    Vector3d color = albedo(body, point) * (0.35 + 0.65 * std::max(n.dot(light), 0.0));
    if (body != Body::plate) {
        const Vector3d half = (light - direction).normalized();
        color.array() += 0.35 * std::pow(std::max(n.dot(half), 0.0), 40.0);
    }
    return color.cwiseMin(1.0);
}

Vector3d AnalyticScene::trace(const Vector3d& origin, const Vector3d& direction) {
    double t = traceFrom;
    for (int step = 0; step < traceSteps && t < traceTo; ++step) {
        const Vector3d point = origin + t * direction;
        const Distance nearest = distance(point);
        if (nearest.value < hitDistance)
            return shade(nearest.body, point, direction);
        t += nearest.value;
    }
    return Vector3d::Ones();
}

Picture AnalyticScene::render(const Camera& camera) {
    Picture picture{camera.width, camera.height, {}};
    const auto width = static_cast<std::size_t>(camera.width);
    picture.rgb.resize(3 * width * static_cast<std::size_t>(camera.height));
    // Rays through the centres of the pixels of a picture twice as fine.
    Camera fine = camera;
    fine.width *= 2;
    fine.height *= 2;
    fine.focal *= 2.0;
    parallelFor(static_cast<std::size_t>(camera.height), [&](std::size_t row) {
        for (std::size_t column = 0; column < width; ++column) {
            Vector3d sum = Vector3d::Zero();
            for (int sub = 0; sub < 4; ++sub)
                sum +=
                    trace(camera.position(), fine.direction(2 * static_cast<int>(column) + sub % 2,
                                                            2 * static_cast<int>(row) + sub / 2)
                                                 .normalized());
            for (Eigen::Index channel = 0; channel < 3; ++channel)
                picture.rgb[3 * (row * width + column) + static_cast<std::size_t>(channel)] =
                    toByte(0.25 * sum[channel]);
        }
    });
    return picture;
}

Scene analyticScene(const SceneOptions& options, const SceneProgress& progress,
                    const StopToken& stop) {
    Scene scene{.name = "analytic", .training = {}, .heldOut = {}};
    const auto training = trainingCameras(options.trainingViews, options.imageSize, options.seed);
    const auto heldOut = heldOutCameras(options.imageSize);
    const std::size_t total = training.size() + heldOut.size();
    for (const auto& [cameras, pictures] :
         {std::pair{&training, &scene.training}, std::pair{&heldOut, &scene.heldOut}})
        for (const Camera& camera : *cameras) {
            if (stop.stopRequested())
                throw InputError("Rendering the analytic scene was stopped.");
            pictures->push_back({camera, AnalyticScene::render(camera)});
            if (progress)
                progress(scene.training.size() + scene.heldOut.size(), total);
        }
    return scene;
}

} // namespace convergence::radiance
