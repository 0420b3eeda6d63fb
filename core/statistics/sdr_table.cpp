#include "core/statistics/sdr_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/data/csv.h"
#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/math/statistics.h"

namespace convergence::statistics {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr std::size_t leastRows = 30, mostPredictors = 200, mostNumbers = 4'000'000;

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::size_t columnWanted(const CsvReader& reader, const std::string& wanted) {
    const auto& names = reader.columns();
    if (const auto found = std::ranges::find(names, wanted); found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    const auto number = numberOf<std::size_t>(wanted);
    if (number && *number >= 1 && *number <= names.size())
        return *number - 1;
    return reader.columnIndex(wanted); // says what there is
}

std::vector<std::size_t> responseColumns(const CsvReader& reader, std::string_view wanted) {
    const std::string all = trimmed(wanted);
    if (all.empty())
        return {reader.columns().size() - 1};
    if (std::ranges::find(reader.columns(), all) != reader.columns().end())
        return {columnWanted(reader, all)}; // a name may hold commas
    std::vector<std::size_t> columns;
    for (std::size_t from = 0; from <= all.size();) {
        const std::size_t comma = std::min(all.find(',', from), all.size());
        const std::size_t column =
            columnWanted(reader, trimmed(std::string_view(all).substr(from, comma - from)));
        if (std::ranges::find(columns, column) == columns.end())
            columns.push_back(column);
        from = comma + 1;
    }
    return columns;
}

/// A column while it is read.
struct Column {
    std::vector<double> values; ///< NaN where a cell is empty
    bool isText = false;
};

/// The table as it stands in the file.
struct Cells {
    std::vector<Column> columns;
    std::vector<std::size_t> lines;
    std::vector<std::string> labels;
};

Cells readCells(CsvReader& reader, const std::vector<std::size_t>& responses, bool areLabels,
                const std::string& path) {
    Cells read{.columns = std::vector<Column>(reader.columns().size())};
    std::vector<std::string> cells;
    while (reader.next(cells)) {
        if ((read.lines.size() + 1) * cells.size() > mostNumbers)
            throw InputError(fmt::format("The file {} holds more than {} cells; expected at most "
                                         "that many.",
                                         path, mostNumbers));
        read.lines.push_back(reader.line());
        for (std::size_t c = 0; c < cells.size(); ++c) {
            Column& column = read.columns[c];
            const bool isResponse = std::ranges::find(responses, c) != responses.end();
            if (isResponse && areLabels) {
                const std::string label = trimmed(cells[c]);
                auto found = std::ranges::find(read.labels, label);
                if (found == read.labels.end() && !label.empty())
                    found = read.labels.insert(read.labels.end(), label);
                column.values.push_back(label.empty() ? std::nan("")
                                                      : double(found - read.labels.begin()));
            } else if (isResponse) {
                column.values.push_back(reader.number(cells[c], c));
            } else if (!column.isText) {
                const auto value = reader.numberIfAny(cells[c]);
                column.isText = !value;
                column.values.push_back(value.value_or(0.0));
            }
        }
    }
    return read;
}

/// Of cells that are not empty.
bool isConstant(const std::vector<double>& values) {
    const auto first =
        std::ranges::find_if(values, [](double value) { return !std::isnan(value); });
    return std::all_of(first, values.end(),
                       [&](double value) { return std::isnan(value) || value == *first; });
}

/// Rows without an empty cell among these columns.
std::vector<Index> completeRows(const Cells& cells, const std::vector<std::size_t>& columns) {
    std::vector<Index> rows;
    for (std::size_t row = 0; row < cells.lines.size(); ++row)
        if (std::ranges::none_of(
                columns, [&](std::size_t c) { return std::isnan(cells.columns[c].values[row]); }))
            rows.push_back(static_cast<Index>(row));
    return rows;
}

MatrixXd taken(const Cells& cells, const std::vector<std::size_t>& columns,
               const std::vector<Index>& rows, const std::vector<std::string>& names,
               const std::string& path) {
    MatrixXd values(static_cast<Index>(rows.size()), static_cast<Index>(columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c)
        for (std::size_t r = 0; r < rows.size(); ++r) {
            const auto row = static_cast<std::size_t>(rows[r]);
            const double value = cells.columns[columns[c]].values[row];
            if (!std::isfinite(value))
                throw InputError(fmt::format("The file {} holds an infinite number in column '{}', "
                                             "line {}; expected finite ones.",
                                             path, printable(names[columns[c]]), cells.lines[row]));
            values(static_cast<Index>(r), static_cast<Index>(c)) = value;
        }
    return values;
}

/// Makes responses, a row each, what their metric takes.
void code(MatrixXd& y, TableResponse response, const Cells& cells, const std::vector<Index>& rows,
          SdrTable& table, const std::string& path) {
    const auto refuse = [&](Index row, const char* what, const char* expected) {
        throw InputError(fmt::format(
            "The file {} has {} in line {}; expected {}.", path, what,
            cells.lines[static_cast<std::size_t>(rows[static_cast<std::size_t>(row)])], expected));
    };
    if (response == TableResponse::numbers && y.cols() > 1) {
        for (auto column : y.colwise()) {
            const std::vector<double> values(column.begin(), column.end());
            const double deviation = standardDeviation(values);
            column /= deviation > 0.0 ? deviation : 1.0;
        }
        table.notes.emplace_back("Each response is divided by its standard deviation.");
    }
    for (Index row = 0; row < y.rows(); ++row) {
        if (response == TableResponse::directions) {
            const double length = y.row(row).norm();
            if (!(length > 0.0))
                refuse(row, "a response of length 0", "a direction");
            y.row(row) /= length;
        }
        for (Index c = 1; response == TableResponse::quantiles && c < y.cols(); ++c)
            if (y(row, c) < y(row, c - 1))
                refuse(row, "quantiles that fall", "rising ones in the order of their columns");
    }
}

void requireColumns(TableResponse response, std::size_t count) {
    const bool areSeveral =
        response == TableResponse::quantiles || response == TableResponse::directions;
    if (areSeveral ? count < 2 : response == TableResponse::labels && count > 1)
        throw InputError(fmt::format(
            "{} response column{} chosen, expected {}.", count, count == 1 ? " is" : "s are",
            areSeveral ? "at least two for quantiles or directions" : "one for labels"));
}

} // namespace

ObjectMetric metricOf(TableResponse response) {
    switch (response) {
    case TableResponse::quantiles:
        return ObjectMetric::quantiles;
    case TableResponse::directions:
        return ObjectMetric::arc;
    case TableResponse::labels:
        return ObjectMetric::labels;
    case TableResponse::numbers:
        break;
    }
    return ObjectMetric::euclidean;
}

SdrTable readSdrTable(const std::filesystem::path& file, std::string_view wanted,
                      TableResponse response) {
    const std::string path = file.string();
    CsvReader reader(file);
    const auto& names = reader.columns();
    const std::vector<std::size_t> responses = responseColumns(reader, wanted);
    requireColumns(response, responses.size());
    Cells cells = readCells(reader, responses, response == TableResponse::labels, path);

    SdrTable table{.labels = std::move(cells.labels), .notes = reader.notes()};
    std::vector<std::size_t> predictors;
    std::vector<std::string> texts, constants;
    for (std::size_t c = 0; c < names.size(); ++c) {
        if (std::ranges::find(responses, c) != responses.end())
            continue;
        if (cells.columns[c].isText)
            texts.push_back(printable(names[c]));
        else if (c == 0 && names[c] == "index")
            table.notes.emplace_back("The first column, an index, is left out.");
        else if (isConstant(cells.columns[c].values))
            constants.push_back(printable(names[c]));
        else
            predictors.push_back(c);
    }
    if (!texts.empty())
        table.notes.push_back(
            fmt::format("Columns of text are left out: {}.", fmt::join(texts, ", ")));
    if (!constants.empty())
        table.notes.push_back(
            fmt::format("Constant columns are left out: {}.", fmt::join(constants, ", ")));
    if (predictors.empty() || predictors.size() > mostPredictors)
        throw InputError(fmt::format("The file {} has {} columns of numbers beside the response; "
                                     "expected 1 to {}.",
                                     path, predictors.size(), mostPredictors));
    std::vector<std::size_t> used = predictors;
    used.insert(used.end(), responses.begin(), responses.end());
    const std::vector<Index> rows = completeRows(cells, used);
    if (rows.size() < leastRows)
        throw InputError(fmt::format("The file {} has {} rows without an empty cell, expected at "
                                     "least {}.",
                                     path, rows.size(), leastRows));
    if (rows.size() < cells.lines.size())
        table.notes.push_back(fmt::format("{} rows with an empty cell are left out.",
                                          cells.lines.size() - rows.size()));

    table.x = taken(cells, predictors, rows, names, path);
    MatrixXd y = taken(cells, responses, rows, names, path);
    code(y, response, cells, rows, table, path);
    if ((y.rowwise() - y.row(0)).cwiseAbs().maxCoeff() == 0.0)
        throw InputError(fmt::format("The file {} has the same response in all rows; expected "
                                     "different ones.",
                                     path));
    table.objects = y.transpose();
    for (const std::size_t c : predictors)
        table.predictors.push_back(names[c]);
    for (const std::size_t c : responses)
        table.responses.push_back(names[c]);
    return table;
}

} // namespace convergence::statistics
