#include "core/experiment/packed_rows.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <exception>
#include <stdexcept>

#include <fmt/format.h>
#include <zlib.h>

#include "core/error.h"
#include "core/experiment/bytes.h"
#include "core/experiment/packed_bytes.h"
#include "core/parallel/parallel_for.h"

namespace convergence {

namespace {

constexpr std::size_t planes = sizeof(double);
constexpr const char* what = "A chunk of recorded rows";

/// Follows the size. A chunk without it is one zlib stream of all planes, whose first byte is 0x78.
constexpr std::uint8_t planesApart = 1;

/// Small differences of either sign become small numbers.
std::uint64_t zigzag(std::uint64_t difference) {
    return (difference << 1) ^ (0 - (difference >> 63));
}
std::uint64_t unzigzag(std::uint64_t code) {
    return (code >> 1) ^ (0 - (code & 1));
}

/// Whether a plane is noise, which takes long to inflate and no less room: its bytes have more than
/// 7.5 bits of entropy each.
bool isNoise(std::string_view plane) {
    constexpr std::size_t fewest = 1024; // below, the estimate is too low
    constexpr double mostBits = 7.5;
    if (plane.size() < fewest)
        return false;
    std::array<std::size_t, 256> counts{};
    for (const char byte : plane)
        ++counts[static_cast<unsigned char>(byte)];
    const auto total = static_cast<double>(plane.size());
    double bits = 0.0;
    for (const std::size_t count : counts)
        if (count > 0)
            bits -=
                static_cast<double>(count) / total * std::log2(static_cast<double>(count) / total);
    return bits > mostBits;
}

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        adler32_z(1, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// Column by column the planes of its codes, byte 0 of all rows first.
std::string shuffledRows(const Table& table, std::size_t first, std::size_t end) {
    const std::size_t rows = end - first;
    const std::size_t columns = table.columns().size();
    std::string shuffled(rows * columns * planes, '\0');
    for (std::size_t column = 0; column < columns; ++column) {
        char* base = shuffled.data() + column * rows * planes;
        std::uint64_t previous = 0;
        std::size_t row = 0;
        while (row < rows)
            for (const double value : table.contiguous(column, first + row, end)) {
                const auto bits = std::bit_cast<std::uint64_t>(value);
                const std::uint64_t code = zigzag(bits - previous);
                previous = bits;
                for (std::size_t plane = 0; plane < planes; ++plane)
                    base[plane * rows + row] = static_cast<char>(code >> (8 * plane));
                ++row;
            }
    }
    return shuffled;
}

/// Decodes chunks one after another, with memory that it keeps for the next.
class Decoder {
public:
    /// Column by column; valid until the next call.
    std::span<const double> decode(std::string_view packed, std::size_t columns) {
        const std::uint64_t size = unpackedSize(packed, what);
        if (columns == 0 || size > largestPackedRows * columns * planes ||
            size % (columns * planes) != 0)
            throw InputError(
                fmt::format("{} is damaged: its size does not fit the table's columns.", what));
        rows_ = static_cast<std::size_t>(size) / (columns * planes);
        places_.resize(columns * planes);
        constexpr std::size_t sizeBytes = sizeof(std::uint64_t);
        if (packed.size() > sizeBytes && packed[sizeBytes] == static_cast<char>(planesApart))
            readApart(packed.substr(sizeBytes + 1), columns);
        else
            readTogether(packed);
        values_.resize(rows_ * columns);
        for (std::size_t column = 0; column < columns; ++column)
            join(column);
        return values_;
    }

private:
    void readTogether(std::string_view packed) {
        unpackBytes(packed, what, inflated_, largestPackedRows * places_.size());
        for (std::size_t i = 0; i < places_.size(); ++i)
            places_[i] = inflated_.data() + i * rows_;
    }

    void readApart(std::string_view rest, std::size_t columns) {
        ByteReader in(rest, what);
        const std::vector<std::uint8_t> noisy = in.numbers<std::uint8_t>();
        if (noisy.size() != columns)
            in.refuse("holds another number of columns than the table");
        const std::string_view packed = in.view();
        const auto expected = in.get<std::uint32_t>();
        const std::string_view noise = in.view();
        unpackBytes(packed, what, inflated_, largestPackedRows * places_.size());
        std::size_t atNoise = 0, atInflated = 0;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            const bool isNoisy = (noisy[i / planes] >> (i % planes) & 1) != 0;
            std::size_t& at = isNoisy ? atNoise : atInflated;
            const std::size_t available = isNoisy ? noise.size() : inflated_.size();
            if (rows_ > available - at)
                in.refuse("ends early");
            places_[i] = (isNoisy ? noise.data() : inflated_.data()) + at;
            at += rows_;
        }
        if (!in.atEnd() || atNoise != noise.size() || atInflated != inflated_.size())
            in.refuse("goes on after its end");
        if (checksum(noise) != expected)
            in.refuse("has another checksum than it had");
    }

    /// Puts the planes of a column together again, a block at a time so that the loops are simple.
    void join(std::size_t column) {
        constexpr std::size_t block = 512;
        std::array<std::uint64_t, block> codes{};
        double* out = values_.data() + column * rows_;
        std::uint64_t bits = 0;
        for (std::size_t first = 0; first < rows_; first += block) {
            const std::size_t count = std::min(block, rows_ - first);
            codes.fill(0);
            for (std::size_t plane = 0; plane < planes; ++plane) {
                const char* bytes = places_[column * planes + plane] + first;
                for (std::size_t i = 0; i < count; ++i)
                    codes[i] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * plane);
            }
            for (std::size_t i = 0; i < count; ++i) {
                bits += unzigzag(codes[i]);
                out[first + i] = std::bit_cast<double>(bits);
            }
        }
    }

