#include "core/data/csv.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>

#include <fmt/ranges.h>

#include "core/data/input_file.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int endOfFile = -1;
constexpr std::size_t longestNumber = 400; ///< no double needs more
constexpr std::size_t longestRecord = std::size_t{1} << 24;
constexpr std::size_t mostColumns = std::size_t{1} << 16;
constexpr std::size_t mostRenamedTold = 10;

std::string_view trimmed(std::string_view cell) {
    const std::size_t first = cell.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
}

/// A comma may stand for the point where it does not separate cells.
std::optional<double> numberIn(std::string_view cell, char separator) {
    const std::string_view digits = trimmed(cell);
    const std::size_t comma = digits.find(',');
    if (separator == ',' || comma == std::string_view::npos || digits.size() > longestNumber)
        return numberOf<double>(digits);
    std::string withPoint(digits);
    if (withPoint.find('.') != std::string::npos)
        return {};
    withPoint[comma] = '.';
    return numberOf<double>(withPoint);
}

std::size_t positionOf(const std::vector<std::string>& names, std::string_view name,
                       const std::string& where) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw InputError(fmt::format("{} has no column '{}'; it has {}.", where, printable(name),
                                     printable(fmt::format("{}", fmt::join(names, ", ")), 400)));
    return static_cast<std::size_t>(found - names.begin());
}

/// The text of a file in UTF-8, whatever it is written in, character by character.
class Characters {
public:
    explicit Characters(const std::filesystem::path& path) : file_(path) {
        fill();
        const std::string_view start(buffer_.data(), std::min<std::size_t>(filled_, 3));
        if (start == "\xEF\xBB\xBF") {
            position_ = 3;
        } else if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
            encoding_ = start[0] == '\xFF' ? Encoding::utf16Little : Encoding::utf16Big;
            decode();
            position_ = 3; // the mark
        }
    }

    int peek() {
        if (position_ == filled_) {
            position_ = 0;
            fill();
            if (encoding_ != Encoding::utf8)
                decode();
            if (filled_ == 0)
                return endOfFile;
        }
        return static_cast<unsigned char>(buffer_[position_]);
    }
    int take() {
        const int c = peek();
        if (c != endOfFile)
            ++position_;
        if (c == '\n')
            ++line_;
        return c;
    }
    /// What is at hand without reading on.
    [[nodiscard]] std::string_view ahead() const {
        return {buffer_.data() + position_, filled_ - position_};
    }
    /// Of the next character, from 1.
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] std::string where(std::size_t atLine) const {
        return fmt::format("{}, line {}", file_.path().string(), atLine);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }

private:
    enum class Encoding { utf8, utf16Little, utf16Big };

    void fill() {
        buffer_.resize(bufferBytes);
        filled_ = file_.read(std::as_writable_bytes(std::span(buffer_)));
    }

    /// The buffer from UTF-16 to UTF-8.
    void decode() {
        const std::string units(buffer_.data(), filled_);
        buffer_.clear();
        const auto refuse = [&] {
            throw InputError(fmt::format("{}: text that is not UTF-16, which the file's first "
                                         "bytes promise; well-formed text is expected.",
                                         where(line_)));
        };
        if (units.size() % 2 != 0 || (units.empty() && high_ != 0))
            refuse();
        for (std::size_t i = 0; i < units.size(); i += 2) {
            const auto first = static_cast<unsigned char>(units[i]);
            const auto second = static_cast<unsigned char>(units[i + 1]);
            const auto unit = encoding_ == Encoding::utf16Little
                                  ? static_cast<std::uint32_t>(first | second << 8)
                                  : static_cast<std::uint32_t>(first << 8 | second);
            const bool isHigh = unit >= 0xD800 && unit < 0xDC00;
            const bool isLow = unit >= 0xDC00 && unit < 0xE000;
            if (isLow != (high_ != 0))
                refuse();
            if (isLow)
                appendUtf8(buffer_, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
            else if (!isHigh)
                appendUtf8(buffer_, unit);
            high_ = isHigh ? unit : 0;
        }
        filled_ = buffer_.size();
        if (filled_ == 0 && high_ != 0)
            refuse();
    }

    static constexpr std::size_t bufferBytes = std::size_t{1} << 16;
    InputFile file_;
    Encoding encoding_ = Encoding::utf8;
    std::string buffer_;
    std::size_t position_ = 0;
    std::size_t filled_ = 0;
    std::size_t line_ = 1;
    std::uint32_t high_ = 0; ///< first half of a character whose second half is to come
};

