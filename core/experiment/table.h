#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

/// What a column is for: clocks go on horizontal axes, metrics on vertical ones, factors tell
/// trials apart.
enum class ColumnRole { clock, metric, factor };

struct Column {
    std::string name;  ///< identifier, also the CSV header
    std::string label; ///< as shown on an axis, e.g. "error ‖XXᵀ − M*‖"
    std::string unit;  ///< empty when dimensionless
    ColumnRole role = ColumnRole::metric;
    /// For factors with names: the value is an index into these. Empty for plain numbers.
    std::vector<std::string> categories;
};

/// Append-only table of doubles with one writer and any number of readers, no locks.
///
/// Storage is column-major in chunks that double in size (256 rows, 512, ...) and are never moved,
/// so a span obtained once stays valid as long as the table. A reader sees the rows that were
/// complete when it asked for rows(). NaN means "not applicable".
class Table {
public:
    explicit Table(std::vector<Column> columns);
    ~Table();
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    /// Writer only. `values` has one entry a column; std::logic_error otherwise.
    void append(std::span<const double> values);

    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
    /// Index of a column; throws std::out_of_range naming it.
    [[nodiscard]] std::size_t columnIndex(std::string_view name) const;
    [[nodiscard]] bool hasColumn(std::string_view name) const;

    /// Rows complete so far.
    [[nodiscard]] std::size_t rows() const { return rows_.load(std::memory_order_acquire); }
    /// row < rows(), column < columns().size().
    [[nodiscard]] double at(std::size_t row, std::size_t column) const;
    /// The longest contiguous run of a column that starts at `row` and ends before `end` ≤ rows().
    [[nodiscard]] std::span<const double> contiguous(std::size_t column, std::size_t row,
                                                     std::size_t end) const;
    /// A copy of the complete rows of a column.
    [[nodiscard]] std::vector<double> column(std::string_view name) const;
    /// Bytes of storage allocated.
    [[nodiscard]] std::size_t bytes() const;

private:
    static constexpr std::size_t firstChunkRows = 256;
    static constexpr std::size_t maximumChunks = 40;

    std::vector<Column> columns_;
    std::array<std::atomic<double*>, maximumChunks> chunks_{};
    std::atomic<std::size_t> rows_{0};
    // The writer's place: the chunk it fills, and where in it.
    double* current_ = nullptr;
    std::size_t chunkIndex_ = 0;
    std::size_t inChunk_ = 0;
    std::size_t chunkRows_ = 0;
};

} // namespace convergence
