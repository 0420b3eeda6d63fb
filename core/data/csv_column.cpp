#include "core/data/csv_column.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/csv.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

/// The last word of letters in a name, in lower case, without what is in parentheses.
std::string lastWord(std::string_view name) {
    name = name.substr(0, name.find('('));
    const auto isLetter = [](unsigned char c) { return std::isalpha(c) != 0; };
    const auto end = std::find_if(name.rbegin(), name.rend(), isLetter);
    const auto begin = std::find_if_not(end, name.rend(), isLetter);
    std::string word(begin.base(), end.base());
    for (char& letter : word)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return word;
}

std::string listed(const std::vector<std::string>& names) {
    return printable(fmt::format("{}", fmt::join(names, ", ")), 400);
}

/// Columns to try, the first that holds numbers is taken.
std::vector<std::size_t> candidates(const CsvReader& reader, std::string_view wanted,
                                    const std::string& path) {
    const std::vector<std::string>& names = reader.columns();
    const auto position = [&](std::string_view name) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                        names.begin());
    };
    if (!wanted.empty()) {
        if (const std::size_t at = position(wanted); at < names.size())
            return {at};
        const auto number = numberOf<std::size_t>(wanted);
        if (number && *number >= 1 && *number <= names.size())
            return {*number - 1};
        throw InputError(fmt::format("The file {} has no column '{}'; expected one of {}, or its "
                                     "number from 1 to {}.",
                                     path, printable(wanted), listed(names), names.size()));
    }
    for (const std::string_view usual : {"norm", "gradient_norm", "Value"})
        if (const std::size_t at = position(usual); at < names.size())
            return {at};
    if (names.size() == 1)
        return {0};
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!isClockName(names[i]) && !isRangeName(names[i]))
            columns.push_back(i);
    return columns;
}

/// A column while it is read; with a cell that is no number it is out of the choice.
struct Candidate {
    std::size_t column = 0;
    bool numeric = true;
    std::size_t empty = 0;
    NumericColumn read;
};

} // namespace

bool isClockName(std::string_view name) {
    constexpr std::array<std::string_view, 12> clocks = {
        "step",   "steps", "iteration", "iterations", "iter",    "epoch",
        "epochs", "time",  "index",     "timestamp",  "runtime", "seconds"};
    return std::find(clocks.begin(), clocks.end(), lastWord(name)) != clocks.end();
}

bool isRangeName(std::string_view name) {
    return name.ends_with("__MIN") || name.ends_with("__MAX");
}

NumericColumn readColumn(const std::filesystem::path& path, std::string_view wanted,
                         std::size_t most) {
    CsvReader reader(path);
    std::vector<Candidate> choice;
    for (const std::size_t column : candidates(reader, wanted, path.string()))
        choice.push_back({column, true, 0, {reader.columns()[column], {}, {}, {}}});
    const bool certain = choice.size() == 1;
    std::vector<std::string> cells;
    while (reader.next(cells))
        for (Candidate& candidate : choice) {
            const std::string& cell = cells[candidate.column];
            const auto value = candidate.numeric ? reader.numberIfAny(cell) : std::nullopt;
            if (!value) {
                if (certain)
                    static_cast<void>(reader.number(cell, candidate.column)); // says what is wrong
                candidate.numeric = false;
                candidate.read = {};
            } else if (std::isnan(*value) && cell.find_first_not_of(" \t") == std::string::npos) {
                ++candidate.empty;
            } else if (candidate.read.values.size() == most) {
                throw InputError(fmt::format("The file {} holds more than {} numbers in column "
                                             "'{}'; expected at most that many.",
                                             path.string(), most, printable(candidate.read.name)));
            } else {
                candidate.read.values.push_back(*value);
                candidate.read.lines.push_back(reader.line());
            }
        }
    const auto found = std::find_if(choice.begin(), choice.end(), [](const Candidate& candidate) {
        return candidate.numeric && !candidate.read.values.empty();
    });
    if (found == choice.end())
        throw InputError(fmt::format("The file {} has no column of numbers besides steps and times "
                                     "(its columns: {}); expected one, or the name of a column.",
                                     path.string(), listed(reader.columns())));
    NumericColumn column = std::move(found->read);
    column.notes = reader.notes();
    column.notes.push_back(fmt::format(
        "Column '{}' (number {} of {}) of {}: {} numbers.", printable(column.name),
        found->column + 1, reader.columns().size(), path.string(), column.values.size()));
    if (found->empty > 0)
        column.notes.push_back(fmt::format("{} empty cells of it are left out.", found->empty));
    return column;
}

} // namespace convergence
