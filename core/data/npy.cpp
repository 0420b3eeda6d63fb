#include "core/data/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/input_file.h"
#include "core/data/output_file.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t largestHeader = std::size_t{1} << 16;
constexpr std::size_t largestArray = std::size_t{1} << 28;
constexpr std::size_t longestHeaderShown = 400;
constexpr std::size_t mostDimensions = 64; ///< as NumPy has

/// What the header says.
struct Layout {
    char kind = 'f'; ///< f, i, u or b
    std::size_t itemBytes = 8;
    bool bigEndian = false;
    bool fortranOrder = false;
    std::vector<std::size_t> shape;
};

/// Reads the literal of a Python dictionary that NPY headers consist of.
class HeaderParser {
public:
    explicit HeaderParser(std::string_view text) : rest_(text) {}

    /// Empty if the header is not well-formed.
    std::optional<Layout> parse() {
        Layout layout;
        if (!accept('{'))
            return {};
        int found = 0;
        while (!accept('}')) {
            const std::optional<std::string_view> key = quoted();
            if (!key || !accept(':'))
                return {};
            const bool understood = *key == "descr"           ? type(layout)
                                    : *key == "fortran_order" ? order(layout)
                                    : *key == "shape"         ? shape(layout)
                                                              : false;
            if (!understood)
                return {};
            ++found;
            if (!accept(',') && next() != '}')
                return {};
        }
        return found == 3 && next() == '\0' ? std::optional(layout) : std::nullopt;
    }

private:
    char next() {
        const std::size_t at = rest_.find_first_not_of(" \t\r\n");
        rest_.remove_prefix(std::min(at, rest_.size()));
        return rest_.empty() ? '\0' : rest_.front();
    }

