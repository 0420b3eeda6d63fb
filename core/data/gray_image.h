#pragma once

#include <filesystem>

#include <Eigen/Core>

namespace convergence {

/// A picture in shades of gray, pixels in [0, 1], row-major from the top.
struct GrayImage {
    Eigen::Index width = 0;
    Eigen::Index height = 0;
    Eigen::VectorXf pixels; ///< width · height
};

/// Reads a PNG or JPEG (colors by their luma, opacity ignored) or a PGM (P2 or P5, up to 16 bits),
/// told apart by content. Throws InputError naming the file and what was expected.
GrayImage readGrayImage(const std::filesystem::path& path);

} // namespace convergence
