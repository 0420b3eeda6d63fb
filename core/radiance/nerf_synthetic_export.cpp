// Folders as the Blender scenes of NeRF have them: read and written.

#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/json_nesting.h"
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

Json parsed(const fs::path& path) {
    const std::string text = textOf(path);
    requireShallowJson(text, fmt::format("The file {}", path.string()));
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object())
        throw InputError(fmt::format("The file {} is not a JSON object; expected camera_angle_x "
                                     "and frames.",
                                     path.string()));
    return json;
}

const Json& required(const Json& json, const char* key, const std::string& place,
                     const char* expected) {
    const auto found = json.find(key);
    if (found == json.end())
        throw InputError(
            fmt::format("The key '{}' is missing in {}; expected {}.", key, place, expected));
    return *found;
}

double angleOf(const Json& json, const fs::path& path) {
    constexpr const char* expected = "an angle in radians between 0 and π";
    const Json& angle = required(json, "camera_angle_x", path.string(), expected);
    if (!angle.is_number() || !(angle.get<double>() > 0.0) ||
        !(angle.get<double>() < std::numbers::pi))
        throw InputError(fmt::format("camera_angle_x in {} is {}; expected {}.", path.string(),
                                     angle.dump(), expected));
    return angle.get<double>();
}

std::vector<double> matrixOf(const Json& frame, const std::string& place) {
    constexpr const char* expected = "4 rows of 4 numbers";
    const Json& rows = required(frame, "transform_matrix", place, expected);
    std::vector<double> numbers;
    bool wellFormed = rows.is_array() && rows.size() == 4;
    for (const Json& row : wellFormed ? rows : Json::array()) {
        wellFormed = wellFormed && row.is_array() && row.size() == 4;
        for (const Json& number : row) {
            wellFormed = wellFormed && number.is_number();
            numbers.push_back(number.is_number() ? number.get<double>() : 0.0);
        }
    }
    if (!wellFormed)
        throw InputError(
            fmt::format("transform_matrix of {} is malformed; expected {}.", place, expected));
    return numbers;
}

/// Where a frame's picture is: the path as it stands, or with ".png" where it has no such ending.
fs::path pictureOf(const Json& frame, const fs::path& folder, const std::string& place) {
    const Json& name = required(frame, "file_path", place, "the path of a picture");
    if (!name.is_string() || name.get<std::string>().empty())
        throw InputError(fmt::format("file_path of {} is {}; expected the path of a picture.",
                                     place, name.dump()));
    const fs::path path = (folder / name.get<std::string>()).lexically_normal();
    std::error_code error;
    const std::string extension = path.extension().string();
    if (extension == ".png" || extension == ".PNG" || fs::is_regular_file(path, error)) {
        if (fs::is_regular_file(path, error))
            return path;
    } else if (fs::path withEnding = path; fs::is_regular_file(withEnding += ".png", error)) {
        return withEnding;
    }
    throw InputError(fmt::format("The picture {} of {} does not exist; expected a PNG there.",
                                 path.string(), place));
}

std::vector<PosedFile> framesOf(const Json& json, const fs::path& folder, const fs::path& path) {
    constexpr const char* expected = "a list of frames, not empty";
    const double focalPerWidth = 0.5 / std::tan(0.5 * angleOf(json, path));
    const Json& frames = required(json, "frames", path.string(), expected);
    if (!frames.is_array() || frames.empty())
        throw InputError(
            fmt::format("'frames' in {} is not usable; expected {}.", path.string(), expected));
    std::vector<PosedFile> files;
    for (const Json& frame : frames) {
        const std::string place = fmt::format("frame {} of {}", files.size(), path.string());
        if (!frame.is_object())
            throw InputError(fmt::format("The {} is not an object; expected file_path and "
                                         "transform_matrix.",
                                         place));
        files.push_back({.picture = pictureOf(frame, folder, place),
                         .described = path,
                         .pose = rigidPose(matrixOf(frame, place), place),
                         .focalPerWidth = focalPerWidth});
    }
    return files;
}

void readDepthRange(const Json& json, const fs::path& path, PosedFiles& files) {
    if (!json.contains("near") && !json.contains("far"))
        return;
    const auto number = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number() ? found->get<double>() : -1.0;
    };
    files.nearest = number("near");
    files.farthest = number("far");
    if (!(files.nearest > 0.0 && files.farthest > files.nearest))
        throw InputError(fmt::format("near and far in {} are not two numbers with 0 < near < far.",
                                     path.string()));
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
                posed.camera.focal != first.focal)
                throw InputError(fmt::format("The scene {} has cameras of different sizes or focal "
                                             "lengths; a NeRF-synthetic folder holds only one.",
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

bool isNerfSynthetic(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(transformsPath(folder, "train"), error);
}

PosedFiles listNerfSynthetic(const fs::path& folder, const SceneOptions& options) {
    PosedFiles files;
    const fs::path trainingPath = transformsPath(folder, "train");
    const Json training = parsed(trainingPath);
    files.name = fs::absolute(folder / ".").lexically_normal().parent_path().filename().string();
    files.training = framesOf(training, folder, trainingPath);
    readDepthRange(training, trainingPath, files);
    for (const char* part : {"test", "val"}) {
        const fs::path path = transformsPath(folder, part);
        std::error_code error;
        if (files.heldOut.empty() && fs::exists(path, error))
            files.heldOut = framesOf(parsed(path), folder, path);
    }
    selectPictures(files, options, folder);
    return files;
}

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
