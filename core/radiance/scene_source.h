#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/radiance/scene.h"
#include "core/stop_token.h"

namespace convergence::radiance {

/// Where scenes come from: one place for everything that can be reconstructed.

/// How a scene is made or read.
struct SceneOptions {
    /// Width of the pictures. Scenes that are rendered (analytic, meshes) get square pictures of
    /// this size; pictures of a folder that are wider are averaged down to it, narrower ones are
    /// kept. 0 keeps all pictures of a folder as they are.
    int imageSize = 64;
    /// Cameras of a rendered scene; of a folder at most so many training pictures are read, evenly
    /// chosen. ≥ 1.
    int trainingViews = 30;
    /// Of a folder every testSkip-th held-out picture is read. ≥ 1.
    int testSkip = 1;
    /// Of the training cameras of a rendered scene.
    std::uint64_t seed = 0;
};

/// Told after each picture, on the thread that loads. May be empty.
using SceneProgress = std::function<void(std::size_t picturesDone, std::size_t pictures)>;

enum class SceneKind {
    analytic,      ///< the built-in scene, written "analytic"
    nerfSynthetic, ///< a folder with transforms_train.json
    transforms,    ///< a folder with transforms.json
    nsvf,          ///< a folder with intrinsics.txt, pose/ and rgb/
    mesh,          ///< a file .ply, .stl or .obj
};

/// Tells by name and content of a folder what it is. Throws InputError saying what would be
/// accepted if it is none of these or does not exist.
SceneKind sceneKindOf(const std::string& source);

/// Bytes that loadScene() takes at its peak: all pictures at their final size, and the largest one
/// while it is being read. Reads no picture, only headers. Throws InputError as loadScene() does.
double sceneMemory(const std::string& source, const SceneOptions& options);

/// The scene of "analytic" or of a path. Throws InputError naming the file and what is wrong with
/// it; for a mesh when no renderer is installed; when `stop` is requested.
Scene loadScene(const std::string& source, const SceneOptions& options,
                const SceneProgress& progress = {}, const StopToken& stop = {});

/// Renders a mesh from trainingCameras() and heldOutCameras() (core/radiance/scene_cameras.h) after
/// it was centred and scaled to lie within 1.75 of the origin; pictures lie on white. Throws
/// InputError if the file cannot be read as a mesh or is empty.
using MeshRenderer =
    std::function<Scene(const std::filesystem::path& path, const SceneOptions& options,
                        const SceneProgress& progress, const StopToken& stop)>;

/// Installs what draws meshes; this library has no renderer of its own. Call it before any run.
void setMeshRenderer(MeshRenderer renderer);

} // namespace convergence::radiance
