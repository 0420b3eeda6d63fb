#pragma once

#include <cstdint>
#include <filesystem>

#include "core/data/image_dataset.h"

namespace convergence {

/// Loads the four IDX files of MNIST or Fashion-MNIST (train-images-idx3-ubyte and so on, plain or
/// .gz) from a folder. Throws InputError naming the file that is missing, damaged or does not fit
/// the others, what was found and what was expected.
ImageDataset loadImageFolder(const std::filesystem::path& folder);

/// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017) from `folder`, or, when that is empty, from the
/// environment variable FASHION_MNIST_DIR or Debian's package dataset-fashion-mnist. With none of
/// them there, a stand-in of 12,000 + 2,000 synthetic images, flagged as such. A folder or variable
/// that is given must work: InputError otherwise.
ImageDataset findFashionMnist(const std::filesystem::path& folder = {});

/// Ten classes of smooth random 28 × 28 prototypes, shifted, mixed with their neighbours and with
/// noise. Deterministic in the seed. It stands in for pictures, it does not resemble any.
ImageDataset standInImages(Eigen::Index trainCount, Eigen::Index testCount, std::uint64_t seed);

} // namespace convergence
