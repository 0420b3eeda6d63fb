#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace convergence {

/// A picture as a file holds it: row-major from the top, red, green, blue, opacity, a byte each.
/// Colors are not multiplied by opacity and not converted by any profile of the file.
struct RgbaImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgba; ///< 4 · width · height
};

struct ImageSize {
    int width = 0;
    int height = 0;
    friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// More are refused, before memory is taken for them.
inline constexpr double mostPixels = 1 << 27;

/// Reads a PNG (core/data/png_image.h) or a JPEG (core/data/jpeg_image.h), told apart by content.
/// Throws InputError naming the file if it is neither, or as these readers do.
RgbaImage readImage(const std::filesystem::path& path);

/// Reads the header only.
ImageSize readImageSize(const std::filesystem::path& path);

} // namespace convergence