/// Which of tab, semicolon, comma separates the cells of the first record, looked for in that order
/// outside quotes; comments and empty lines before it do not count.
char separatorOf(std::string_view text) {
    bool quoted = false, tab = false, semicolon = false, blank = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (blank && !quoted && c == '#' && (i == 0 || text[i - 1] == '\n')) {
            i = std::min(text.find('\n', i), text.size());
            continue;
        }
        if (c == '"')
            quoted = !quoted;
        if (quoted)
            blank = false;
        else if (c == '\n' && !blank)
            break;
        else if (c == '\t' || c == ';')
            (c == '\t' ? tab : semicolon) = true;
        blank = blank && (c == ' ' || c == '\r' || c == '\n');
    }
    return tab ? '\t' : semicolon ? ';' : ',';
}

} // namespace

struct CsvReader::State {
    explicit State(const std::filesystem::path& path)
        : text(path), separator(separatorOf(text.ahead())) {
        readHeader();
    }

    Characters text;
    char separator;
    std::size_t recordLine = 1; ///< where the record begins
    bool anyQuoted = false;     ///< in the record
    std::vector<std::string> columns;
    std::vector<std::string> notes;
    /// A record that was read already: the first of a table without a header, or the one after
    /// empty lines of a table of one column.
    std::optional<std::vector<std::string>> kept;
    std::size_t keptLine = 1;
    std::size_t emptyLines = 0; ///< to be given before the kept one

    [[nodiscard]] bool endsCell(int c) const {
        return c == separator || c == '\n' || c == '\r' || c == endOfFile;
    }

    void append(std::string& cell, int c, std::size_t& length) const {
        if (++length > longestRecord)
            throw InputError(fmt::format("{}: the record is longer than 16 MiB; comma-separated "
                                         "cells are expected.",
                                         text.where(recordLine)));
        cell.push_back(static_cast<char>(c));
    }

    /// The rest of a cell whose opening quote has been taken.
    void readQuoted(std::string& cell, std::size_t& length) {
        const std::size_t opened = text.line();
        for (;;) {
            const int c = text.take();
            if (c == endOfFile)
                throw InputError(fmt::format("{}: a quoted cell begins and never ends; a closing "
                                             "quote is expected.",
                                             text.where(opened)));
            if (c == '"') {
                if (text.peek() != '"')
                    break;
                text.take();
            }
            if (c == '\0')
                throw InputError(fmt::format("{}: a zero byte within a cell; text in UTF-8 is "
                                             "expected.",
                                             text.where(text.line())));
            append(cell, c, length);
        }
        if (!endsCell(text.peek()))
            throw InputError(fmt::format("{}: text follows a closing quote; a separator or the "
                                         "end of the line is expected (quotes within a cell are "
                                         "doubled).",
                                         text.where(text.line())));
    }

    void readPlain(std::string& cell, std::size_t& length) {
        for (;;) {
            const int c = text.peek();
            if (endsCell(c))
                return;
            if (c == '"' || c == '\0')
                throw InputError(fmt::format("{}: {} within a cell; {}.", text.where(text.line()),
                                             c == '"' ? "a quote" : "a zero byte",
                                             c == '"' ? "cells with quotes are expected in quotes, "
                                                        "with quotes within doubled"
                                                      : "text in UTF-8 is expected"));
            append(cell, text.take(), length);
        }
    }

    void skipComments() {
        while (text.peek() == '#')
            for (int c = text.take(); c != '\n' && c != endOfFile; c = text.take()) {
            }
    }

    /// One record as it stands in the file; false at the end.
    bool readRecord(std::vector<std::string>& cells) {
        cells.clear();
        skipComments();
        recordLine = text.line();
        anyQuoted = false;
        if (text.peek() == endOfFile)
            return false;
        std::size_t length = 0;
        for (;;) {
            if (cells.size() == mostColumns)
                throw InputError(fmt::format("{}: more than {} cells; a table of at most so many "
                                             "columns is expected.",
                                             text.where(recordLine), mostColumns));
            std::string& cell = cells.emplace_back();
            if (text.peek() == '"') {
                text.take();
                anyQuoted = true;
                readQuoted(cell, length);
            } else {
                readPlain(cell, length);
            }
            if (!isUtf8(cell))
                throw InputError(fmt::format("{}: cell {} is not text in UTF-8, which is expected.",
                                             text.where(recordLine), cells.size()));
            const int end = text.take();
            if (end == separator)
                continue;
            if (end == '\r' && text.take() != '\n')
                throw InputError(fmt::format("{}: a carriage return without line feed; lines that "
                                             "end with LF or CRLF are expected.",
                                             text.where(text.line())));
            return true;
        }
    }

    [[nodiscard]] bool isEmptyLine(const std::vector<std::string>& cells) const {
        return cells.size() == 1 && !anyQuoted && trimmed(cells[0]).empty();
    }