    bool accept(char c) {
        if (next() != c)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool acceptWord(std::string_view word) {
        next();
        if (!rest_.starts_with(word))
            return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::optional<std::string_view> quoted() {
        const char quote = next();
        if (quote != '\'' && quote != '"')
            return {};
        const std::size_t end = rest_.find(quote, 1);
        if (end == std::string_view::npos)
            return {};
        const std::string_view text = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return text;
    }

    bool type(Layout& layout) {
        const std::optional<std::string_view> text = quoted();
        if (!text || text->size() != 3 || std::string_view("<>|=").find((*text)[0]) == text->npos)
            return false;
        layout.bigEndian = (*text)[0] == '>';
        layout.kind = (*text)[1];
        layout.itemBytes = static_cast<std::size_t>((*text)[2] - '0');
        const std::string_view sizes = layout.kind == 'f'                         ? "248"
                                       : layout.kind == 'i' || layout.kind == 'u' ? "1248"
                                       : layout.kind == 'b'                       ? "1"
                                                                                  : "";
        return sizes.find((*text)[2]) != std::string_view::npos;
    }

    bool order(Layout& layout) {
        layout.fortranOrder = acceptWord("True");
        return layout.fortranOrder || acceptWord("False");
    }

    bool shape(Layout& layout) {
        layout.shape.clear();
        if (!accept('('))
            return false;
        while (!accept(')')) {
            next();
            std::uint64_t dimension = 0;
            const auto [end, error] =
                std::from_chars(rest_.data(), rest_.data() + rest_.size(), dimension);
            if (error != std::errc{})
                return false;
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
            if (layout.shape.size() == mostDimensions)
                return false;
            layout.shape.push_back(dimension);
            if (!accept(',') && next() != ')')
                return false;
        }
        return true;
    }

    std::string_view rest_;
};

[[noreturn]] void refuse(const InputFile& file, const std::string& found) {
    throw InputError(
        fmt::format("The file {} {}; an NPY file is expected.", file.path().string(), found));
}

std::string readText(InputFile& file, std::size_t size, const char* what) {
    std::string text(size, '\0');
    if (file.read(std::as_writable_bytes(std::span(text))) != size)
        refuse(file, fmt::format("ends within its {}", what));
    return text;
}

Layout readLayout(InputFile& file) {
    const std::string start = readText(file, magic.size() + 2, "first 8 bytes");
    if (!start.starts_with(magic))
        refuse(file, "does not start with the NPY mark \\x93NUMPY");
    const int version = static_cast<unsigned char>(start[magic.size()]);
    if (version < 1 || version > 3)
        refuse(file, fmt::format("is of NPY version {}, not 1, 2 or 3", version));
    const std::string lengthBytes = readText(file, version == 1 ? 2 : 4, "header length");
    std::size_t length = 0;
    for (std::size_t i = 0; i < lengthBytes.size(); ++i)
        length |= static_cast<std::size_t>(static_cast<unsigned char>(lengthBytes[i])) << 8 * i;
    if (length > largestHeader)
        refuse(file,
               fmt::format("declares a header of {} bytes, more than {}", length, largestHeader));
    const std::string header = readText(file, length, "header");
    const std::optional<Layout> layout = HeaderParser(header).parse();
    if (!layout)
        throw InputError(fmt::format(
            "The file {} has the header '{}'; a plain type (float16, float32, float64, an integer "
            "or bool), "
            "fortran_order and shape of at most {} dimensions are expected.",
            file.path().string(),
            printable(header.substr(0, header.find_last_not_of(" \n") + 1), longestHeaderShown),
            mostDimensions));
    return *layout;
}

/// Number of elements, once it is known that the file can hold them.
std::size_t checkedCount(const InputFile& file, const Layout& layout) {
    const std::size_t limit =
        std::min<std::size_t>(largestArray, file.largestContent() / layout.itemBytes);
    std::size_t count = 1;
    bool tooMany = false;
    for (const std::size_t dimension : layout.shape) {
        tooMany = tooMany || (dimension != 0 && count > limit / dimension);
        count = tooMany ? count : count * dimension;
    }
    if (std::find(layout.shape.begin(), layout.shape.end(), 0U) != layout.shape.end())
        return 0;
    if (tooMany || count > limit)
        throw InputError(fmt::format(
            "The file {} declares the shape ({}); by its length, up to {} values are expected.",
            file.path().string(), fmt::join(layout.shape, ", "), limit));
    return count;
}

template <typename T>
double valueAt(const std::byte* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return static_cast<double>(value);
}

/// IEEE 754 binary16: a sign, 5 bits of exponent (bias 15), 10 of fraction.
double halfAt(const std::byte* bytes) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes, sizeof bits);
    const int exponent = bits >> 10 & 0x1F;
    const int fraction = bits & 0x3FF;
    double magnitude = std::ldexp(fraction, -24); // zero and subnormal numbers
    if (exponent == 0x1F)
        magnitude = fraction == 0 ? std::numeric_limits<double>::infinity()
                                  : std::numeric_limits<double>::quiet_NaN();
    else if (exponent > 0)
        magnitude = std::ldexp(0x400 + fraction, exponent - 25);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

/// Converts one element, given in the machine's byte order.
double convert(const Layout& layout, const std::byte* bytes) {
    switch (layout.kind) {
    case 'f':
        return layout.itemBytes == 2   ? halfAt(bytes)
               : layout.itemBytes == 4 ? valueAt<float>(bytes)
                                       : valueAt<double>(bytes);
    case 'i':
        return layout.itemBytes == 1   ? valueAt<std::int8_t>(bytes)
               : layout.itemBytes == 2 ? valueAt<std::int16_t>(bytes)
               : layout.itemBytes == 4 ? valueAt<std::int32_t>(bytes)
                                       : valueAt<std::int64_t>(bytes);
    default:
        return layout.itemBytes == 1   ? valueAt<std::uint8_t>(bytes)
               : layout.itemBytes == 2 ? valueAt<std::uint16_t>(bytes)
               : layout.itemBytes == 4 ? valueAt<std::uint32_t>(bytes)
                                       : valueAt<std::uint64_t>(bytes);
    }
}

void appendConverted(const InputFile& file, const Layout& layout, std::span<std::byte> raw,
                     std::vector<double>& values) {
    constexpr double largestExact = 0x1p53;
    for (std::size_t at = 0; at < raw.size(); at += layout.itemBytes) {
        std::byte* item = raw.data() + at;
        if (layout.bigEndian)
            std::reverse(item, item + layout.itemBytes);
        const double value = convert(layout, item);
        // Integers just beyond 2⁵³ may round to it, so the bound itself is refused as well.
        if (layout.kind != 'f' && layout.itemBytes == 8 && std::abs(value) >= largestExact)
            throw InputError(fmt::format("The file {} has the integer {} at position {}; integers "
                                         "between -2^53 and 2^53 are expected.",
                                         file.path().string(), value, values.size()));
        values.push_back(value);
    }
}

std::vector<double> readValues(InputFile& file, const Layout& layout, std::size_t count) {
    constexpr std::size_t step = std::size_t{1} << 20; // memory grows with what arrives
    std::vector<double> values;
    std::vector<std::byte> raw;
    while (values.size() < count) {
        raw.resize(std::min(step, count - values.size()) * layout.itemBytes);
        const std::size_t got = file.read(raw);
        if (got < raw.size())
            throw InputError(fmt::format(
                "The file {} ends after {} of the {} values of its shape ({}); expected all of "
                "them.",
                file.path().string(), values.size() + got / layout.itemBytes, count,
                fmt::join(layout.shape, ", ")));
        appendConverted(file, layout, raw, values);
    }
    std::array<std::byte, 1> extra{};
    if (file.read(extra) != 0)
        throw InputError(fmt::format("The file {} goes on after the {} values of its shape ({}); "
                                     "expected nothing more.",
                                     file.path().string(), count, fmt::join(layout.shape, ", ")));
    return values;
}

/// From first index fastest to last index fastest.
std::vector<double> fromFortranOrder(const std::vector<double>& values,
                                     const std::vector<std::size_t>& shape) {
    std::vector<double> result(values.size());
    std::vector<std::size_t> index(shape.size(), 0);
    for (const double value : values) {
        std::size_t place = 0;
        for (std::size_t k = 0; k < shape.size(); ++k)
            place = place * shape[k] + index[k];
        result[place] = value;
        for (std::size_t k = 0; k < shape.size() && ++index[k] == shape[k]; ++k)
            index[k] = 0;
    }
    return result;
}

std::string shapeText(std::span<const std::size_t> shape) {
    return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

} // namespace

NpyArray readNpy(const std::filesystem::path& path) {
    InputFile file(path);
    const Layout layout = readLayout(file);
    NpyArray array{layout.shape, readValues(file, layout, checkedCount(file, layout))};
    if (layout.fortranOrder)
        array.values = fromFortranOrder(array.values, array.shape);
    return array;
}

namespace {

template <typename Value>
void writeValues(const std::filesystem::path& path, std::span<const std::size_t> shape,
                 std::span<const Value> values) {
    const std::size_t count =
        std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    if (count != values.size())
        throw std::logic_error(fmt::format("{} values were to be written as an array of shape {}",
                                           values.size(), shapeText(shape)));
    std::string content(magic);
    std::string header = fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': {}, }}",
                                     sizeof(Value), shapeText(shape));
    // The format asks for spaces up to a newline so that the values begin at a multiple of 64.
    constexpr std::size_t alignment = 64;
    const std::size_t before = magic.size() + 4;
    header.append(alignment - 1 - (before + header.size()) % alignment, ' ');
    header.push_back('\n');
    content += {'\1', '\0', static_cast<char>(header.size() & 0xff),
                static_cast<char>(header.size() >> 8)};
    content += header;
    content.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    writeWholeFile(path, content);
}

} // namespace

void writeNpy(const std::filesystem::path& path, std::span<const std::size_t> shape,
              std::span<const double> values) {
    writeValues(path, shape, values);
}

void writeNpy(const std::filesystem::path& path, std::span<const std::size_t> shape,
              std::span<const float> values) {
    writeValues(path, shape, values);
}

} // namespace convergence
