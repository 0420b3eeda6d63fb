// Folders as Neural Sparse Voxel Fields has them: read.

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/data/rgba_image.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/radiance/posed_files.h"

namespace convergence::radiance {

namespace {

namespace fs = std::filesystem;

std::vector<double> numbersOf(const fs::path& path) {
    const std::string text = textOf(path);
    std::vector<double> numbers;
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        if (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') {
            ++at;
            continue;
        }
        double number = 0.0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc())
            throw InputError(fmt::format("The file {} holds '{}'; expected numbers separated by "
                                         "spaces.",
                                         path.string(), printable({at, std::min(at + 12, end)})));
        numbers.push_back(number);
        at = next;
    }
    return numbers;
}

/// The focal length in pixels of the pictures as they are stored.
double focalOf(const fs::path& folder) {
    const fs::path path = folder / "intrinsics.txt";
    const std::vector<double> numbers = numbersOf(path);
    if (numbers.empty() || !(numbers[0] > 0.0) || !std::isfinite(numbers[0]))
        throw InputError(fmt::format("The file {} starts with {}; expected the focal length in "
                                     "pixels, above 0.",
                                     path.string(),
                                     numbers.empty() ? "nothing" : fmt::format("{}", numbers[0])));
    return numbers[0];
}

/// Pictures in order of their names.
std::vector<fs::path> picturesIn(const fs::path& folder) {
    std::vector<fs::path> pictures;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        if (isPictureName(entry.path()))
            pictures.push_back(entry.path());
    if (error)
        throw InputError(fmt::format("The folder {} cannot be read ({}); choose one that can.",
                                     folder.string(), error.message()));
    std::sort(pictures.begin(), pictures.end());
    return pictures;
}

/// From x right, y down, z forward to x right, y up, z back.
Eigen::Matrix<double, 3, 4> withOpenGlAxes(Eigen::Matrix<double, 3, 4> pose) {
    pose.col(1) *= -1.0;
    pose.col(2) *= -1.0;
    return pose;
}

} // namespace

bool isNsvf(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(folder / "intrinsics.txt", error) &&
           fs::is_directory(folder / "pose", error) && fs::is_directory(folder / "rgb", error);
}

PosedFiles listNsvf(const fs::path& folder, const SceneOptions& options) {
    const double focal = focalOf(folder);
    const std::vector<fs::path> pictures = picturesIn(folder / "rgb");
    PosedFiles files;
    files.name = fs::absolute(folder / ".").lexically_normal().parent_path().filename().string();
    std::vector<PosedFile> validation;
    for (const fs::path& picture : pictures) {
        const std::string name = picture.stem().string();
        const fs::path posePath = folder / "pose" / (name + ".txt");
        PosedFile file{.picture = picture,
                       .described = posePath,
                       .pose = withOpenGlAxes(rigidPose(numbersOf(posePath), posePath.string())),
                       .intrinsics = {.focalPerWidth = focal / readImageSize(picture).width}};
        if (name.starts_with("0_"))
            files.training.push_back(std::move(file));
        else if (name.starts_with("1_"))
            validation.push_back(std::move(file));
        else if (name.starts_with("2_"))
            files.heldOut.push_back(std::move(file));
        else
            throw InputError(fmt::format("The name of the picture {} does not start with 0_, 1_ or "
                                         "2_ (training, validation, test).",
                                         picture.string()));
    }
    if (files.training.empty())
        throw InputError(fmt::format("The folder {} has no picture 0_*.png or 0_*.jpg to train on.",
                                     (folder / "rgb").string()));
    if (files.heldOut.empty())
        files.heldOut = std::move(validation);
    setDepthFromCameras(files);
    selectPictures(files, options, folder);
    return files;
}

} // namespace convergence::radiance
