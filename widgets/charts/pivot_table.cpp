#include "widgets/charts/pivot_table.h"

#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/math/statistics.h"

namespace convergence {

namespace {

/// The value of a row or column factor of a trial; arms by their place in the recording.
std::optional<double> factorOf(const Recording& recording, const TrialPlan& plan,
                               const std::string& factor) {
    if (factor == "arm") {
        const auto& arms = recording.arms();
        return double(std::find(arms.begin(), arms.end(), plan.arm) - arms.begin());
    }
    if (factor == "replicate")
        return double(plan.replicate);
    const auto found = plan.factors.find(factor);
    return found == plan.factors.end() ? std::nullopt : std::optional(found->second);
}

std::string labelOf(const Recording& recording, const Description& description,
                    const std::string& factor, double value) {
    return factor == "arm" ? armLabel(description, recording.arms()[std::size_t(value)])
                           : factorText(recording, factor, value);
}

/// Replaces the finite numbers of each column by their ranks from 1.
void rankColumns(PivotTable& table) {
    const std::size_t columns = table.columnLabels.size();
    for (std::size_t column = 0; column < columns; ++column) {
        std::vector<double> present;
        std::vector<std::size_t> places;
        for (std::size_t at = column; at < table.values.size(); at += columns)
            if (std::isfinite(table.values[at])) {
                present.push_back(table.values[at]);
                places.push_back(at);
            }
        const std::vector<double> rank = ranks(present);
        for (std::size_t i = 0; i < places.size(); ++i)
            table.values[places[i]] = rank[i];
    }
}

} // namespace

PivotTable pivotTable(const Recording& recording, std::size_t rows, const PivotSpec& pivot,
                      const std::vector<TrialSelector>& selectors, const Description& description,
                      const std::set<std::string>& hiddenArms) {
    PivotTable table;
    const Table& trials = recording.trials();
    if (!trials.hasColumn(pivot.value))
        return table;
    const std::size_t valueColumn = trials.columnIndex(pivot.value);
    const std::size_t trialColumn = trials.columnIndex("trial");

    struct Cell {
        std::vector<double> values;
        std::vector<std::size_t> trials;
        std::size_t lost = 0;
    };
    std::map<std::pair<double, double>, Cell> cells;
    std::set<double> rowValues, columnValues;
    for (const std::size_t row : tunedRows(recording, rows, &pivot)) {
        const auto trial = std::size_t(trials.at(row, trialColumn));
        const TrialPlan& plan = recording.plans()[trial];
        const auto down = factorOf(recording, plan, pivot.rowFactor);
        const auto across = factorOf(recording, plan, pivot.columnFactor);
        if (!down || !across || hiddenArms.contains(plan.arm) || !isSelected(selectors, plan))
            continue;
        rowValues.insert(*down);
        columnValues.insert(*across);
        Cell& cell = cells[{*down, *across}];
        cell.trials.push_back(trial);
        const TrialStatus status = recording.status(trial);
        if (status == TrialStatus::diverged || status == TrialStatus::failed)
            ++cell.lost;
        else if (const double value = trials.at(row, valueColumn); std::isfinite(value))
            cell.values.push_back(value);
    }
    for (const double value : rowValues)
        table.rowLabels.push_back(labelOf(recording, description, pivot.rowFactor, value));
    for (const double value : columnValues)
        table.columnLabels.push_back(labelOf(recording, description, pivot.columnFactor, value));
    for (const double down : rowValues)
        for (const double across : columnValues) {
            const Cell& cell = cells[{down, across}];
            table.values.push_back(mean(cell.values)); // NaN for an empty one
            table.trials.push_back(cell.trials);
            table.lost.push_back(cell.lost);
        }
    if (pivot.ranks)
        rankColumns(table);
    return table;
}

} // namespace convergence
