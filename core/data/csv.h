#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace convergence {

/// Reads a table of separated values record by record, plain or compressed by gzip, as this and
/// other programs write them (RFC 4180 and what is usual beside it).
///
/// Text is UTF-8 with or without a byte order mark, or UTF-16 with one; lines end with LF or CRLF.
/// Cells are separated by tabs, semicolons or commas: by the first of these that occurs in the
/// first record outside quotes. Cells that contain separators, quotes or line ends are in double
/// quotes, a quote within is doubled. Lines that begin with '#' are comments. Empty lines are
/// skipped; only within a table of one column they are empty cells.
///
/// The first record names the columns. One of unquoted numbers only is data, and the columns are
/// called "column 1", "column 2", ...; a first column without a name is called "index" (as pandas
/// writes it), others by their number; of several with one name the later ones get " (2)", ...
class CsvReader {
public:
    /// Reads the header. Throws InputError naming the file and what was expected if it cannot be
    /// read or is empty.
    explicit CsvReader(const std::filesystem::path& path);
    ~CsvReader();
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;

    /// All different, none empty.
    [[nodiscard]] const std::vector<std::string>& columns() const;
    /// Sentences on columns that got another name than in the file.
    [[nodiscard]] const std::vector<std::string>& notes() const;
    /// Position of a column. Throws InputError naming the file, the column and those that exist.
    [[nodiscard]] std::size_t columnIndex(std::string_view name) const;

    /// The next record, one cell a column; false at the end. Throws InputError naming file, line
    /// and what was expected: another number of cells than columns, a quote out of place or never
    /// closed, bytes that are not UTF-8, a record longer than 16 MiB.
    bool next(std::vector<std::string>& cells);
    /// Line, from 1, where the record that next() gave begins.
    [[nodiscard]] std::size_t line() const;

    /// A cell of that record as a number: decimal or scientific with a point (or, where commas do
    /// not separate, a comma), nan, inf; blanks around it are allowed, an empty cell is NaN. Throws
    /// InputError naming file, line, column and cell for anything else and for magnitudes that a
    /// double cannot hold.
    [[nodiscard]] double number(std::string_view cell, std::size_t column) const;
    /// The same; empty where number() throws.
    [[nodiscard]] std::optional<double> numberIfAny(std::string_view cell) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Named columns of numbers, all of one length.
struct NumericTable {
    std::vector<std::string> names;
    std::vector<std::vector<double>> columns;
    std::vector<std::string> notes = {}; ///< as CsvReader::notes()

    [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
    /// Throws InputError naming the column and those that exist.
    [[nodiscard]] const std::vector<double>& column(std::string_view name) const;
};

/// Reads a table of numbers. With names given, only these columns, in that order: others may hold
/// text. Throws InputError as CsvReader does, and for more than `mostNumbers`.
NumericTable readCsv(const std::filesystem::path& path, const std::vector<std::string>& only = {},
                     std::size_t mostNumbers = std::size_t{1} << 28);

/// CSV text with lines ending in CRLF, which reads back as the same table. Numbers have the fewest
/// digits that read back exactly, NaN is an empty cell. std::logic_error if the columns differ in
/// length or number from the names.
std::string toCsv(const NumericTable& table);

/// Writes toCsv(table); complete or not at all. Throws InputError naming the file.
void writeCsv(const std::filesystem::path& path, const NumericTable& table);

/// Appends a cell of text, quoted where it must be.
void appendCsvText(fmt::memory_buffer& out, std::string_view cell);
/// Appends a number as toCsv writes it.
void appendCsvNumber(fmt::memory_buffer& out, double value);

} // namespace convergence
