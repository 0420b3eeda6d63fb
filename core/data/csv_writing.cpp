#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

#include "core/data/csv.h"
#include "core/data/output_file.h"
#include "core/data/text_tokens.h"

namespace convergence {

namespace {

void appendQuoted(fmt::memory_buffer& out, std::string_view cell) {
    out.push_back('"');
    for (const char c : cell) {
        if (c == '"')
            out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

} // namespace

void appendCsvText(fmt::memory_buffer& out, std::string_view cell) {
    // A byte order mark would be taken for that of the file if it came first, a number sign for a
    // comment.
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (cell.find_first_of(",;\t\"\r\n") == std::string_view::npos &&
        !cell.starts_with(byteOrderMark) && !cell.starts_with('#')) {
        out.append(cell);
        return;
    }
    appendQuoted(out, cell);
}

void appendCsvNumber(fmt::memory_buffer& out, double value) {
    if (!std::isnan(value))
        fmt::format_to(std::back_inserter(out), "{}", value);
}

std::string toCsv(const NumericTable& table) {
    const bool oneColumn = table.columns.size() == 1;
    if (table.names.size() != table.columns.size() ||
        std::any_of(table.columns.begin(), table.columns.end(),
                    [&](const auto& column) { return column.size() != table.rows(); }))
        throw std::logic_error("a table of unequal columns was to be written");
    constexpr std::string_view lineEnd = "\r\n";
    fmt::memory_buffer out;
    for (std::size_t i = 0; i < table.names.size(); ++i) {
        if (i > 0)
            out.push_back(',');
        // A name that is a number could be taken for a first record without a header.
        if (numberOf<double>(TextTokens(table.names[i]).word()) || table.names[i].empty())
            appendQuoted(out, table.names[i]);
        else
            appendCsvText(out, table.names[i]);
    }
    out.append(lineEnd);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0)
                out.push_back(',');
            if (oneColumn && std::isnan(table.columns[i][row]))
                out.append(std::string_view("\"\"")); // an empty line at the end is no cell
            else
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
