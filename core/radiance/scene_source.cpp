#include "core/radiance/scene_source.h"

#include <algorithm>
#include <cctype>
#include <mutex>

#include <fmt/format.h>

#include "core/error.h"
#include "core/radiance/analytic_scene.h"
#include "core/radiance/scene_cameras.h"
#include "core/radiance/scene_files.h"

namespace convergence::radiance {

namespace {

struct InstalledRenderer {
    std::mutex mutex;
    MeshRenderer renderer;
};

InstalledRenderer& installed() {
    static InstalledRenderer instance;
    return instance;
}

bool isMeshName(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return extension == ".ply" || extension == ".stl" || extension == ".obj";
}

Scene renderMesh(const std::filesystem::path& path, const SceneOptions& options,
                 const SceneProgress& progress, const StopToken& stop) {
    MeshRenderer renderer;
    {
        const std::lock_guard lock(installed().mutex);
        renderer = installed().renderer;
    }
    if (!renderer)
        throw InputError(fmt::format("The mesh {} cannot be rendered here, because nothing that "
                                     "draws meshes is installed; choose 'analytic' or a folder of "
                                     "pictures.",
                                     path.string()));
    return renderer(path, options, progress, stop);
}

double renderedMemory(const SceneOptions& options) {
    const double pictures = options.trainingViews + static_cast<double>(heldOutCameras(1).size());
    return 3.0 * options.imageSize * options.imageSize * pictures;
}

bool isFolder(SceneKind kind) {
    return kind == SceneKind::nerfSynthetic || kind == SceneKind::transforms ||
           kind == SceneKind::nsvf;
}

PosedFiles listed(const std::filesystem::path& folder, SceneKind kind,
                  const SceneOptions& options) {
    return kind == SceneKind::nsvf         ? listNsvf(folder, options)
           : kind == SceneKind::transforms ? listTransforms(folder, options)
                                           : listNerfSynthetic(folder, options);
}

void checkOptions(const SceneOptions& options, SceneKind kind) {
    if (options.imageSize < (isFolder(kind) ? 0 : 1))
        throw InputError(
            fmt::format("The picture size is {}; expected at least 1.", options.imageSize));
    if (options.trainingViews < 1)
        throw InputError(fmt::format("The number of training views is {}; expected at least 1.",
                                     options.trainingViews));
    if (options.testSkip < 1)
        throw InputError(
            fmt::format("testskip is {}; expected at least 1 (1 reads all).", options.testSkip));
}

} // namespace

SceneKind sceneKindOf(const std::string& source) {
    if (source == "analytic")
        return SceneKind::analytic;
    const std::filesystem::path path(source);
    std::error_code error;
    if (isNerfSynthetic(path))
        return SceneKind::nerfSynthetic;
    if (isTransforms(path))
        return SceneKind::transforms;
    if (isNsvf(path))
        return SceneKind::nsvf;
    if (isMeshName(path) && std::filesystem::is_regular_file(path, error))
        return SceneKind::mesh;
    constexpr const char* expected =
        "'analytic', a folder with transforms_train.json (NeRF-synthetic), with transforms.json "
        "(instant-ngp, nerfstudio) or with intrinsics.txt, pose and rgb (NSVF), or a mesh (.ply, "
        ".stl, .obj)";
    const char* trouble = "does not exist";
    if (std::filesystem::is_directory(path, error))
        trouble = "is a folder without transforms_train.json, without transforms.json and without "
                  "intrinsics.txt, pose, rgb";
    else if (std::filesystem::exists(path, error))
        trouble = "is not a mesh by its name";
    throw InputError(fmt::format("The scene '{}' {}; expected {}.", source, trouble, expected));
}

double sceneMemory(const std::string& source, const SceneOptions& options) {
    const SceneKind kind = sceneKindOf(source);
    checkOptions(options, kind);
    return isFolder(kind) ? memoryOf(listed(source, kind, options), options)
                          : renderedMemory(options);
}

Scene loadScene(const std::string& source, const SceneOptions& options,
                const SceneProgress& progress, const StopToken& stop) {
    const SceneKind kind = sceneKindOf(source);
    checkOptions(options, kind);
    if (isFolder(kind))
        return loadPictures(listed(source, kind, options), options, progress, stop);
    if (kind == SceneKind::mesh)
        return renderMesh(source, options, progress, stop);
    return analyticScene(options, progress, stop);
}

void setMeshRenderer(MeshRenderer renderer) {
    const std::lock_guard lock(installed().mutex);
    installed().renderer = std::move(renderer);
}

} // namespace convergence::radiance