    void readHeader() {
        std::vector<std::string> first;
        do {
            if (!readRecord(first))
                throw InputError(fmt::format("{}: there is no table; a first line with the names "
                                             "of the columns is expected.",
                                             text.where(1)));
        } while (isEmptyLine(first));
        const auto isNumber = [&](const std::string& cell) {
            const auto number = numberIn(cell, separator);
            return number && std::isfinite(*number);
        };
        if (!anyQuoted && std::all_of(first.begin(), first.end(), isNumber)) {
            for (std::size_t i = 0; i < first.size(); ++i)
                columns.push_back(fmt::format("column {}", i + 1));
            keptLine = recordLine;
            kept = std::move(first);
            return;
        }
        nameColumns(first);
    }

    void nameColumns(const std::vector<std::string>& header) {
        std::set<std::string, std::less<>> used(header.begin(), header.end());
        std::set<std::string, std::less<>> seen;
        std::map<std::string, std::size_t> nextNumber; // of names that occur again
        std::size_t renamed = 0;
        for (std::size_t i = 0; i < header.size(); ++i) {
            std::string name(trimmed(header[i]));
            if (name.empty())
                name = i == 0 && header.size() > 1 ? "index" : fmt::format("column {}", i + 1);
            const std::string wanted = name;
            while (seen.contains(name) || (name != wanted && used.contains(name)))
                name = fmt::format("{} ({})", wanted, 2 + nextNumber[wanted]++);
            if (name != wanted && ++renamed <= mostRenamedTold)
                notes.push_back(fmt::format("Another column of {} is named '{}'; column {} is "
                                            "called '{}'.",
                                            text.path().string(), printable(wanted), i + 1,
                                            printable(name)));
            seen.insert(name);
            columns.push_back(std::move(name));
        }
        if (renamed > mostRenamedTold)
            notes.push_back(fmt::format("{} more columns of {} have names of others and are "
                                        "numbered too.",
                                        renamed - mostRenamedTold, text.path().string()));
    }

    /// The next record that counts. Empty lines of a table of one column are cells without a value
    /// where others follow, and nothing at the end.
    bool next(std::vector<std::string>& cells) {
        if (!kept) {
            const std::size_t before = text.line();
            std::size_t empty = 0;
            do {
                if (!readRecord(cells))
                    return false;
            } while (isEmptyLine(cells) && ++empty > 0);
            if (columns.size() > 1 || empty == 0)
                return true;
            keptLine = recordLine;
            recordLine = before;
            kept = std::move(cells);
            emptyLines = empty;
        }
        if (emptyLines > 0) {
            --emptyLines;
            cells.assign(1, std::string());
            return true;
        }
        recordLine = keptLine;
        cells = std::move(*kept);
        kept.reset();
        return true;
    }
};

CsvReader::CsvReader(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {}

CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

const std::vector<std::string>& CsvReader::columns() const {
    return state_->columns;
}

const std::vector<std::string>& CsvReader::notes() const {
    return state_->notes;
}

std::size_t CsvReader::columnIndex(std::string_view name) const {
    return positionOf(state_->columns, name, state_->text.path().string());
}

bool CsvReader::next(std::vector<std::string>& cells) {
    if (!state_->next(cells))
        return false;
    if (cells.size() != state_->columns.size())
        throw InputError(fmt::format("{}: {} cells; {} are expected, one a column.",
                                     state_->text.where(state_->recordLine), cells.size(),
                                     state_->columns.size()));
    return true;
}

std::size_t CsvReader::line() const {
    return state_->recordLine;
}

std::optional<double> CsvReader::numberIfAny(std::string_view cell) const {
    return trimmed(cell).empty() ? nan : numberIn(cell, state_->separator);
}

double CsvReader::number(std::string_view cell, std::size_t column) const {
    const auto value = numberIfAny(cell);
    if (!value)
        throw InputError(fmt::format(
            "{}: the cell '{}' of column '{}' is not a number that double precision can hold; one "
            "such as 0.5 or 1e-3 is expected.",
            state_->text.where(state_->recordLine), printable(cell, 60),
            printable(state_->columns.at(column))));
    return *value;
}

const std::vector<double>& NumericTable::column(std::string_view name) const {
    return columns[positionOf(names, name, "The table")];
}

NumericTable readCsv(const std::filesystem::path& path, const std::vector<std::string>& only,
                     std::size_t mostNumbers) {
    CsvReader reader(path);
    NumericTable table;
    table.notes = reader.notes();
    table.names = only.empty() ? reader.columns() : only;
    std::vector<std::size_t> sources;
    for (const std::string& name : table.names)
        sources.push_back(reader.columnIndex(name));
    table.columns.resize(sources.size());
    std::vector<std::string> cells;
    while (reader.next(cells)) {
        if (table.rows() >= mostNumbers / sources.size())
            throw InputError(fmt::format("The file {} holds more than {} numbers in {} columns; "
                                         "expected at most that many.",
                                         path.string(), mostNumbers, sources.size()));
        for (std::size_t i = 0; i < sources.size(); ++i)
            table.columns[i].push_back(reader.number(cells[sources[i]], sources[i]));
    }
    return table;
}

} // namespace convergence
