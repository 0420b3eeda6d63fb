#include "core/data/lzw.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

constexpr int narrowest = 9, widest = 16;
constexpr std::size_t clearCode = 256, firstFree = 257;

/// What each code from 257 on stands for: an earlier code and one more byte.
struct Entry {
    std::uint32_t before;
    std::uint32_t length; ///< of all that it stands for
    char last;
};

/// Reads codes; a change of width begins at the next group of eight codes.
class CodeReader {
public:
    explicit CodeReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
    [[nodiscard]] bool next(int width, std::size_t& code) {
        if (width != width_) {
            const std::size_t group = static_cast<std::size_t>(width_) * 8;
            bit_ = groupBegin_ + (bit_ - groupBegin_ + group - 1) / group * group;
            groupBegin_ = bit_;
            width_ = width;
        }
        if (bit_ + static_cast<std::size_t>(width) > bytes_.size() * 8)
            return false;
        std::size_t bits = 0; // of the three bytes that it lies in
        for (std::size_t i = 0; i < 3 && bit_ / 8 + i < bytes_.size(); ++i)
            bits |= std::to_integer<std::size_t>(bytes_[bit_ / 8 + i]) << (8 * i);
        code = bits >> (bit_ % 8) & ((std::size_t{1} << width) - 1);
        bit_ += static_cast<std::size_t>(width);
        return true;
    }

private:
    std::span<const std::byte> bytes_;
    std::size_t bit_ = 0, groupBegin_ = 0;
    int width_ = narrowest;
};

} // namespace

std::string expandLzw(std::span<const std::byte> codes, std::size_t most,
                      const std::string& source) {
    std::string text;
    std::vector<Entry> entries;
    const auto lengthOf = [&entries](std::size_t code) {
        return code > 255 ? std::size_t{entries[code - firstFree].length} : std::size_t{1};
    };
    CodeReader reader(codes);
    int width = narrowest;
    constexpr std::size_t none = SIZE_MAX;
    std::size_t before = none, code = 0;
    char first = 0; // of what the code before stood for
    while (reader.next(width, code)) {
        if (code == clearCode) {
            entries.clear();
            width = narrowest;
            before = none;
            continue;
        }
        const std::size_t known = firstFree + entries.size();
        if (code > known || (code == known && before == none) || (before == none && code > 255))
            throw InputError(fmt::format("{}: the compressed text is damaged: code {} stands for "
                                         "nothing after {} characters.",
                                         source, code, text.size()));
        // The code that is about to be made: the one before, and its first byte.
        const bool isNew = code == known;
        const std::size_t length = isNew ? lengthOf(before) + 1 : lengthOf(code);
        if (length > most - text.size())
            throw InputError(fmt::format("{}: the compressed text is damaged: it expands to more "
                                         "than {} characters.",
                                         source, most));
        // From its last character to its first.
        text.resize(text.size() + length);
        auto to = text.end();
        std::size_t rest = code;
        if (isNew) {
            *--to = first;
            rest = before;
        }
        for (; rest > 255; rest = entries[rest - firstFree].before)
            *--to = entries[rest - firstFree].last;
        first = static_cast<char>(rest);
        *--to = first;
        if (before != none && known < std::size_t{1} << widest) {
            entries.push_back({static_cast<std::uint32_t>(before),
                               static_cast<std::uint32_t>(lengthOf(before) + 1), first});
            if (width < widest && firstFree + entries.size() >= std::size_t{1} << width)
                ++width;
        }
        before = code;
    }
    return text;
}

} // namespace convergence
