#include "core/data/gray_image.h"

#include <cctype>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/rgba_image.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr std::size_t mostSamples = std::size_t{1} << 27;

/// The whole of a PGM file and a place in it.
class PgmText {
public:
    PgmText(std::vector<std::byte> bytes, std::filesystem::path path)
        : bytes_(std::move(bytes)), path_(std::move(path)) {}

    [[noreturn]] void refuse(const std::string& found) const {
        throw InputError(fmt::format("File '{}': {}; expected a PNG, or a PGM with a header 'P5 "
                                     "width height maximum' and as many pixels.",
                                     path_.string(), found));
    }

    /// The next whole number, after blanks and comments.
    std::size_t number(std::size_t most) {
        while (at_ < bytes_.size() && (isBlank() || here() == '#')) {
            if (here() == '#')
                while (at_ < bytes_.size() && here() != '\n')
                    ++at_;
            else
                ++at_;
        }
        std::size_t value = 0;
        const std::size_t first = at_;
        for (; at_ < bytes_.size() && std::isdigit(static_cast<unsigned char>(here())); ++at_) {
            value = 10 * value + static_cast<std::size_t>(here() - '0');
            if (value > most)
                refuse(fmt::format("a number larger than {}", most));
        }
        if (at_ == first)
            refuse(at_ == bytes_.size() ? "it ends early" : "something that is not a number");
        return value;
    }

    void skipOneBlank() { at_ += at_ < bytes_.size() ? 1 : 0; }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
    unsigned byte() { return std::to_integer<unsigned>(bytes_[at_++]); }

private:
    [[nodiscard]] char here() const { return static_cast<char>(bytes_[at_]); }
    [[nodiscard]] bool isBlank() const {
        return std::isspace(static_cast<unsigned char>(here())) != 0;
    }

    std::vector<std::byte> bytes_;
    std::filesystem::path path_;
    std::size_t at_ = 2;
};

GrayImage readPgm(PgmText text, bool isPlain) {
    const std::size_t width = text.number(mostSamples), height = text.number(mostSamples);
    const std::size_t maximum = text.number(65535);
    if (width == 0 || height == 0 || maximum == 0 || width > mostSamples / height)
        text.refuse(fmt::format("a size of {} by {} and a maximum of {}", width, height, maximum));
    const std::size_t count = width * height;
    const std::size_t bytesEach = maximum > 255 ? 2 : 1;
    if (!isPlain) {
        text.skipOneBlank();
        if (text.left() < count * bytesEach)
            text.refuse(fmt::format("{} bytes of pixels where {} are needed", text.left(),
                                    count * bytesEach));
    } else if (text.left() < 2 * count - 1) {
        text.refuse("it ends early");
    }
    GrayImage image{static_cast<Eigen::Index>(width), static_cast<Eigen::Index>(height),
                    Eigen::VectorXf(static_cast<Eigen::Index>(count))};
    for (float& pixel : image.pixels) {
        std::size_t value = 0;
        if (isPlain)
            value = text.number(65535);
        else
            for (std::size_t i = 0; i < bytesEach; ++i)
                value = 256 * value + text.byte();
        if (value > maximum)
            text.refuse(fmt::format("a pixel of {} above the maximum of {}", value, maximum));
        pixel = static_cast<float>(value) / static_cast<float>(maximum);
    }
    return image;
}

GrayImage fromColors(const RgbaImage& colors) {
    GrayImage image{colors.width, colors.height,
                    Eigen::VectorXf(Eigen::Index{colors.width} * colors.height)};
    for (Eigen::Index i = 0; i < image.pixels.size(); ++i) {
        const std::uint8_t* color = colors.rgba.data() + 4 * i;
        image.pixels[i] =
            (0.299F * static_cast<float>(color[0]) + 0.587F * static_cast<float>(color[1]) +
             0.114F * static_cast<float>(color[2])) /
            255.0F;
    }
    return image;
}

} // namespace

GrayImage readGrayImage(const std::filesystem::path& path) {
    InputFile file(path);
    std::vector<std::byte> bytes(2);
    bytes.resize(file.read(bytes));
    const bool isPgm = bytes.size() == 2 && bytes[0] == std::byte{'P'} &&
                       (bytes[1] == std::byte{'2'} || bytes[1] == std::byte{'5'});
    if (!isPgm)
        return fromColors(readImage(path));
    const bool isPlain = bytes[1] == std::byte{'2'};
    constexpr std::size_t piece = std::size_t{1} << 20;
    constexpr std::size_t mostBytes = 8 * mostSamples;
    while (bytes.size() < mostBytes) {
        const std::size_t before = bytes.size();
        bytes.resize(before + piece);
        const std::size_t got = file.read(std::span(bytes).subspan(before));
        bytes.resize(before + got);
        if (got < piece)
            break;
    }
    return readPgm(PgmText(std::move(bytes), path), isPlain);
}

} // namespace convergence
