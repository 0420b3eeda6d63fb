#include "core/data/idx.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/input_file.h"
#include "core/error.h"

namespace convergence {

namespace {

void readHeader(InputFile& file, std::span<std::uint8_t> out) {
    if (file.read(std::as_writable_bytes(out)) != out.size())
        throw InputError(fmt::format("The file {} ends within its header; expected an IDX file.",
                                     file.path().string()));
}

} // namespace

IdxArray readIdx(const std::filesystem::path& path) {
    InputFile file(path);
    std::array<std::uint8_t, 4> magic{};
    readHeader(file, magic);
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != 0x08 || magic[3] == 0 || magic[3] > 4)
        throw InputError(fmt::format(
            "The file {} starts with the bytes {:02x} {:02x} {:02x} {:02x}; expected 00 00 08 and "
            "1 to 4 dimensions, the start of an IDX file of bytes.",
            path.string(), magic[0], magic[1], magic[2], magic[3]));
    IdxArray array;
    constexpr std::uint64_t largestArray = std::uint64_t{1} << 31;
    const std::uint64_t limit = std::min(largestArray, file.largestContent());
    std::uint64_t total = 1;
    for (int i = 0; i < magic[3]; ++i) {
        std::array<std::uint8_t, 4> bytes{};
        readHeader(file, bytes);
        array.dimensions.push_back(static_cast<std::uint32_t>(bytes[0]) << 24 |
                                   static_cast<std::uint32_t>(bytes[1]) << 16 |
                                   static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3]);
        total *= array.dimensions.back(); // below 2³¹ · 2³²
        if (total == 0 || total > limit)
            throw InputError(fmt::format("The file {} declares dimensions {}; expected from 1 to "
                                         "{} bytes in all, as many as the file can hold.",
                                         path.string(), fmt::join(array.dimensions, " × "), limit));
    }
    // Grows with what is there, so that a false header cannot ask for memory.
    constexpr std::size_t chunk = 1 << 24;
    while (array.values.size() < total) {
        const std::size_t before = array.values.size();
        array.values.resize(before + std::min<std::uint64_t>(chunk, total - before));
        const std::size_t got =
            file.read(std::as_writable_bytes(std::span(array.values).subspan(before)));
        if (before + got < array.values.size())
            throw InputError(fmt::format("The file {} ends after {} of the {} bytes of its "
                                         "dimensions {}; expected all of them.",
                                         path.string(), before + got, total,
                                         fmt::join(array.dimensions, " × ")));
    }
    std::array<std::byte, 1> extra{};
    if (file.read(extra) != 0)
        throw InputError(fmt::format("The file {} goes on after the {} bytes that its header "
                                     "declares; expected nothing more.",
                                     path.string(), total));
    return array;
}

} // namespace convergence
