#include "core/radiance/posed_files.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <exception>
#include <span>

#include <Eigen/LU>
#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/rgba_image.h"
#include "core/error.h"
#include "core/parallel/parallel_for.h"
#include "core/radiance/picture_sampling.h"

namespace convergence::radiance {

namespace {

constexpr double rigidTolerance = 1e-3; ///< of RᵀR − 1; text files have few digits
constexpr std::size_t heldOutEvery = 8; ///< where a folder holds nothing out by itself
constexpr std::size_t picturesAtOnce = 8;

ImageSize targetSize(const ImageSize& size, const SceneOptions& options) {
    if (options.imageSize == 0 || size.width <= options.imageSize)
        return size;
    const double ratio = static_cast<double>(options.imageSize) / size.width;
    return {options.imageSize, std::max(1, static_cast<int>(std::lround(size.height * ratio)))};
}

PosedPicture read(const PosedFile& file, const SceneOptions& options) {
    const RgbaImage image = readImage(file.picture);
    const ImageSize size = targetSize({image.width, image.height}, options);
    return {file.intrinsics.camera(size.width, size.height, file.pose),
            onWhite(image, size.width, size.height)};
}

std::vector<PosedFile> evenlyChosen(const std::vector<PosedFile>& files, std::size_t count) {
    if (files.size() <= count)
        return files;
    std::vector<PosedFile> chosen;
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(files[i * files.size() / count]);
    return chosen;
}

} // namespace

Camera Intrinsics::camera(int width, int height, const Eigen::Matrix<double, 3, 4>& pose) const {
    Camera camera{.width = width, .height = height, .focal = focalPerWidth * width, .pose = pose};
    if (focalPerHeight > 0.0)
        camera.focalRatio = focalPerHeight * height / camera.focal;
    camera.center = {center.x() * width, center.y() * height};
    camera.distortion = distortion;
    return camera;
}

bool isPictureName(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

void setDepthFromCameras(PosedFiles& files) {
    double farthest = 0.0;
    for (const PosedFile& a : files.training)
        for (const PosedFile& b : files.training)
            farthest = std::max(farthest, (a.pose.col(3) - b.pose.col(3)).norm());
    if (farthest > 0.0) {
        files.farthest = farthest;
        files.nearest = 0.05 * farthest;
    }
}

std::string textOf(const std::filesystem::path& path) {
    constexpr std::size_t mostBytes = 64'000'000;
    return readContent(path, mostBytes, "a list of camera poses of at most 64 MB");
}

Eigen::Matrix<double, 3, 4> rigidPose(const std::vector<double>& matrix, const std::string& place) {
    using Matrix4 = Eigen::Matrix<double, 4, 4, Eigen::RowMajor>;
    if (matrix.size() != 16)
        throw InputError(
            fmt::format("The matrix of {} has {} numbers; expected 4 × 4.", place, matrix.size()));
    const Matrix4 pose = Eigen::Map<const Matrix4>(matrix.data());
    if (!pose.allFinite())
        throw InputError(
            fmt::format("The matrix of {} has an entry that is not a finite number.", place));
    const Eigen::Matrix3d rotation = pose.topLeftCorner<3, 3>();
    const double error =
        (rotation.transpose() * rotation - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff();
    const double lastRow = (pose.row(3) - Eigen::RowVector4d(0, 0, 0, 1)).cwiseAbs().maxCoeff();
    if (error > rigidTolerance || lastRow > rigidTolerance || rotation.determinant() < 0.0)
        throw InputError(fmt::format(
            "The matrix of {} is not a rigid pose (RᵀR differs from 1 by {:.2g}, det R = {:.3g}, "
            "last row {:g} {:g} {:g} {:g}); expected a rotation, a position and 0 0 0 1.",
            place, error, rotation.determinant(), pose(3, 0), pose(3, 1), pose(3, 2), pose(3, 3)));
    return pose.topRows<3>();
}

void selectPictures(PosedFiles& files, const SceneOptions& options,
                    const std::filesystem::path& folder) {
    if (files.heldOut.empty()) {
        std::vector<PosedFile> training;
        for (std::size_t i = 0; i < files.training.size(); ++i)
            (i % heldOutEvery == 0 ? files.heldOut : training).push_back(files.training[i]);
        files.training = std::move(training);
    }
    if (files.training.empty())
        throw InputError(fmt::format("The folder {} has no picture to train on besides those held "
                                     "out; expected at least 2 pictures.",
                                     folder.string()));
    files.training = evenlyChosen(files.training, static_cast<std::size_t>(options.trainingViews));
    std::vector<PosedFile> heldOut;
    for (std::size_t i = 0; i < files.heldOut.size();
         i += static_cast<std::size_t>(options.testSkip))
        heldOut.push_back(files.heldOut[i]);
    files.heldOut = std::move(heldOut);
}

double memoryOf(const PosedFiles& files, const SceneOptions& options) {
    double kept = 0.0, largest = 0.0;
    for (const auto* list : {&files.training, &files.heldOut})
        for (const PosedFile& file : *list) {
            const ImageSize size = readImageSize(file.picture);
            const ImageSize target = targetSize(size, options);
            kept += 3.0 * target.width * target.height;
            largest = std::max(largest, 4.0 * size.width * size.height);
        }
    const std::size_t count = files.training.size() + files.heldOut.size();
    return kept + largest * static_cast<double>(std::min(count, picturesAtOnce));
}

Scene loadPictures(const PosedFiles& files, const SceneOptions& options,
                   const SceneProgress& progress, const StopToken& stop) {
    Scene scene{.name = files.name,
                .training = std::vector<PosedPicture>(files.training.size()),
                .heldOut = std::vector<PosedPicture>(files.heldOut.size()),
                .nearest = files.nearest,
                .farthest = files.farthest,
                .notes = files.notes};
    const std::size_t training = files.training.size();
    const std::size_t total = training + files.heldOut.size();
    std::vector<std::exception_ptr> troubles(picturesAtOnce);
    for (std::size_t begin = 0; begin < total; begin += picturesAtOnce) {
        if (stop.stopRequested())
            throw InputError(fmt::format("Reading the scene {} was stopped.", files.name));
        const std::size_t end = std::min(begin + picturesAtOnce, total);
        parallelFor(end - begin, [&](std::size_t i) {
            const std::size_t k = begin + i;
            try {
                if (k < training)
                    scene.training[k] = read(files.training[k], options);
                else
                    scene.heldOut[k - training] = read(files.heldOut[k - training], options);
            } catch (...) {
                troubles[i] = std::current_exception();
            }
        });
        for (const std::exception_ptr& trouble : troubles)
            if (trouble)
                std::rethrow_exception(trouble);
        if (progress)
            progress(end, total);
    }
    return scene;
}

} // namespace convergence::radiance
