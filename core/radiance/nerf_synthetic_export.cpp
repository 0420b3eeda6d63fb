// Folders as the Blender scenes of NeRF have them: written.

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/output_file.h"
#include "core/data/png_image.h"
#include "core/error.h"
#include "core/radiance/posed_files.h"

namespace convergence::radiance {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

fs::path transformsPath(const fs::path& folder, const char* part) {
    return folder / fmt::format("transforms_{}.json", part);
}

/// The list of frames that describes `pictures`, which lie in the folder `part`.
Json transformsOf(const std::vector<PosedPicture>& pictures, const std::string& part,
                  const Scene& scene) {
    Json json{{"camera_angle_x", pictures.front().camera.horizontalAngle()},
              {"near", scene.nearest},
              {"far", scene.farthest},
              {"frames", Json::array()}};
    for (std::size_t k = 0; k < pictures.size(); ++k) {
        Json rows = Json::array();
        for (Eigen::Index i = 0; i < 3; ++i) {
            const auto row = pictures[k].camera.pose.row(i);
            rows.push_back(std::array{row[0], row[1], row[2], row[3]});
        }
        rows.push_back(std::array{0.0, 0.0, 0.0, 1.0});
        json["frames"].push_back({{"file_path", fmt::format("./{}/r_{}", part, k)},
                                  {"transform_matrix", std::move(rows)}});
    }
    return json;
}

void checkCamerasAgree(const Scene& scene) {
    const Camera& first = scene.training.at(0).camera;
    for (const auto* pictures : {&scene.training, &scene.heldOut})
        for (const PosedPicture& posed : *pictures)
            if (posed.camera.width != first.width || posed.camera.height != first.height ||
                posed.camera.focal != first.focal || !posed.camera.isPlain())
                throw InputError(fmt::format("The scene {} has cameras of different sizes or focal "
                                             "lengths, or lenses that are no centered pinholes; a "
                                             "NeRF-synthetic folder holds only one pinhole.",
                                             scene.name));
}

void makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder))
        throw InputError(fmt::format("The folder {} cannot be made ({}); choose a place that is "
                                     "writable.",
                                     folder.string(), error.message()));
}

void writePicture(const fs::path& path, const Picture& picture) {
    // With an opacity, since other tools expect one.
    std::vector<std::uint8_t> rgba(picture.rgb.size() / 3 * 4, 255);
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        rgba[i / 3 * 4 + i % 3] = picture.rgb[i];
    writePng(path, picture.width, picture.height, 4, rgba);
}

} // namespace

void exportNerfSynthetic(const Scene& scene, const fs::path& folder, const SceneProgress& progress,
                         const StopToken& stop) {
    checkCamerasAgree(scene);
    const std::size_t total = scene.training.size() + scene.heldOut.size();
    std::size_t done = 0;
    for (const auto& [part, pictures] :
         {std::pair{"train", &scene.training}, std::pair{"test", &scene.heldOut}}) {
        makeFolder(folder / part);
        for (std::size_t k = 0; k < pictures->size(); ++k) {
            if (stop.stopRequested())
                throw InputError(
                    fmt::format("Writing the scene to {} was stopped.", folder.string()));
            writePicture(folder / part / fmt::format("r_{}.png", k), (*pictures)[k].picture);
            if (progress)
                progress(++done, total);
        }
    }
    // Last, so that a folder that lists pictures has them.
    const std::string test = transformsOf(scene.heldOut, "test", scene).dump(1) + "\n";
    writeWholeFile(transformsPath(folder, "test"), test);
    writeWholeFile(transformsPath(folder, "val"), test);
    writeWholeFile(transformsPath(folder, "train"),
                   transformsOf(scene.training, "train", scene).dump(1) + "\n");
}

} // namespace convergence::radiance
