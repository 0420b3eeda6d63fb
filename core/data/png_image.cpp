#include "core/data/png_image.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <png.h>

#include "core/data/input_file.h"
#include "core/data/output_file.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr std::size_t signatureBytes = 8;
constexpr png_uint_32 mostChunksKept = 16;

// libpng reports errors by a long jump, which must not leave frames with destructors behind: what
// owns memory lives outside the functions that libpng can leave.

struct Message {
    std::array<char, 160> text{};
};

void fail(png_structp png, png_const_charp message) {
    auto* out = static_cast<Message*>(png_get_error_ptr(png));
    std::strncpy(out->text.data(), message, out->text.size() - 1);
    png_longjmp(png, 1);
}

void ignoreWarning(png_structp /*png*/, png_const_charp /*message*/) {}

struct Source {
    InputFile* file = nullptr;
    bool ended = false;
};

void readBytes(png_structp png, png_bytep data, std::size_t length) {
    auto* source = static_cast<Source*>(png_get_io_ptr(png));
    std::size_t got = 0;
    try {
        got = source->file->read({reinterpret_cast<std::byte*>(data), length});
    } catch (const InputError&) {
        got = 0;
    }
    if (got != length) {
        source->ended = true;
        png_error(png, "it ends early");
    }
}

/// Owns libpng's structures for reading.
class Reader {
public:
    explicit Reader(InputFile& file) : source_{&file} {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &message_, fail, ignoreWarning);
        info_ = png_ ? png_create_info_struct(png_) : nullptr;
        if (!info_) {
            png_destroy_read_struct(&png_, nullptr, nullptr);
            throw std::bad_alloc();
        }
        png_set_read_fn(png_, &source_, readBytes);
        png_set_sig_bytes(png_, signatureBytes);
    }
    ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// False on an error, which message() tells.
    bool readHeader() {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_set_user_limits(png_, 1U << 20, 1U << 20);
        // Each text or unknown chunk may unpack to the library's 8 MB, a thousand of them by
        // default.
        png_set_chunk_cache_max(png_, mostChunksKept);
        png_read_info(png_, info_);
        return true;
    }
    /// Whatever the file holds, as rows of RGBA.
    bool readRows(png_bytepp rows) {
        if (setjmp(png_jmpbuf(png_)) != 0)
            return false;
        png_set_expand(png_);
        png_set_scale_16(png_);
        png_set_gray_to_rgb(png_);
        png_set_add_alpha(png_, 0xff, PNG_FILLER_AFTER);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        png_read_image(png_, rows);
        png_read_end(png_, nullptr);
        return true;
    }
    [[nodiscard]] ImageSize size() const {
        return {static_cast<int>(png_get_image_width(png_, info_)),
                static_cast<int>(png_get_image_height(png_, info_))};
    }
    /// Those that the header has.
    [[nodiscard]] std::span<const png_text> texts() const {
        png_textp first = nullptr;
        int count = 0;
        png_get_text(png_, info_, &first, &count);
        return {first, static_cast<std::size_t>(std::max(count, 0))};
    }
    [[nodiscard]] double packedBytes() const {
        return static_cast<double>(png_get_rowbytes(png_, info_)) * size().height;
    }
    [[nodiscard]] std::string message() const {
        return source_.ended ? "it ends early" : message_.text.data();
    }

private:
    Source source_;
    Message message_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
};

void checkSignature(InputFile& file) {
    std::array<std::uint8_t, signatureBytes> signature{};
    const std::size_t got = file.read(std::as_writable_bytes(std::span(signature)));
    if (got != signatureBytes || png_sig_cmp(signature.data(), 0, signatureBytes) != 0)
        throw InputError(fmt::format("The file {} is not an image in PNG format; expected a PNG.",
                                     file.path().string()));
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason) {
    throw InputError(fmt::format("The PNG {} is damaged ({}); expected a complete image.",
                                 path.string(), reason));
}

/// Reads the header and refuses sizes that the file cannot hold, before anything is allocated.
ImageSize headerOf(Reader& reader, const InputFile& file) {
    if (!reader.readHeader())
        refuse(file.path(), reader.message());
    const ImageSize size = reader.size();
    if (static_cast<double>(size.width) * size.height > mostPixels)
        throw InputError(fmt::format("The PNG {} has {} × {} pixels; expected at most {:.0f}.",
                                     file.path().string(), size.width, size.height, mostPixels));
    constexpr double deflateAtBest = 1032.0;
    if (reader.packedBytes() > deflateAtBest * static_cast<double>(file.largestContent()))
        refuse(file.path(),
               fmt::format("it is too short for {} × {} pixels", size.width, size.height));
    return size;
}

// ---- Writing -------------------------------------------------------------------------------

void appendBytes(png_structp png, png_bytep data, std::size_t length) {
    static_cast<std::string*>(png_get_io_ptr(png))
        ->append(reinterpret_cast<const char*>(data), length);
}

void flushNothing(png_structp /*png*/) {}

bool encode(png_structp png, png_infop info, int width, int height, int channels,
            const std::uint8_t* values) {
    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), 8,
                 channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int row = 0; row < height; ++row)
        png_write_row(png, values + static_cast<std::ptrdiff_t>(row) * width * channels);
    png_write_end(png, info);
    return true;
}

} // namespace

ImageSize readPngSize(const std::filesystem::path& path) {
    InputFile file(path);
    checkSignature(file);
    Reader reader(file);
    return headerOf(reader, file);
}

std::optional<std::string> readPngText(const std::filesystem::path& path,
                                       const std::string& keyword) {
    InputFile file(path);
    checkSignature(file);
    Reader reader(file);
    if (!reader.readHeader())
        refuse(path, reader.message());
    for (const png_text& text : reader.texts())
        if (keyword == text.key)
            return std::string(text.text, std::max(text.text_length, text.itxt_length));
    return std::nullopt;
}

RgbaImage readPng(const std::filesystem::path& path) {
    InputFile file(path);
    checkSignature(file);
    Reader reader(file);
    const auto [width, height] = headerOf(reader, file);
    RgbaImage image{width, height, {}};
    const std::size_t stride = 4 * static_cast<std::size_t>(width);
    image.rgba.resize(stride * static_cast<std::size_t>(height));
    std::vector<png_bytep> rows(static_cast<std::size_t>(height));
    for (std::size_t row = 0; row < rows.size(); ++row)
        rows[row] = image.rgba.data() + row * stride;
    if (!reader.readRows(rows.data()))
        refuse(path, reader.message());
    return image;
}

void writePng(const std::filesystem::path& path, int width, int height, int channels,
              std::span<const std::uint8_t> values) {
    if (width < 1 || height < 1 || (channels != 3 && channels != 4) ||
        values.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                             static_cast<std::size_t>(channels))
        throw std::logic_error("writePng: the values do not fit the size");
    std::string content;
    Message message;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &message, fail, ignoreWarning);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    bool complete = false;
    if (info) {
        png_set_write_fn(png, &content, appendBytes, flushNothing);
        complete = encode(png, info, width, height, channels, values.data());
    }
    png_destroy_write_struct(&png, &info);
    if (!complete)
        throw InputError(
            fmt::format("The PNG {} cannot be written ({}).", path.string(), message.text.data()));
    writeWholeFile(path, content);
}

} // namespace convergence
