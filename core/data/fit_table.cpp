#include "core/data/fit_table.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/csv.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

using Kind = FitTable::Kind;
using Places = std::vector<std::size_t>;

constexpr double largestNumber = 1e100; // so that no sum of squares overflows

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// Which columns of a file are meant.
class Columns {
public:
    Columns(const CsvReader& reader, std::string path, Kind kind)
        : names_(reader.columns()), path_(std::move(path)), kind_(kind) {}

    [[nodiscard]] Places named(std::string_view wanted) const {
        Places places;
        while (true) {
            const std::size_t comma = wanted.find(',');
            places.push_back(place(trimmed(wanted.substr(0, comma))));
            if (comma == std::string_view::npos)
                break;
            wanted.remove_prefix(comma + 1);
        }
        Places distinct = places;
        std::sort(distinct.begin(), distinct.end());
        const bool repeats = std::adjacent_find(distinct.begin(), distinct.end()) != distinct.end();
        if (places.size() != needed() || repeats)
            throw InputError(fmt::format("{} columns were named for the table {}; expected {}.",
                                         repeats ? "Repeated" : std::to_string(places.size()),
                                         path_, expected()));
        return places;
    }

    [[nodiscard]] Places found() const {
        return kind_ == Kind::line ? foundLine() : foundClasses();
    }

private:
    [[nodiscard]] std::size_t needed() const { return kind_ == Kind::line ? 2 : 3; }
    [[nodiscard]] std::string_view expected() const {
        return kind_ == Kind::line ? "two different ones, x and y"
                                   : "three different ones, two features and a class";
    }

    [[nodiscard]] std::optional<std::size_t> find(std::string_view lowerName) const {
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (lowered(trimmed(names_[i])) == lowerName)
                return i;
        return std::nullopt;
    }

    [[nodiscard]] std::size_t place(std::string_view word) const {
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (trimmed(names_[i]) == word)
                return i;
        const auto number = numberOf<std::size_t>(word);
        if (number && *number >= 1 && *number <= names_.size())
            return *number - 1;
        throw InputError(fmt::format("The table {} has no column '{}'; expected one of {}, or its "
                                     "number from 1 to {}.",
                                     path_, printable(word), listed(), names_.size()));
    }

    [[nodiscard]] std::string listed() const {
        return printable(fmt::format("{}", fmt::join(names_, ", ")), 300);
    }

    /// All but the row numbers that pandas writes.
    [[nodiscard]] Places all() const {
        Places places;
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (names_.size() == needed() || names_[i] != "index")
                places.push_back(i);
        return places;
    }

    [[noreturn]] void refuse() const {
        throw InputError(fmt::format(
            "The table {} has {} ({}); expected {}, or their names in the order {}.", path_,
            names_.size() == 1 ? "one column" : fmt::format("{} columns", names_.size()), listed(),
            kind_ == Kind::line ? "columns x and y" : "two columns of features and one of classes",
            kind_ == Kind::line ? "x, y" : "first feature, second feature, class"));
    }

    [[nodiscard]] Places foundLine() const {
        if (const auto x = find("x"), y = find("y"); x && y)
            return {*x, *y};
        Places places = all();
        if (places.size() != 2)
            refuse();
        return places;
    }

    [[nodiscard]] Places foundClasses() const {
        Places places = all();
        if (places.size() != 3)
            refuse();
        for (const std::string_view name : {"class", "label", "target", "y"})
            if (const auto column = find(name)) {
                const auto at = std::find(places.begin(), places.end(), *column);
                if (at != places.end())
                    std::rotate(at, at + 1, places.end());
                break;
            }
        return places;
    }

    const std::vector<std::string>& names_;
    std::string path_;
    Kind kind_;
};

/// A number of a row; nothing where there is none.
std::optional<double> numberIn(const CsvReader& reader, const std::string& cell, std::size_t column,
                               const std::string& path) {
    const double value = reader.number(cell, column);
    if (std::isnan(value))
        return std::nullopt;
    if (!(std::abs(value) <= largestNumber))
        throw InputError(fmt::format("{}, line {}: {} in column '{}' is not accepted; expected a "
                                     "number of at most {} in size.",
                                     path, reader.line(), value,
                                     printable(reader.columns()[column]), largestNumber));
    return value;
}

/// The classes of the rows, by their names.
void setClasses(FitTable& table, const std::vector<std::string>& ofRows, const std::string& path) {
    std::map<std::string, bool> names;
    for (const std::string& name : ofRows)
        names[name] = true;
    std::vector<std::string> sorted;
    for (const auto& [name, there] : names)
        sorted.push_back(name);
    if (sorted.size() != 2) {
        const std::size_t count = sorted.size();
        sorted.resize(std::min<std::size_t>(count, 4));
        throw InputError(fmt::format(
            "The table {} has {} in column '{}': {}{}; expected two different ones.", path,
            count == 1 ? "one class" : fmt::format("{} classes", count), printable(table.className),
            printable(fmt::format("{}", fmt::join(sorted, ", ")), 120), count > 4 ? ", …" : ""));
    }
    const auto low = numberOf<double>(sorted[0]), high = numberOf<double>(sorted[1]);
    if (low && high && *high < *low)
        std::swap(sorted[0], sorted[1]);
    table.classes = {sorted[0], sorted[1]};
    for (const std::string& name : ofRows)
        table.inSecond.push_back(name == sorted[1] ? 1 : 0);
}

} // namespace

FitTable readFitTable(const std::filesystem::path& path, FitTable::Kind kind,
                      std::string_view columns) {
    CsvReader reader(path);
    const std::string file = path.string();
    const Columns choice(reader, file, kind);
    const Places places = trimmed(columns).empty() ? choice.found() : choice.named(columns);
    FitTable table{.kind = kind,
                   .firstName = reader.columns()[places[0]],
                   .secondName = reader.columns()[places[1]]};
    table.notes = reader.notes();
    if (kind == Kind::classes)
        table.className = reader.columns()[places[2]];
    std::vector<std::string> cells, classes;
    std::size_t leftOut = 0;
    while (reader.next(cells)) {
        const auto first = numberIn(reader, cells[places[0]], places[0], file);
        const auto second = numberIn(reader, cells[places[1]], places[1], file);
        const std::string_view name =
            kind == Kind::classes ? trimmed(cells[places[2]]) : std::string_view();
        if (!first || !second || (kind == Kind::classes && name.empty())) {
            ++leftOut;
            continue;
        }
        if (table.rows() == FitTable::mostRows)
            throw InputError(fmt::format("The table {} has more than {} rows; expected at most "
                                         "that many, a sample of them for instance.",
                                         file, FitTable::mostRows));
        table.first.push_back(*first);
        table.second.push_back(*second);
        if (kind == Kind::classes)
            classes.emplace_back(name);
    }
    if (table.rows() == 0)
        throw InputError(fmt::format("The table {} has no rows{}; expected at least two.", file,
                                     leftOut > 0 ? " without empty cells" : ""));
    if (kind == Kind::classes)
        setClasses(table, classes, file);
    if (leftOut > 0)
        table.notes.push_back(fmt::format("{} with empty cells {} left out.",
                                          leftOut == 1 ? "1 row" : fmt::format("{} rows", leftOut),
                                          leftOut == 1 ? "is" : "are"));
    return table;
}

} // namespace convergence
