#include "core/experiment/table.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include <fmt/format.h>

namespace convergence {

namespace {

struct Place {
    std::size_t chunk;
    std::size_t row;       ///< within the chunk
    std::size_t chunkRows; ///< size of the chunk
};

Place placeOf(std::size_t row, std::size_t firstChunkRows) {
    const std::size_t chunk = std::bit_width(row / firstChunkRows + 1) - 1;
    const std::size_t chunkRows = firstChunkRows << chunk;
    return {chunk, row - (chunkRows - firstChunkRows), chunkRows};
}

} // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    for (const Column& column : columns_) {
        const auto same = [&](const Column& other) { return other.name == column.name; };
        if (std::count_if(columns_.begin(), columns_.end(), same) != 1)
            throw std::logic_error(fmt::format("two columns are named '{}'", column.name));
    }
}

Table::~Table() {
    for (auto& chunk : chunks_)
        delete[] chunk.load(std::memory_order_relaxed);
}

void Table::append(std::span<const double> values) {
    if (values.size() != columns_.size())
        throw std::logic_error(
            fmt::format("a row of {} values was appended to a table of {} columns", values.size(),
                        columns_.size()));
    if (inChunk_ == chunkRows_) {
        const std::size_t next = current_ ? chunkIndex_ + 1 : 0;
        const std::size_t rows = firstChunkRows << next;
        // Uninitialised on purpose: untouched pages of a large chunk cost no memory.
        double* storage = new double[rows * columns_.size()];
        chunks_.at(next).store(storage, std::memory_order_relaxed);
        current_ = storage;
        chunkIndex_ = next;
        chunkRows_ = rows;
        inChunk_ = 0;
    }
    double* cell = current_ + inChunk_;
    for (const double value : values) {
        *cell = value;
        cell += chunkRows_;
    }
    ++inChunk_;
    // Publishes the row, and the chunk pointer with it.
    rows_.store(rows_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

std::size_t Table::columnIndex(std::string_view name) const {
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (columns_[i].name == name)
            return i;
    throw std::out_of_range(fmt::format("the table has no column '{}'", name));
}

bool Table::hasColumn(std::string_view name) const {
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const Column& column) { return column.name == name; });
}

double Table::at(std::size_t row, std::size_t column) const {
    const Place place = placeOf(row, firstChunkRows);
    return chunks_[place.chunk].load(
        std::memory_order_relaxed)[column * place.chunkRows + place.row];
}

std::span<const double> Table::contiguous(std::size_t column, std::size_t row,
                                          std::size_t end) const {
    if (row >= end)
        return {};
    const Place place = placeOf(row, firstChunkRows);
    const double* first =
        chunks_[place.chunk].load(std::memory_order_relaxed) + column * place.chunkRows + place.row;
    return {first, std::min(end - row, place.chunkRows - place.row)};
}

std::vector<double> Table::column(std::string_view name) const {
    const std::size_t index = columnIndex(name);
    const std::size_t end = rows();
    std::vector<double> result;
    result.reserve(end);
    while (result.size() < end) {
        const auto run = contiguous(index, result.size(), end);
        result.insert(result.end(), run.begin(), run.end());
    }
    return result;
}

std::size_t Table::bytes() const {
    std::size_t rowsAllocated = 0;
    for (std::size_t i = 0; i < maximumChunks && chunks_[i].load(std::memory_order_acquire); ++i)
        rowsAllocated += firstChunkRows << i;
    return rowsAllocated * columns_.size() * sizeof(double);
}

} // namespace convergence
