#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "core/data/rgba_image.h"

namespace convergence {

/// Reads a file's header only. Throws InputError if the file cannot be read or is not a PNG.
ImageSize readPngSize(const std::filesystem::path& path);

/// Reads a PNG of any kind (gray, palette, 16 bits, interlaced; without transparency the opacity is
/// 255). Throws InputError naming the file if it cannot be read, is not a PNG, is damaged, ends
/// early, or has more than mostPixels.
RgbaImage readPng(const std::filesystem::path& path);

/// The text that a PNG has under a keyword before its pixels, compressed or not; nothing where
/// there is none among the first dozen texts. Throws InputError naming the file if it cannot be
/// read, is not a PNG, or is damaged up to there.
std::optional<std::string> readPngText(const std::filesystem::path& path,
                                       const std::string& keyword);

/// Writes 8-bit colors, `channels` numbers a pixel: 3 (RGB) or 4 (RGBA). The file is complete or
/// not there. Throws InputError naming the file if it cannot be written, std::logic_error if the
/// number of values does not fit the size.
void writePng(const std::filesystem::path& path, int width, int height, int channels,
              std::span<const std::uint8_t> values);

} // namespace convergence
