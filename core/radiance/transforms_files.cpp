// Lists of frames in JSON: transforms_*.json of NeRF's Blender scenes, and transforms.json as
// instant-ngp and nerfstudio write it.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/data/json_nesting.h"
#include "core/data/rgba_image.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/radiance/posed_files.h"

namespace convergence::radiance {

namespace {

using Json = nlohmann::json; // an ordered one looks at all keys for each new one
namespace fs = std::filesystem;

fs::path partPath(const fs::path& folder, const char* part) {
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

std::vector<double> matrixOf(const Json& frame, const std::string& place) {
    constexpr const char* expected = "3 or 4 rows of 4 numbers";
    const Json& rows = required(frame, "transform_matrix", place, expected);
    std::vector<double> numbers;
    bool wellFormed = rows.is_array() && (rows.size() == 3 || rows.size() == 4);
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
    if (rows.size() == 3)
        numbers.insert(numbers.end(), {0.0, 0.0, 0.0, 1.0});
    return numbers;
}

/// Where a frame's picture is: the path as it stands, or with an ending where it has none that
/// pictures have. Slashes may be Windows' ones.
fs::path pictureOf(const Json& frame, const fs::path& folder, const std::string& place) {
    const Json& name = required(frame, "file_path", place, "the path of a picture");
    if (!name.is_string() || name.get<std::string>().empty())
        throw InputError(fmt::format("file_path of {} is {}; expected the path of a picture.",
                                     place, printable(name.dump())));
    const auto existing = [&](const std::string& text) -> std::optional<fs::path> {
        const fs::path path = (folder / text).lexically_normal();
        std::error_code error;
        if (fs::is_regular_file(path, error))
            return path;
        if (!isPictureName(path))
            for (const char* ending : {".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG"})
                if (fs::path with = path; fs::is_regular_file(with += ending, error))
                    return with;
        return {};
    };
    auto text = name.get<std::string>();
    if (auto path = existing(text))
        return *path;
    std::replace(text.begin(), text.end(), '\\', '/');
    if (auto path = existing(text))
        return *path;
    throw InputError(fmt::format("The picture {} of {} does not exist; expected a PNG or JPEG "
                                 "there.",
                                 (folder / text).lexically_normal().string(), place));
}

/// The entries that tell how a picture was taken: of its frame, or of the whole file.
class CameraEntries {
public:
    CameraEntries(const Json& file, const Json& frame, std::string place)
        : file_(file), frame_(frame), place_(std::move(place)) {}

    [[nodiscard]] std::optional<double> number(const char* key) const {
        const Json* const found = entry(key);
        if (!found)
            return {};
        if (!found->is_number() || !std::isfinite(found->get<double>()))
            refuse(key, "a finite number");
        return found->get<double>();
    }
    [[nodiscard]] std::optional<double> positive(const char* key) const {
        const auto value = number(key);
        if (value && !(*value > 0.0))
            refuse(key, "a number above 0");
        return value;
    }
    [[nodiscard]] double coefficient(const char* key) const { return number(key).value_or(0.0); }

    /// Half of it has a tangent.
    [[nodiscard]] double angle(const char* key) const {
        constexpr const char* expected = "an angle in radians between 0 and π";
        const Json* const found = entry(key);
        if (!found)
            throw InputError(fmt::format("The key '{}' is missing in {}; expected {}, or fl_x.",
                                         key, place_, expected));
        if (!found->is_number() || !(found->get<double>() > 0.0) ||
            !(found->get<double>() < std::numbers::pi))
            refuse(key, expected);
        return found->get<double>();
    }

    /// Lenses other than those of LensDistortion.
    void refuseOtherLenses() const {
        constexpr std::array<const char*, 6> known = {"OPENCV",        "PINHOLE", "SIMPLE_PINHOLE",
                                                      "SIMPLE_RADIAL", "RADIAL",  "PERSPECTIVE"};
        if (const Json* const model = entry("camera_model");
            model && std::find(known.begin(), known.end(), *model) == known.end())
            refuse("camera_model", fmt::format("one of {}", fmt::join(known, ", ")));
        if (const Json* const fisheye = entry("is_fisheye"); fisheye && *fisheye != false)
            refuse("is_fisheye", "false: a lens that pictures straight lines about straight");
        for (const char* key : {"k3", "k4", "k5", "k6"})
            if (coefficient(key) != 0.0)
                refuse(key, "0: k1, k2, p1 and p2 are understood");
    }

    [[noreturn]] void refuse(const char* key, const std::string& expected) const {
        const Json* const found = entry(key);
        throw InputError(fmt::format("{} in {} is {}; expected {}.", key, place_,
                                     found ? printable(found->dump()) : "missing", expected));
    }

private:
    [[nodiscard]] const Json* entry(const char* key) const {
        for (const Json* const json : {&frame_, &file_})
            if (const auto found = json->find(key); found != json->end())
                return &*found;
        return nullptr;
    }
    const Json& file_;
    const Json& frame_;
    std::string place_;
};

/// Rays of the whole picture have a direction.
void requireInvertible(const Intrinsics& intrinsics, const ImageSize& size,
                       const std::string& place) {
    constexpr int steps = 16;
    const Camera camera = intrinsics.camera(size.width, size.height, {});
    for (int i = 0; i <= steps; ++i)
        for (int j = 0; j <= steps; ++j) {
            const Eigen::Vector2d pixel(size.width * i / double{steps},
                                        size.height * j / double{steps});
            const Eigen::Vector2d seen((pixel.x() - 0.5 * size.width - camera.center.x()) /
                                           camera.focal,
                                       (pixel.y() - 0.5 * size.height - camera.center.y()) /
                                           (camera.focal * camera.focalRatio));
            if (!camera.distortion.undistorted(seen))
                throw InputError(fmt::format(
                    "The lens of {} (k1 {}, k2 {}, p1 {}, p2 {}) folds the picture over at pixel "
                    "{:.0f}, {:.0f}; expected coefficients of a lens for all of the picture.",
                    place, camera.distortion.k1, camera.distortion.k2, camera.distortion.p1,
                    camera.distortion.p2, pixel.x(), pixel.y()));
        }
}

Intrinsics intrinsicsOf(const CameraEntries& entries, const fs::path& picture,
                        const std::string& place) {
    entries.refuseOtherLenses();
    Intrinsics intrinsics;
    const auto focal = entries.positive("fl_x"), focalDown = entries.positive("fl_y");
    const auto width = entries.positive("w"), height = entries.positive("h");
    const auto x = entries.number("cx"), y = entries.number("cy");
    intrinsics.distortion = {entries.coefficient("k1"), entries.coefficient("k2"),
                             entries.coefficient("p1"), entries.coefficient("p2")};
    if (!focal)
        intrinsics.focalPerWidth = 0.5 / std::tan(0.5 * entries.angle("camera_angle_x"));
    if (!focal && !focalDown && !width && !height && !x && !y && intrinsics.distortion.isNone())
        return intrinsics; // no need to look at the picture
    const ImageSize size = readImageSize(picture);
    // Pictures may have been scaled since these numbers were written.
    const double w = width.value_or(size.width), h = height.value_or(size.height);
    constexpr double aspectTolerance = 0.01;
    if (std::abs(w * size.height / (h * size.width) - 1.0) > aspectTolerance)
        throw InputError(fmt::format("w and h of {} are {} and {}, but the picture {} has {} × {} "
                                     "pixels; expected the same proportions.",
                                     place, w, h, picture.string(), size.width, size.height));
    constexpr double shortest = 1e-4, longest = 1e4; // in widths or heights
    const auto relative = [&](const char* key, double focalLength, double extent) {
        if (!(focalLength / extent >= shortest && focalLength / extent <= longest))
            entries.refuse(
                key, fmt::format("{:g} to {:g} times the size of the picture", shortest, longest));
        return focalLength / extent;
    };
    if (focal)
        intrinsics.focalPerWidth = relative("fl_x", *focal, w);
    if (focalDown)
        intrinsics.focalPerHeight = relative("fl_y", *focalDown, h);
    intrinsics.center = {x ? *x / w - 0.5 : 0.0, y ? *y / h - 0.5 : 0.0};
    const double farthest = intrinsics.center.cwiseAbs().maxCoeff();
    if (!(farthest <= 1.0))
        entries.refuse(std::abs(intrinsics.center.x()) == farthest ? "cx" : "cy",
                       "a principal point in or near the picture");
    if (!intrinsics.distortion.isNone())
        requireInvertible(intrinsics, size, place);
    return intrinsics;
}

std::vector<PosedFile> framesOf(const Json& json, const fs::path& folder, const fs::path& path) {
    constexpr const char* expected = "a list of frames, not empty";
    const Json& frames = required(json, "frames", path.string(), expected);
    if (!frames.is_array() || frames.empty())
        throw InputError(
            fmt::format("'frames' in {} is not usable; expected {}.", path.string(), expected));
    // Cameras are compared pair by pair, and each picture is looked at.
    constexpr std::size_t mostFrames = 20'000;
    if (frames.size() > mostFrames)
        throw InputError(fmt::format("'frames' in {} has {} frames; expected at most {}.",
                                     path.string(), frames.size(), mostFrames));
    std::vector<PosedFile> files;
    for (const Json& frame : frames) {
        const std::string place = fmt::format("frame {} of {}", files.size(), path.string());
        if (!frame.is_object())
            throw InputError(fmt::format("The {} is not an object; expected file_path and "
                                         "transform_matrix.",
                                         place));
        const fs::path picture = pictureOf(frame, folder, place);
        files.push_back(
            {.picture = picture,
             .described = path,
             .pose = rigidPose(matrixOf(frame, place), place),
             .intrinsics = intrinsicsOf(CameraEntries(json, frame, place), picture, place)});
    }
    return files;
}

/// Whether the file says between which distances the scene lies.
bool readDepthRange(const Json& json, const fs::path& path, PosedFiles& files) {
    if (!json.contains("near") && !json.contains("far"))
        return false;
    const auto number = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number() ? found->get<double>() : -1.0;
    };
    files.nearest = number("near");
    files.farthest = number("far");
    if (!(files.nearest > 0.0 && files.farthest > files.nearest))
        throw InputError(fmt::format("near and far in {} are not two numbers with 0 < near < far.",
                                     path.string()));
    return true;
}

/// Keys of the file that change nothing.
std::vector<std::string> unusedKeys(const Json& json) {
    constexpr std::array<std::string_view, 20> used = {"camera_angle_x",
                                                       "camera_angle_y",
                                                       "fl_x",
                                                       "fl_y",
                                                       "cx",
                                                       "cy",
                                                       "w",
                                                       "h",
                                                       "k1",
                                                       "k2",
                                                       "k3",
                                                       "k4",
                                                       "p1",
                                                       "p2",
                                                       "camera_model",
                                                       "is_fisheye",
                                                       "frames",
                                                       "near",
                                                       "far",
                                                       "k5"};
    std::vector<std::string> unused;
    for (const auto& [key, value] : json.items())
        if (std::find(used.begin(), used.end(), key) == used.end())
            unused.push_back(printable(key, 40));
    return unused;
}

std::string nameOf(const fs::path& folder) {
    return fs::absolute(folder / ".").lexically_normal().parent_path().filename().string();
}

} // namespace

bool isNerfSynthetic(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(partPath(folder, "train"), error);
}

PosedFiles listNerfSynthetic(const fs::path& folder, const SceneOptions& options) {
    PosedFiles files;
    const fs::path trainingPath = partPath(folder, "train");
    const Json training = parsed(trainingPath);
    files.name = nameOf(folder);
    files.training = framesOf(training, folder, trainingPath);
    readDepthRange(training, trainingPath, files);
    for (const char* part : {"test", "val"}) {
        const fs::path path = partPath(folder, part);
        std::error_code error;
        if (files.heldOut.empty() && fs::exists(path, error))
            files.heldOut = framesOf(parsed(path), folder, path);
    }
    selectPictures(files, options, folder);
    return files;
}

bool isTransforms(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(folder / "transforms.json", error);
}

PosedFiles listTransforms(const fs::path& folder, const SceneOptions& options) {
    const fs::path path = folder / "transforms.json";
    const Json json = parsed(path);
    PosedFiles files;
    files.name = nameOf(folder);
    files.training = framesOf(json, folder, path);
    const std::size_t count = files.training.size();
    const bool given = readDepthRange(json, path, files);
    if (!given)
        setDepthFromCameras(files);
    selectPictures(files, options, folder);
    files.notes.push_back(fmt::format(
        "{}: {} of {} pictures to train on, {} held out; poses as they stand, neither scaled nor "
        "centered; along a ray the scene lies between {:.4g} and {:.4g}, {}.",
        path.string(), files.training.size(), count, files.heldOut.size(), files.nearest,
        files.farthest, given ? "as the file says" : "by the distance between cameras"));
    if (const auto unused = unusedKeys(json); !unused.empty())
        files.notes.push_back(fmt::format("Not used: {}.", fmt::join(unused, ", ")));
    return files;
}

} // namespace convergence::radiance
