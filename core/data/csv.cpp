#include "core/data/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include <fmt/ranges.h>

#include "core/data/input_file.h"
#include "core/data/output_file.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int endOfFile = -1;
constexpr std::size_t longestRecord = std::size_t{1} << 24;

std::string_view trimmed(std::string_view cell) {
    const std::size_t first = cell.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
}

std::size_t positionOf(const std::vector<std::string>& names, std::string_view name,
                       const std::string& where) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw InputError(
            fmt::format("{} has no column '{}'; it has {}.", where, name, fmt::join(names, ", ")));
    return static_cast<std::size_t>(found - names.begin());
}

} // namespace

struct CsvReader::State {
    explicit State(const std::filesystem::path& path) : file(path) {}

    InputFile file;
    std::vector<std::byte> buffer = std::vector<std::byte>(std::size_t{1} << 16);
    std::size_t position = 0;
    std::size_t filled = 0;
    std::size_t line = 1;       ///< of the next character
    std::size_t recordLine = 1; ///< where the record begins
    std::vector<std::string> columns;

    [[nodiscard]] std::string where(std::size_t atLine) const {
        return fmt::format("{}, line {}", file.path().string(), atLine);
    }

    int peek() {
        if (position == filled) {
            position = 0;
            filled = file.read(buffer);
            if (filled == 0)
                return endOfFile;
        }
        return std::to_integer<int>(buffer[position]);
    }

    int take() {
        const int c = peek();
        if (c != endOfFile)
            ++position;
        if (c == '\n')
            ++line;
        return c;
    }

    void skipByteOrderMark() {
        if (peek() != 0xEF)
            return;
        for (const int expected : {0xEF, 0xBB, 0xBF})
            if (take() != expected)
                throw InputError(fmt::format("{}: the first bytes are not text in UTF-8, which is "
                                             "expected.",
                                             where(1)));
    }

    void append(std::string& cell, int c, std::size_t& length) const {
        if (++length > longestRecord)
            throw InputError(fmt::format("{}: the record is longer than 16 MiB; comma-separated "
                                         "cells are expected.",
                                         where(recordLine)));
        cell.push_back(static_cast<char>(c));
    }

    /// The rest of a cell whose opening quote has been taken.
    void readQuoted(std::string& cell, std::size_t& length) {
        const std::size_t opened = line;
        for (;;) {
            const int c = take();
            if (c == endOfFile)
                throw InputError(fmt::format("{}: a quoted cell begins and never ends; a closing "
                                             "quote is expected.",
                                             where(opened)));
            if (c == '"') {
                if (peek() != '"')
                    break;
                take();
            }
            if (c == '\0')
                throw InputError(fmt::format("{}: a zero byte within a cell; text in UTF-8 is "
                                             "expected.",
                                             where(line)));
            append(cell, c, length);
        }
        const int next = peek();
        if (next != ',' && next != '\n' && next != '\r' && next != endOfFile)
            throw InputError(fmt::format("{}: text follows a closing quote; a comma or the end of "
                                         "the line is expected (quotes within a cell are doubled).",
                                         where(line)));
    }

    void readPlain(std::string& cell, std::size_t& length) {
        for (;;) {
            const int c = peek();
            if (c == ',' || c == '\n' || c == '\r' || c == endOfFile)
                return;
            if (c == '"' || c == '\0')
                throw InputError(fmt::format("{}: {} within a cell; {}.", where(line),
                                             c == '"' ? "a quote" : "a zero byte",
                                             c == '"' ? "cells with quotes are expected in quotes, "
                                                        "with quotes within doubled"
                                                      : "text in UTF-8 is expected"));
            append(cell, take(), length);
        }
    }

    /// One record as it stands in the file; false at the end.
    bool readRecord(std::vector<std::string>& cells) {
        cells.clear();
        recordLine = line;
        if (peek() == endOfFile)
            return false;
        std::size_t length = 0;
        for (;;) {
            std::string& cell = cells.emplace_back();
            if (peek() == '"') {
                take();
                readQuoted(cell, length);
            } else {
                readPlain(cell, length);
            }
            if (!isUtf8(cell))
                throw InputError(fmt::format("{}: cell {} is not text in UTF-8, which is expected.",
                                             where(recordLine), cells.size()));
            const int end = take();
            if (end == ',')
                continue;
            if (end == '\r' && take() != '\n')
                throw InputError(fmt::format("{}: a carriage return without line feed; lines that "
                                             "end with LF or CRLF are expected.",
                                             where(line)));
            return true;
        }
    }

