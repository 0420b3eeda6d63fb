#pragma once

#include <filesystem>

#include "core/radiance/scene_source.h"

namespace convergence {

/// A scene of a mesh (PLY, STL or OBJ), drawn off-screen: what radiance::setMeshRenderer() takes.
///
/// The mesh is moved so that its bounding box is centered on the origin, and scaled so that its
/// farthest point is meshRadius away: all of it is in every picture. Surfaces are matte, lit by a
/// light and an ambient share that stay with the mesh, so that a point has the same color in all
/// pictures; colors at points are kept, others are a light gray. Four samples a pixel, on white.
///
/// Surfaces may be open. Throws InputError, naming the file, as readMesh() does (core/data/mesh.h);
/// for an edge of more than two faces, a point of more than 10,000, no extent; where there is no
/// off-screen OpenGL; when `stop` is requested. May be called on any thread.
radiance::Scene renderMeshScene(const std::filesystem::path& path,
                                const radiance::SceneOptions& options,
                                const radiance::SceneProgress& progress, const StopToken& stop);

/// The farthest point of a mesh from the origin. A sphere of it just fits into a picture of
/// core/radiance/scene_cameras.h: cameraRadius · sin(½ cameraAngle) = 1.365.
inline constexpr double meshRadius = 1.35;

} // namespace convergence
