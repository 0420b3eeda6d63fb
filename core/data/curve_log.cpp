#include "core/data/curve_log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/csv.h"
#include "core/data/csv_column.h"
#include "core/data/input_file.h"
#include "core/data/utf8.h"
#include "core/error.h"

namespace convergence {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double earliestDate = 5e8; ///< 1985, in seconds since 1970: no run takes as long

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

bool isBlank(std::string_view cell) {
    return cell.find_first_not_of(" \t") == std::string_view::npos;
}

/// Steps first, then epochs, then what else there is.
int rankOf(const std::string& clock) {
    const std::string name = lowered(clock);
    const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    if (has("time") || has("second"))
        return 3;
    return has("step") || has("iter") ? 0 : has("epoch") ? 1 : 2;
}

/// A column while it is read; with a cell that is no number it is a column of words.
struct Column {
    std::size_t place = 0;
    std::string name;
    bool isNumeric = true;
    std::vector<double> values; ///< one a record; `none` where there is nothing
    std::vector<bool> isThere;
};

struct Sheet {
    std::vector<Column> clocks, others;
    std::vector<std::string> notes;
};

Sheet readSheet(const std::filesystem::path& path) {
    CsvReader reader(path);
    Sheet sheet{.clocks = {}, .others = {}, .notes = reader.notes()};
    std::size_t ranges = 0;
    for (std::size_t i = 0; i < reader.columns().size(); ++i) {
        const std::string& name = reader.columns()[i];
        if (isRangeName(name))
            ++ranges;
        else
            (isClockName(name) ? sheet.clocks : sheet.others).push_back({i, name, true, {}, {}});
    }
    if (ranges > 0)
        sheet.notes.push_back(fmt::format("{} columns __MIN and __MAX are left out.", ranges));
    const std::size_t width = sheet.clocks.size() + sheet.others.size();
    std::vector<std::string> cells;
    for (std::size_t records = 0; reader.next(cells); ++records) {
        if (records * width >= CurveLog::mostNumbers)
            throw InputError(fmt::format("The log {} holds more than {} numbers; expected at most "
                                         "that many, every tenth row for instance.",
                                         path.string(), CurveLog::mostNumbers));
        for (auto* columns : {&sheet.clocks, &sheet.others})
            for (Column& column : *columns) {
                if (!column.isNumeric)
                    continue;
                const std::string& cell = cells[column.place];
                const auto value = reader.numberIfAny(cell);
                if (!value) {
                    column.isNumeric = false;
                    column.values = {};
                    column.isThere = {};
                    continue;
                }
                column.values.push_back(*value);
                column.isThere.push_back(!isBlank(cell));
            }
    }
    return sheet;
}

/// Times of day become times since the first.
std::string unitOf(Column& clock, std::vector<std::string>& notes) {
    const std::string name = lowered(clock.name);
    const bool isTime =
        name.find("time") != std::string::npos || name.find("second") != std::string::npos;
    const auto first = std::find_if(clock.values.begin(), clock.values.end(),
                                    [](double value) { return std::isfinite(value); });
    if (!isTime || first == clock.values.end())
        return isTime ? "s" : "";
    if (const double start = *first; start > earliestDate) {
        // TensorBoard's and Weights & Biases' are in seconds, some others in thousandths.
        const double scale = start > 1e3 * earliestDate ? 1e-3 : 1.0;
        for (double& value : clock.values)
            value = scale * (value - start);
        notes.push_back(
            fmt::format("'{}' is counted from its first value.", printable(clock.name)));
    }
    return "s";
}

/// A name that can also be a file's, in an archive too, on every system.
std::string idOf(const std::string& name, std::set<std::string>& taken) {
    constexpr std::size_t longest = 80;
    std::string id;
    for (const char c : name) {
        const bool isPlain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                             (c != '\0' && std::string_view("_+() -").find(c) != std::string::npos);
        const bool isDot = c == '.' && !id.empty() && id.back() != '.';
        const bool isLetter = static_cast<unsigned char>(c) < 0x80;
        if (id.size() < longest && (isLetter || id.empty() || id.back() != '_'))
            id += isLetter && (isPlain || isDot) ? c : '_';
    }
    if (id.empty() || id.front() == ' ')
        id.insert(0, "_");
    std::string distinct = id;
    for (int number = 2; !taken.insert(distinct).second; ++number)
        distinct = fmt::format("{} ({})", id, number);
    return distinct;
}

/// The rows of a column that hold something, with their clocks.
CurveLog::Curve curveOf(const Column& column, const std::vector<Column>& clocks) {
    CurveLog::Curve curve;
    curve.clocks.resize(std::max<std::size_t>(1, clocks.size()));
    for (std::size_t row = 0; row < column.values.size(); ++row) {
        if (!column.isThere[row] || (!clocks.empty() && !std::isfinite(clocks[0].values[row])))
            continue;
        curve.values.push_back(column.values[row]);
        if (clocks.empty())
            curve.clocks[0].push_back(static_cast<double>(row + 1));
        for (std::size_t k = 0; k < clocks.size(); ++k)
            curve.clocks[k].push_back(clocks[k].values[row]);
    }
    return curve;
}

std::string listed(const std::vector<std::string>& names) {
    return printable(fmt::format("{}", fmt::join(names, ", ")), 300);
}

} // namespace

