#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/parameter.h"
#include "core/experiment/table.h"

namespace convergence {

/// A column, or a numbered series of columns, before there is a run.
///
/// An id with "{}" stands for columns with 1, 2, … in its place, as many as `count` says: an
/// expression over parameters of kind integer, real or boolean ("min(rows, columns)"), in which a
/// list of numbers stands for its length, and "greatest_" with its name for its greatest number. A
/// "{}" in the label becomes the number too, "{_}" the number as a subscript: {"sigma_f_{}", "σ{_}
/// of F", .count = "factor_rank"}.
struct ColumnPattern {
    std::string id;
    std::string label;
    std::string unit;
    std::string count; ///< empty: one column
    /// For factors with names: the value is an index into these.
    std::vector<std::string> categories;
    /// The columns of this series alternate with those of the series before it, which is as long.
    bool alternates = false;
    /// It goes on a horizontal axis (samples, bytes, epochs), also where the others are metrics.
    bool isClock = false;

    [[nodiscard]] bool isSeries() const { return !count.empty(); }
    /// Whether `name` is this column, or one of the series.
    [[nodiscard]] bool matches(std::string_view name) const;
    /// As views name columns: the id, or the id with "*" in the place of the number.
    [[nodiscard]] std::string viewName() const;
};

/// How many columns a pattern stands for at given values. Throws std::logic_error for a count that
/// is no whole number of at least 0.
std::size_t countOf(const ColumnPattern& pattern, std::span<const Parameter> parameters,
                    const ParameterValues& values);

/// The columns that patterns stand for at given values, and where each pattern's begin.
class ColumnLayout {
public:
    struct Place {
        std::size_t first = 0;
        std::size_t count = 0;
        std::size_t stride = 1; ///< from one column of the series to the next
    };

    /// Throws std::logic_error for an id that is listed twice, for series that alternate and are
    /// not equally long, and as countOf().
    ColumnLayout(std::span<const ColumnPattern> patterns, std::span<const Parameter> parameters,
                 const ParameterValues& values, ColumnRole role = ColumnRole::metric);

    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
    [[nodiscard]] std::size_t size() const { return columns_.size(); }
    /// Of the pattern with that id; std::logic_error if there is none.
    [[nodiscard]] Place place(const std::string& id) const;

private:
    void append(std::span<const ColumnPattern> alternating, std::size_t count, ColumnRole role);

    std::vector<Column> columns_;
    std::map<std::string, Place> places_;
};

/// "₁₂" for 12.
std::string subscript(std::size_t number);

} // namespace convergence
