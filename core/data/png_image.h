#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace convergence {

/// A picture as a PNG file holds it: row-major from the top, red, green, blue, opacity, a byte
/// each. Colors are not multiplied by opacity and not converted by any profile of the file.
struct PngImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgba; ///< 4 · width · height
};

struct PngSize {
    int width = 0;
    int height = 0;
    friend bool operator==(const PngSize&, const PngSize&) = default;
};

/// Reads a file's header only. Throws InputError if the file cannot be read or is not a PNG.
PngSize readPngSize(const std::filesystem::path& path);

/// Reads a PNG of any kind (gray, palette, 16 bits, interlaced; without transparency the opacity is
/// 255). Throws InputError naming the file if it cannot be read, is not a PNG, is damaged, ends
/// early, or has more than 2²⁷ pixels.
PngImage readPng(const std::filesystem::path& path);

/// Writes 8-bit colors, `channels` numbers a pixel: 3 (RGB) or 4 (RGBA). The file is complete or
/// not there. Throws InputError naming the file if it cannot be written, std::logic_error if the
/// number of values does not fit the size.
void writePng(const std::filesystem::path& path, int width, int height, int channels,
              std::span<const std::uint8_t> values);

} // namespace convergence
