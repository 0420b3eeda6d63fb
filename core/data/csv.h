#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace convergence {

/// Reads a table of comma-separated values (RFC 4180) record by record, plain or compressed by
/// gzip. The first record names the columns.
///
/// UTF-8, with or without a byte order mark; lines end with LF or CRLF; cells that contain commas,
/// quotes or line ends are in double quotes, a quote within is doubled. Empty lines are skipped in
/// tables of several columns (in a table of one column they are empty cells).
class CsvReader {
public:
    /// Reads the header. Throws InputError naming the file and what was expected if it cannot be
    /// read, is empty, or has a column without a name or two of one name.
    explicit CsvReader(const std::filesystem::path& path);
    ~CsvReader();
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;

    [[nodiscard]] const std::vector<std::string>& columns() const;
    /// Position of a column. Throws InputError naming the file, the column and those that exist.
    [[nodiscard]] std::size_t columnIndex(std::string_view name) const;

    /// The next record, one cell a column; false at the end. Throws InputError naming file, line
    /// and what was expected: another number of cells than columns, a quote out of place or never
    /// closed, bytes that are not UTF-8, a record longer than 16 MiB.
    bool next(std::vector<std::string>& cells);
    /// Line, from 1, where the record that next() gave begins.
    [[nodiscard]] std::size_t line() const;

    /// A cell of that record as a number: decimal or scientific with a point, nan, inf; blanks
    /// around it are allowed, an empty cell is NaN. Throws InputError naming file, line, column and
    /// cell for anything else and for magnitudes that a double cannot hold.
    [[nodiscard]] double number(std::string_view cell, std::size_t column) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Named columns of numbers, all of one length.
struct NumericTable {
    std::vector<std::string> names;
    std::vector<std::vector<double>> columns;

    [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
    /// Throws InputError naming the column and those that exist.
    [[nodiscard]] const std::vector<double>& column(std::string_view name) const;
};

/// Reads a table of numbers. With names given, only these columns, in that order: others may hold
/// text. Throws InputError as CsvReader does.
NumericTable readCsv(const std::filesystem::path& path, const std::vector<std::string>& only = {});

/// CSV text with lines ending in CRLF. Numbers have the fewest digits that read back exactly, NaN
/// is an empty cell. std::logic_error if the columns differ in length or number from the names.
std::string toCsv(const NumericTable& table);

/// Writes toCsv(table); complete or not at all. Throws InputError naming the file.
void writeCsv(const std::filesystem::path& path, const NumericTable& table);

/// Appends a cell of text, quoted where it must be.
void appendCsvText(fmt::memory_buffer& out, std::string_view cell);
/// Appends a number as toCsv writes it.
void appendCsvNumber(fmt::memory_buffer& out, double value);

} // namespace convergence
