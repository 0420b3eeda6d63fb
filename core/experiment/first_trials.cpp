#include "core/experiment/first_trials.h"

#include <stdexcept>

#include <fmt/format.h>

namespace convergence {

namespace {

std::vector<double> rowOf(const Table& table, std::size_t row) {
    std::vector<double> values(table.columns().size());
    for (std::size_t column = 0; column < values.size(); ++column)
        values[column] = table.at(row, column);
    return values;
}

} // namespace

std::shared_ptr<const Recording> firstTrials(const Recording& recording, std::size_t count) {
    const Table& trials = recording.trials();
    if (count > trials.rows())
        throw std::out_of_range(
            fmt::format("{} trials of a recording that has {}", count, trials.rows()));
    const auto& columns = trials.columns();
    const auto finals = columns.begin() + std::ptrdiff_t(recording.firstFinalColumn());
    const std::vector<Column> traceColumns = recording.plans().empty()
                                                 ? std::vector<Column>{{.name = "iteration"}}
                                                 : recording.trace(0).columns();
    auto part = std::make_shared<Recording>(traceColumns, recording.factorColumns(),
                                            std::vector<Column>(finals, columns.end()),
                                            recording.arms(), recording.plans());
    part->setProvenance(recording.provenance());
    for (std::size_t trial = 0; trial < count; ++trial) {
        const Table& trace = recording.trace(trial);
        for (std::size_t row = 0, rows = trace.rows(); row < rows; ++row)
            part->traceForWriting(trial).append(rowOf(trace, row));
        part->setIterations(trial, recording.iterations(trial));
        part->setStatus(trial, recording.status(trial), recording.message(trial));
        const std::vector<double> row = rowOf(trials, trial);
        part->conclude(trial, std::span(row).subspan(recording.firstFinalColumn()));
    }
    for (const LiveEvent& event : recording.events())
        if (event.trial < count)
            part->addEvent(event);
    return part;
}

} // namespace convergence
