#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "core/experiment/table.h"

namespace convergence {

/// Two columns that are drawn against each other. The columns may be of two tables whose rows
/// belong together (a trace and its timing).
struct ColumnPair {
    const Table* xTable = nullptr;
    std::size_t x = 0;
    const Table* yTable = nullptr;
    std::size_t y = 0;
};

/// Smallest and largest of some values; NaN and infinite ones are left out.
struct Extent {
    double minimum = std::numeric_limits<double>::infinity();
    double maximum = -std::numeric_limits<double>::infinity();
    double minimumPositive = std::numeric_limits<double>::infinity(); ///< for logarithmic axes

    [[nodiscard]] bool empty() const { return minimum > maximum; }
    void include(double value);
    void include(const Extent& other);
};

/// A min–max pyramid over one series of a growing table.
///
/// Level l holds the extent of y over blocks of 64·2^l rows, so that the extent of any run of rows
/// costs O(64 + log rows) and the whole takes about one byte a row. update() takes up rows that
/// were appended since; the tables must outlive the pyramid.
class SeriesPyramid {
public:
    static constexpr std::size_t blockRows = 64;

    explicit SeriesPyramid(ColumnPair columns) : columns_(columns) {}

    /// Takes up the rows that are complete now; true if there are new ones.
    bool update();

    /// Rows taken up so far.
    [[nodiscard]] std::size_t rows() const { return rows_; }
    /// x has never decreased and was never NaN: rows can be found by x.
    [[nodiscard]] bool isMonotone() const { return monotone_; }
    [[nodiscard]] double x(std::size_t row) const { return columns_.xTable->at(row, columns_.x); }
    [[nodiscard]] double y(std::size_t row) const { return columns_.yTable->at(row, columns_.y); }

    /// Extent of y over rows [begin, end), end ≤ rows().
    [[nodiscard]] Extent extent(std::size_t begin, std::size_t end) const;
    /// Extent of x over all rows.
    [[nodiscard]] const Extent& xExtent() const { return xExtent_; }

    /// Rows whose y is NaN or infinite though it applies; the first ten thousand.
    [[nodiscard]] const std::vector<std::size_t>& wrongRows() const { return wrongRows_; }

    /// First row whose x is not below `value`, searched from `from` onward; rows() if there is
    /// none. Requires isMonotone().
    [[nodiscard]] std::size_t lowerBound(double value, std::size_t from = 0) const;

private:
    [[nodiscard]] Extent rawExtent(std::size_t begin, std::size_t end) const;
    void takeUpX(std::size_t begin, std::size_t end);
    void takeUpWrong(std::size_t begin, std::size_t end);

    ColumnPair columns_;
    std::size_t rows_ = 0;
    bool monotone_ = true;
    double lastX_ = -std::numeric_limits<double>::infinity();
    Extent xExtent_;
    std::vector<std::vector<Extent>> levels_;
    std::vector<std::size_t> wrongRows_;
};

} // namespace convergence
