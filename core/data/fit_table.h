#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

/// Rows of a person's own to which something with two weights is fitted: a line through points, or
/// a line between two classes of points.
struct FitTable {
    enum class Kind {
        line,   ///< columns x and y
        classes ///< two features and a class
    };
    /// Of a table; what is drawn and summed up at each step has to stay small.
    static constexpr std::size_t mostRows = 20'000;

    Kind kind = Kind::line;
    std::string firstName, secondName;  ///< of x and y, or of the features
    std::vector<double> first, second;  ///< finite, at most 1e100 in size
    std::string className;              ///< of the column; empty for a line
    std::array<std::string, 2> classes; ///< ascending: as numbers where both are, else as texts
    std::vector<std::uint8_t> inSecond; ///< one a row: 1 for the second class; empty for a line
    std::vector<std::string> notes;     ///< sentences on columns that were taken and rows left out

    [[nodiscard]] std::size_t rows() const { return first.size(); }
};

/// Reads a table (core/data/csv.h). `columns` names those that are meant, by name or number from 1,
/// separated by commas: x, y, or first feature, second feature, class. Left empty they are found:
/// x and y by these names, else the only two; the class by the name class, label, target or y, else
/// the last of three, and the features are the other two.
///
/// Rows with an empty cell among them, or NaN, are left out. Throws InputError as CsvReader does;
/// if there are no such columns, naming those that exist; for a cell that is no number; if no row
/// is left, or more than mostRows; unless there are exactly two classes.
FitTable readFitTable(const std::filesystem::path& path, FitTable::Kind kind,
                      std::string_view columns = {});

} // namespace convergence