CurveLog readCurveLog(const std::filesystem::path& path) {
    Sheet sheet = readSheet(path);
    CurveLog log;
    log.notes = std::move(sheet.notes);
    std::erase_if(sheet.clocks, [](const Column& clock) { return !clock.isNumeric; });
    std::stable_sort(
        sheet.clocks.begin(), sheet.clocks.end(),
        [](const Column& a, const Column& b) { return rankOf(a.name) < rankOf(b.name); });
    for (Column& clock : sheet.clocks)
        log.clocks.push_back({clock.name, unitOf(clock, log.notes)});
    if (log.clocks.empty())
        log.clocks.push_back({"row", ""});
    std::set<std::string> taken;
    std::vector<std::string> names, words, short_, surplus;
    for (const Column& column : sheet.others) {
        names.push_back(column.name);
        if (!column.isNumeric) {
            words.push_back(column.name);
            continue;
        }
        CurveLog::Curve curve = curveOf(column, sheet.clocks);
        if (curve.values.size() < 2) {
            short_.push_back(column.name);
            continue;
        }
        if (log.curves.size() == CurveLog::mostCurves) {
            surplus.push_back(column.name);
            continue;
        }
        curve.id = idOf(column.name == "Value" ? path.stem().string() : column.name, taken);
        log.curves.push_back(std::move(curve));
    }
    if (log.curves.empty())
        throw InputError(fmt::format(
            "The log {} has no curve ({}); expected a column of at least two numbers besides steps "
            "and times.",
            path.string(), names.empty() ? "no other column" : "its columns: " + listed(names)));
    const auto note = [&](const std::vector<std::string>& which, const char* why) {
        if (!which.empty())
            log.notes.push_back(fmt::format("Left out, {}: {}.", why, listed(which)));
    };
    note(words, "since they hold words");
    note(short_, "with fewer than two numbers");
    note(surplus, "beyond the first 24 curves");
    return log;
}

bool mayBeCurveLog(const std::filesystem::path& path) {
    try {
        InputFile file(path);
        std::array<std::byte, 512> beginning{};
        const std::size_t count = file.read(beginning);
        const std::string_view text(reinterpret_cast<const char*>(beginning.data()), count);
        if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
            return true; // UTF-16, as spreadsheets write it
        const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
        return first != std::string_view::npos && text[first] != '{' && text[first] != '[' &&
               text.find('\0') == std::string_view::npos;
    } catch (const InputError&) {
        return false;
    }
}

} // namespace convergence
