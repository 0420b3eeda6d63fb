#include "core/data/fashion_mnist.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "core/data/idx.h"
#include "core/error.h"
#include "core/math/random.h"
#include "core/memory.h"

namespace convergence {

namespace {

constexpr const char* debianFolder = "/usr/share/datasets/fashion-mnist";
constexpr const char* folderVariable = "FASHION_MNIST_DIR";
constexpr Eigen::Index side = 28;
constexpr int classes = 10;

std::filesystem::path findFile(const std::filesystem::path& folder, const std::string& stem) {
    for (const char* suffix : {".gz", ""})
        if (std::filesystem::exists(folder / (stem + suffix)))
            return folder / (stem + suffix);
    throw InputError(fmt::format("The folder {} has no file {} (or {}.gz); expected the four IDX "
                                 "files of MNIST or Fashion-MNIST.",
                                 folder.string(), stem, stem));
}

LabelledImages loadPart(const std::filesystem::path& folder, const std::string& part) {
    const auto imageFile = findFile(folder, part + "-images-idx3-ubyte");
    const auto labelFile = findFile(folder, part + "-labels-idx1-ubyte");
    const IdxArray images = readIdx(imageFile);
    const IdxArray labels = readIdx(labelFile);
    if (images.dimensions.size() != 3)
        throw InputError(fmt::format("The file {} has {} dimensions; expected 3 for images.",
                                     imageFile.string(), images.dimensions.size()));
    if (labels.dimensions.size() != 1 || labels.dimensions[0] != images.dimensions[0])
        throw InputError(fmt::format("The file {} has {} labels in {} dimensions; expected one for "
                                     "each of the {} images of {}.",
                                     labelFile.string(), labels.values.size(),
                                     labels.dimensions.size(), images.dimensions[0],
                                     imageFile.string()));
    const auto bad = std::find_if(labels.values.begin(), labels.values.end(),
                                  [](std::uint8_t label) { return label >= classes; });
    if (bad != labels.values.end())
        throw InputError(
            fmt::format("The file {} has the label {} at position {}; expected labels from 0 to 9.",
                        labelFile.string(), *bad, bad - labels.values.begin()));
    requireMemory(sizeof(float) * static_cast<double>(images.values.size()), imageFile.string(),
                  "choose a smaller set of images");
    LabelledImages result;
    const auto pixels = static_cast<Eigen::Index>(images.dimensions[1]) * images.dimensions[2];
    result.images = Eigen::Map<const Eigen::Matrix<std::uint8_t, -1, -1>>(
                        images.values.data(), pixels, images.dimensions[0])
                        .cast<float>() /
                    255.0F;
    result.labels = labels.values;
    return result;
}

/// A random picture without fine detail: a few plane waves.
Eigen::VectorXf prototype(RandomStream stream) {
    Eigen::MatrixXf picture = Eigen::MatrixXf::Zero(side, side);
    for (int wave = 0; wave < 6; ++wave) {
        const double kx = stream.uniform(-0.5, 0.5);
        const double ky = stream.uniform(-0.5, 0.5);
        const double phase = stream.uniform(0.0, 6.283185307179586);
        for (Eigen::Index j = 0; j < side; ++j)
            for (Eigen::Index i = 0; i < side; ++i)
                picture(i, j) += static_cast<float>(
                    std::sin(kx * static_cast<double>(i) + ky * static_cast<double>(j) + phase));
    }
    picture.array() -= picture.minCoeff();
    picture /= picture.maxCoeff();
    return picture.reshaped();
}

LabelledImages drawImages(const std::vector<Eigen::VectorXf>& prototypes, Eigen::Index count,
                          std::uint64_t seed, std::string_view purpose) {
    LabelledImages result;
    result.images.resize(side * side, count);
    for (Eigen::Index n = 0; n < count; ++n) {
        RandomStream stream(
            {.seed = seed, .purpose = purpose, .index = static_cast<std::uint64_t>(n)});
        const auto label = static_cast<std::uint8_t>(stream.integer(classes));
        const auto other = stream.integer(classes);
        const auto mixing = static_cast<float>(stream.uniform(0.0, 0.55));
        const Eigen::Index dx = static_cast<Eigen::Index>(stream.integer(7)) - 3;
        const Eigen::Index dy = static_cast<Eigen::Index>(stream.integer(7)) - 3;
        for (Eigen::Index y = 0; y < side; ++y)
            for (Eigen::Index x = 0; x < side; ++x) {
                const Eigen::Index from = (y + dy + side) % side * side + (x + dx + side) % side;
                const float clean =
                    (1.0F - mixing) * prototypes[label][from] + mixing * prototypes[other][from];
                const auto noise = static_cast<float>(0.15 * stream.normal());
                result.images(y * side + x, n) = std::clamp(clean + noise, 0.0F, 1.0F);
            }
        result.labels.push_back(label);
    }
    return result;
}

ImageDataset loadFromVariable(const char* folder) {
    try {
        return loadImageFolder(folder);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{} (The environment variable {} names this folder.)",
                                     error.what(), folderVariable));
    }
}

} // namespace

ImageDataset loadImageFolder(const std::filesystem::path& folder) {
    if (!std::filesystem::is_directory(folder))
        throw InputError(fmt::format("{} is not a folder; expected one with the four IDX files of "
                                     "MNIST or Fashion-MNIST.",
                                     folder.string()));
    ImageDataset data{loadPart(folder, "train"), loadPart(folder, "t10k"), "", false};
    if (data.train.images.rows() != data.test.images.rows())
        throw InputError(fmt::format("In {}, training images have {} pixels and test images {}; "
                                     "they must be of one size.",
                                     folder.string(), data.train.images.rows(),
                                     data.test.images.rows()));
    data.source = fmt::format("{} training and {} test images from {}.", data.train.count(),
                              data.test.count(), folder.string());
    return data;
}

ImageDataset findFashionMnist(const std::filesystem::path& folder) {
    if (!folder.empty())
        return loadImageFolder(folder);
    if (const char* named = std::getenv(folderVariable); named != nullptr && *named != '\0')
        return loadFromVariable(named);
    if (std::filesystem::is_directory(debianFolder))
        return loadImageFolder(debianFolder);
    return standInImages(12000, 2000, 1);
}

ImageDataset standInImages(Eigen::Index trainCount, Eigen::Index testCount, std::uint64_t seed) {
    std::vector<Eigen::VectorXf> prototypes;
    for (std::uint64_t label = 0; label < classes; ++label)
        prototypes.push_back(prototype(
            RandomStream({.seed = seed, .purpose = "stand-in prototypes", .index = label})));
    return {drawImages(prototypes, trainCount, seed, "stand-in training images"),
            drawImages(prototypes, testCount, seed, "stand-in test images"),
            "Synthetic stand-in images, because Fashion-MNIST was not found (install the package "
            "dataset-fashion-mnist, or set data_folder).",
            true};
}

} // namespace convergence
