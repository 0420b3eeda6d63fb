#pragma once

#include "core/data/rgba_image.h"

namespace convergence {

/// Reads the header of a JPEG only. Throws InputError as readJpeg() does.
ImageSize readJpegSize(const std::filesystem::path& path);

/// Reads a JPEG, gray or in color, baseline or progressive; the opacity is 255. Rotations that
/// cameras note in EXIF are not applied. Throws InputError naming the file if it cannot be read, is
/// not a JPEG, is in CMYK, is damaged, ends early, has more than mostPixels, more than its length
/// can hold or more than 500 scans.
RgbaImage readJpeg(const std::filesystem::path& path);

} // namespace convergence
