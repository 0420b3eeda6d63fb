#pragma once

#include <cstdint>

#include "core/radiance/scene.h"
#include "core/radiance/scene_source.h"

namespace convergence::radiance {

/// The built-in scene: a two-colored torus around a blue sphere above a checkered plate, given by
/// their signed distances, z up. It lies within 1.75 of the origin; nothing casts a shadow.
struct AnalyticScene {
    enum class Body { torus, sphere, plate };
    struct Distance {
        double value = 0.0; ///< signed distance to the nearest body
        Body body = Body::torus;
    };

    static Distance distance(const Eigen::Vector3d& point);
    /// Unit gradient of the distance to one body.
    static Eigen::Vector3d normal(Body body, const Eigen::Vector3d& point);
    /// The color before lighting, in [0, 1]³.
    static Eigen::Vector3d albedo(Body body, const Eigen::Vector3d& point);
    /// The color that leaves a point against the unit viewing direction, in [0, 1]³:
    /// albedo·(0.35 + 0.65 max(n·l, 0)), on torus and sphere plus 0.35 max(n·h, 0)⁴⁰ with
    /// l ∝ (0.5, 0.3, 0.8) and h ∝ l − direction.
    static Eigen::Vector3d shade(Body body, const Eigen::Vector3d& point,
                                 const Eigen::Vector3d& direction);
    /// The color seen along a ray (unit direction), white where it meets nothing: sphere tracing
    /// from distance 2, at most 96 steps, a hit where the distance is below 2e-3.
    static Eigen::Vector3d trace(const Eigen::Vector3d& origin, const Eigen::Vector3d& direction);

    /// The picture that a camera takes, 2 × 2 rays a pixel. Parallel over rows.
    static Picture render(const Camera& camera);
};

/// Pictures of the analytic scene from trainingCameras() and heldOutCameras().
/// Throws InputError when `stop` is requested.
Scene analyticScene(const SceneOptions& options, const SceneProgress& progress = {},
                    const StopToken& stop = {});

} // namespace convergence::radiance
