#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/data/rgba_image.h"

namespace convergence {

/// Reads a file's header only. Throws InputError if the file cannot be read or is not a PNG.
ImageSize readPngSize(const std::filesystem::path& path);

/// Reads a PNG of any kind (gray, palette, 16 bits, interlaced; without transparency the opacity is
/// 255). Throws InputError naming the file if it cannot be read, is not a PNG, is damaged, ends
/// early, or has more than mostPixels.
RgbaImage readPng(const std::filesystem::path& path);

/// Writes 8-bit colors, `channels` numbers a pixel: 3 (RGB) or 4 (RGBA). The file is complete or
/// not there. Throws InputError naming the file if it cannot be written, std::logic_error if the
/// number of values does not fit the size.
void writePng(const std::filesystem::path& path, int width, int height, int channels,
              std::span<const std::uint8_t> values);

} // namespace convergence
