#include "core/experiment/packed_rows.h"

#include <bit>
#include <cstdint>
#include <exception>
#include <stdexcept>

#include "core/error.h"
#include "core/experiment/packed_bytes.h"
#include "core/parallel/parallel_for.h"

namespace convergence {

namespace {

constexpr std::size_t planes = sizeof(double);

/// Small differences of either sign become small numbers.
std::uint64_t zigzag(std::uint64_t difference) {
    return (difference << 1) ^ (0 - (difference >> 63));
}
std::uint64_t unzigzag(std::uint64_t code) {
    return (code >> 1) ^ (0 - (code & 1));
}

} // namespace

std::string packRows(const Table& table, std::size_t first, std::size_t end) {
    if (end < first || end - first > largestPackedRows)
        throw std::logic_error("a chunk holds at most 65536 rows");
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
    return packBytes(shuffled);
}

std::vector<double> unpackRows(std::string_view packed, std::size_t columns) {
    const std::string what = "A chunk of recorded rows";
    const std::string shuffled = unpackBytes(packed, what, largestPackedRows * columns * planes);
    if (columns == 0 || shuffled.size() % (columns * planes) != 0)
        throw InputError(what + " is damaged: its size does not fit the table's columns.");
    const std::size_t rows = shuffled.size() / (columns * planes);
    std::vector<double> values(rows * columns);
    for (std::size_t column = 0; column < columns; ++column) {
        const auto* base =
            reinterpret_cast<const unsigned char*>(shuffled.data()) + column * rows * planes;
        double* out = values.data() + column * rows;
        std::uint64_t bits = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            std::uint64_t code = 0;
            for (std::size_t plane = 0; plane < planes; ++plane)
                code |= static_cast<std::uint64_t>(base[plane * rows + row]) << (8 * plane);
            bits += unzigzag(code);
            out[row] = std::bit_cast<double>(bits);
        }
    }
    return values;
}

void appendPackedRows(Table& table, std::span<const std::string> chunks) {
    const std::size_t columns = table.columns().size();
    std::vector<double> row(columns);
    // A few at a time, so that the memory for it stays small.
    constexpr std::size_t together = 8;
    for (std::size_t first = 0; first < chunks.size(); first += together) {
        const std::size_t count = std::min(together, chunks.size() - first);
        std::vector<std::vector<double>> decoded(count);
        std::vector<std::exception_ptr> problems(count);
        parallelFor(count, [&](std::size_t i) {
            try {
                decoded[i] = unpackRows(chunks[first + i], columns);
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
