#include "core/data/idx.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <zlib.h>

#include "core/error.h"

namespace convergence {

namespace {

/// Reads plain files and gzip streams alike.
class GzipFile {
public:
    explicit GzipFile(const std::filesystem::path& path)
        : name_(path.string()), file_(gzopen(path.c_str(), "rb"), gzclose) {
        if (std::filesystem::is_directory(path) || !file_)
            throw InputError(fmt::format("The file {} cannot be read; expected an IDX file, plain "
                                         "or compressed with gzip.",
                                         name_));
    }

    /// Up to `count` bytes.
    std::size_t read(std::uint8_t* out, std::size_t count) {
        const int got = gzread(file_.get(), out, static_cast<unsigned>(count));
        if (got < 0) {
            int code = 0;
            throw InputError(fmt::format("The file {} is damaged: {}.", name_,
                                         gzerror(file_.get(), &code)));
        }
        return static_cast<std::size_t>(got);
    }

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    std::string name_;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

void readHeader(GzipFile& file, std::uint8_t* out, std::size_t count) {
    if (file.read(out, count) != count)
        throw InputError(
            fmt::format("The file {} ends within its header; expected an IDX file.", file.name()));
}

} // namespace

IdxArray readIdx(const std::filesystem::path& path) {
    GzipFile file(path);
    std::array<std::uint8_t, 4> magic{};
    readHeader(file, magic.data(), magic.size());
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != 0x08 || magic[3] == 0 || magic[3] > 4)
        throw InputError(fmt::format(
            "The file {} starts with the bytes {:02x} {:02x} {:02x} {:02x}; expected 00 00 08 and "
            "1 to 4 dimensions, the start of an IDX file of bytes.",
            file.name(), magic[0], magic[1], magic[2], magic[3]));
    IdxArray array;
    std::uint64_t total = 1;
    for (int i = 0; i < magic[3]; ++i) {
        std::array<std::uint8_t, 4> bytes{};
        readHeader(file, bytes.data(), bytes.size());
        array.dimensions.push_back(static_cast<std::uint32_t>(bytes[0]) << 24 |
                                   static_cast<std::uint32_t>(bytes[1]) << 16 |
                                   static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3]);
        constexpr std::uint64_t enough = std::uint64_t{1} << 40;
        total *= array.dimensions.back();
        if (total > enough)
            throw InputError(fmt::format(
                "The file {} claims dimensions of more than 10¹² bytes; expected an IDX file.",
                file.name()));
    }
    // Grows with what is there, so that a false header cannot ask for memory.
    constexpr std::size_t chunk = 1 << 20;
    while (array.values.size() < total) {
        const std::size_t before = array.values.size();
        array.values.resize(before + std::min<std::uint64_t>(chunk, total - before));
        const std::size_t got =
            file.read(array.values.data() + before, array.values.size() - before);
        array.values.resize(before + got);
        if (got == 0)
            throw InputError(fmt::format("The file {} ends after {} of {} bytes; it is truncated.",
                                         file.name(), before, total));
    }
    std::uint8_t extra = 0;
    if (file.read(&extra, 1) != 0)
        throw InputError(fmt::format("The file {} goes on after the {} bytes that its header "
                                     "promises; it is not what it says.",
                                     file.name(), total));
    return array;
}

} // namespace convergence