    std::size_t rows_ = 0;
    std::string inflated_;
    std::vector<const char*> places_; ///< of each plane
    std::vector<double> values_;
};

} // namespace

std::string packRows(const Table& table, std::size_t first, std::size_t end) {
    if (end < first || end - first > largestPackedRows)
        throw std::logic_error("a chunk holds at most 65536 rows");
    const std::size_t rows = end - first;
    const std::string shuffled = shuffledRows(table, first, end);
    std::vector<std::uint8_t> noisy(table.columns().size(), 0);
    std::string noise, rest;
    for (std::size_t i = 0; i < noisy.size() * planes; ++i) {
        const std::string_view plane(shuffled.data() + i * rows, rows);
        const bool isNoisy = isNoise(plane);
        if (isNoisy)
            noisy[i / planes] |= static_cast<std::uint8_t>(1U << (i % planes));
        (isNoisy ? noise : rest) += plane;
    }
    ByteWriter out;
    out.put(static_cast<std::uint64_t>(shuffled.size()));
    out.put(planesApart);
    out.put(noisy);
    out.put(std::string_view(packBytes(rest)));
    out.put(checksum(noise));
    out.put(std::string_view(noise));
    return out.take();
}

std::vector<double> unpackRows(std::string_view packed, std::size_t columns) {
    Decoder decoder;
    const std::span<const double> values = decoder.decode(packed, columns);
    return {values.begin(), values.end()};
}

void appendPackedRows(Table& table, std::span<const std::string> chunks) {
    const std::size_t columns = table.columns().size();
    std::vector<double> row(columns);
    // A few at a time, so that the memory for it stays small.
    constexpr std::size_t together = 8;
    std::vector<Decoder> decoders(std::min(together, chunks.size()));
    std::vector<std::span<const double>> decoded(decoders.size());
    for (std::size_t first = 0; first < chunks.size(); first += together) {
        const std::size_t count = std::min(together, chunks.size() - first);
        std::vector<std::exception_ptr> problems(count);
        parallelFor(count, [&](std::size_t i) {
            try {
                decoded[i] = decoders[i].decode(chunks[first + i], columns);
            } catch (...) {
                problems[i] = std::current_exception();
            }
        });
        for (std::size_t i = 0; i < count; ++i) {
            if (problems[i])
                std::rethrow_exception(problems[i]);
            const std::size_t rows = decoded[i].size() / columns;
            for (std::size_t r = 0; r < rows; ++r) {
                for (std::size_t column = 0; column < columns; ++column)
                    row[column] = decoded[i][column * rows + r];
                table.append(row);
            }
        }
    }
}

} // namespace convergence
