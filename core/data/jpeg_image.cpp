#include "core/data/jpeg_image.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio> // before jpeglib.h, which needs FILE
#include <span>
#include <string>

#include <fmt/format.h>
#include <jerror.h>
#include <jpeglib.h>

#include "core/data/input_file.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr int mostScans = 500;

// libjpeg reports errors by a function that must not return: a long jump, which must not leave
// frames with destructors behind. What owns memory lives outside the functions that it can leave.

struct Trouble {
    jpeg_error_mgr manager{}; // first, so that libjpeg's pointer to it is one to this
    std::jmp_buf jump{};
    bool damaged = false; ///< decoded with data made up
    std::array<char, JMSG_LENGTH_MAX> text{};
};

Trouble& troubleOf(j_common_ptr jpeg) {
    return *reinterpret_cast<Trouble*>(jpeg->err);
}

void noteText(j_common_ptr jpeg) {
    jpeg->err->format_message(jpeg, troubleOf(jpeg).text.data());
}

void leave(j_common_ptr jpeg) {
    noteText(jpeg);
    std::longjmp(troubleOf(jpeg).jump, 1);
}

/// Levels below 0 are warnings: of all, only bytes between segments change nothing.
void noteWarning(j_common_ptr jpeg, int level) {
    if (level >= 0 || jpeg->err->msg_code == JWRN_EXTRANEOUS_DATA)
        return;
    if (!troubleOf(jpeg).damaged)
        noteText(jpeg);
    troubleOf(jpeg).damaged = true;
}

void checkScans(j_common_ptr jpeg) {
    if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= mostScans)
        return;
    std::snprintf(troubleOf(jpeg).text.data(), JMSG_LENGTH_MAX, "more than %d scans", mostScans);
    std::longjmp(troubleOf(jpeg).jump, 1);
}

/// Owns libjpeg's structure for reading.
class Reader {
public:
    explicit Reader(const std::string& content) : content_(content) {
        jpeg_.err = jpeg_std_error(&trouble_.manager);
        trouble_.manager.error_exit = leave;
        trouble_.manager.emit_message = noteWarning;
        progress_.progress_monitor = checkScans;
    }
    ~Reader() { jpeg_destroy_decompress(&jpeg_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// False on an error, which message() tells.
    bool readHeader() {
        if (setjmp(trouble_.jump) != 0)
            return false;
        jpeg_create_decompress(&jpeg_);
        jpeg_.progress = &progress_;
        jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(content_.data()),
                     static_cast<unsigned long>(content_.size()));
        jpeg_read_header(&jpeg_, TRUE);
        return true;
    }
    /// Into rows of three bytes a pixel, one row at a time.
    template <typename Take>
    bool readRows(std::uint8_t* row, const Take& take) {
        if (setjmp(trouble_.jump) != 0)
            return false;
        jpeg_.out_color_space = JCS_RGB;
        jpeg_start_decompress(&jpeg_);
        while (jpeg_.output_scanline < jpeg_.output_height) {
            const JDIMENSION line = jpeg_.output_scanline;
            jpeg_read_scanlines(&jpeg_, &row, 1);
            take(line);
        }
        jpeg_finish_decompress(&jpeg_);
        return !trouble_.damaged;
    }
    [[nodiscard]] ImageSize size() const {
        return {static_cast<int>(jpeg_.image_width), static_cast<int>(jpeg_.image_height)};
    }
    [[nodiscard]] bool hasKnownColors() const {
        return jpeg_.jpeg_color_space == JCS_GRAYSCALE || jpeg_.jpeg_color_space == JCS_YCbCr ||
               jpeg_.jpeg_color_space == JCS_RGB;
    }
    [[nodiscard]] std::string message() const { return trouble_.text.data(); }

private:
    const std::string& content_;
    Trouble trouble_;
    jpeg_progress_mgr progress_{};
    jpeg_decompress_struct jpeg_{};
};

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason) {
    throw InputError(fmt::format("The JPEG {} is damaged ({}); expected a complete image.",
                                 path.string(), reason));
}

/// Reads the header and refuses sizes that the file cannot hold, before anything is allocated.
ImageSize headerOf(Reader& reader, std::uint64_t bytes, const std::filesystem::path& path) {
    if (!reader.readHeader())
        refuse(path, reader.message());
    const ImageSize size = reader.size();
    const double pixels = static_cast<double>(size.width) * size.height;
    if (pixels > mostPixels)
        throw InputError(fmt::format("The JPEG {} has {} × {} pixels; expected at most {:.0f}.",
                                     path.string(), size.width, size.height, mostPixels));
    // A block of 8 × 8 pixels takes a bit at least.
    constexpr double mostPixelsOfAByte = 8.0 * 64.0;
    if (pixels > mostPixelsOfAByte * static_cast<double>(bytes))
        refuse(path, fmt::format("it is too short for {} × {} pixels", size.width, size.height));
    if (!reader.hasKnownColors())
        throw InputError(fmt::format("The JPEG {} is neither gray nor in red, green and blue; "
                                     "expected one of these.",
                                     path.string()));
    return size;
}

} // namespace

ImageSize readJpegSize(const std::filesystem::path& path) {
    constexpr std::size_t headerBytes = std::size_t{1} << 20; // with room for a preview picture
    InputFile file(path);
    std::string start(std::min<std::uint64_t>(headerBytes, file.largestContent()), '\0');
    start.resize(file.read(std::as_writable_bytes(std::span(start))));
    Reader reader(start);
    return headerOf(reader, file.largestContent(), path);
}

RgbaImage readJpeg(const std::filesystem::path& path) {
    constexpr std::size_t mostBytes = std::size_t{1} << 29;
    const std::string content = readContent(path, mostBytes, "a JPEG of at most 536 MB");
    Reader reader(content);
    const auto [width, height] = headerOf(reader, content.size(), path);
    const auto columns = static_cast<std::size_t>(width);
    RgbaImage image{width, height, {}};
    image.rgba.resize(4 * columns * static_cast<std::size_t>(height), 255);
    std::vector<std::uint8_t> row(3 * columns);
    const auto take = [&](std::size_t line) {
        std::uint8_t* out = image.rgba.data() + 4 * columns * line;
        for (std::size_t column = 0; column < columns; ++column)
            std::copy_n(&row[3 * column], 3, out + 4 * column);
    };
    if (!reader.readRows(row.data(), take))
        refuse(path, reader.message());
    return image;
}

} // namespace convergence