    void readHeader() {
        skipByteOrderMark();
        if (!readRecord(columns) || (columns.size() == 1 && columns[0].empty()))
            throw InputError(fmt::format("{}: there is no header; a first line with the names of "
                                         "the columns is expected.",
                                         where(1)));
        for (std::string& name : columns)
            name = trimmed(name);
        if (columns.size() == 1 && columns[0].find_first_of(";\t") != std::string::npos)
            throw InputError(fmt::format("{}: the header '{}' has no comma; columns separated by "
                                         "commas are expected.",
                                         where(1), printable(columns[0])));
        std::set<std::string_view> seen;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].empty())
                throw InputError(fmt::format("{}: column {} has no name; every column is expected "
                                             "to have one.",
                                             where(1), i + 1));
            if (!seen.insert(columns[i]).second)
                throw InputError(fmt::format("{}: two columns are named '{}'; different names are "
                                             "expected.",
                                             where(1), printable(columns[i])));
        }
    }
};

CsvReader::CsvReader(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {
    state_->readHeader();
}

CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

const std::vector<std::string>& CsvReader::columns() const {
    return state_->columns;
}

std::size_t CsvReader::columnIndex(std::string_view name) const {
    return positionOf(state_->columns, name, state_->file.path().string());
}

bool CsvReader::next(std::vector<std::string>& cells) {
    const std::size_t expected = state_->columns.size();
    do {
        if (!state_->readRecord(cells))
            return false;
    } while (expected > 1 && cells.size() == 1 && cells[0].empty());
    if (cells.size() != expected)
        throw InputError(fmt::format("{}: {} cells; {} are expected, one a column.",
                                     state_->where(state_->recordLine), cells.size(), expected));
    return true;
}

std::size_t CsvReader::line() const {
    return state_->recordLine;
}

double CsvReader::number(std::string_view cell, std::size_t column) const {
    std::string_view digits = trimmed(cell);
    if (digits.empty())
        return nan;
    if (digits.front() == '+' && digits.size() > 1 && digits[1] != '-')
        digits.remove_prefix(1);
    double value = nan;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        constexpr std::size_t shown = 60;
        throw InputError(fmt::format(
            "{}: the cell '{}' of column '{}' is {}; a number such as 0.5 or 1e-3 is expected.",
            state_->where(state_->recordLine), printable(cell, shown),
            printable(state_->columns.at(column)),
            error == std::errc::result_out_of_range ? "beyond the range of double precision"
                                                    : "not a number"));
    }
    return value;
}

const std::vector<double>& NumericTable::column(std::string_view name) const {
    return columns[positionOf(names, name, "The table")];
}

NumericTable readCsv(const std::filesystem::path& path, const std::vector<std::string>& only) {
    CsvReader reader(path);
    NumericTable table;
    table.names = only.empty() ? reader.columns() : only;
    std::vector<std::size_t> sources;
    for (const std::string& name : table.names)
        sources.push_back(reader.columnIndex(name));
    table.columns.resize(sources.size());
    std::vector<std::string> cells;
    while (reader.next(cells))
        for (std::size_t i = 0; i < sources.size(); ++i)
            table.columns[i].push_back(reader.number(cells[sources[i]], sources[i]));
    return table;
}

void appendCsvText(fmt::memory_buffer& out, std::string_view cell) {
    // A byte order mark would be taken for that of the file if it came first.
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos &&
        !cell.starts_with(byteOrderMark)) {
        out.append(cell);
        return;
    }
    out.push_back('"');
    for (const char c : cell) {
        if (c == '"')
            out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

void appendCsvNumber(fmt::memory_buffer& out, double value) {
    if (!std::isnan(value))
        fmt::format_to(std::back_inserter(out), "{}", value);
}

std::string toCsv(const NumericTable& table) {
    if (table.names.size() != table.columns.size() ||
        std::any_of(table.columns.begin(), table.columns.end(),
                    [&](const auto& column) { return column.size() != table.rows(); }))
        throw std::logic_error("a table of unequal columns was to be written");
    constexpr std::string_view lineEnd = "\r\n";
    fmt::memory_buffer out;
    for (std::size_t i = 0; i < table.names.size(); ++i) {
        if (i > 0)
            out.push_back(',');
        appendCsvText(out, table.names[i]);
    }
    out.append(lineEnd);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0)
                out.push_back(',');
            appendCsvNumber(out, table.columns[i][row]);
        }
        out.append(lineEnd);
    }
    return fmt::to_string(out);
}

void writeCsv(const std::filesystem::path& path, const NumericTable& table) {
    writeWholeFile(path, toCsv(table));
}

} // namespace convergence
