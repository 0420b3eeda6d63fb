#include "core/data/rgba_image.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/jpeg_image.h"
#include "core/data/png_image.h"
#include "core/error.h"

namespace convergence {

namespace {

bool isJpeg(const std::filesystem::path& path) {
    InputFile file(path);
    std::array<std::uint8_t, 3> start{};
    const std::size_t got = file.read(std::as_writable_bytes(std::span(start)));
    const bool jpeg = got == 3 && start[0] == 0xFF && start[1] == 0xD8 && start[2] == 0xFF;
    const bool png = got == 3 && start[0] == 0x89 && start[1] == 'P' && start[2] == 'N';
    if (!jpeg && !png)
        throw InputError(fmt::format("The file {} is not an image in PNG or JPEG format; expected "
                                     "one of these.",
                                     path.string()));
    return jpeg;
}

} // namespace

RgbaImage readImage(const std::filesystem::path& path) {
    return isJpeg(path) ? readJpeg(path) : readPng(path);
}

ImageSize readImageSize(const std::filesystem::path& path) {
    return isJpeg(path) ? readJpegSize(path) : readPngSize(path);
}

} // namespace convergence
