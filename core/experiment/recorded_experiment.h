#pragma once

#include <span>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// An experiment whose columns are those that its description tells of, expanded for its values.
class RecordedExperiment : public Experiment {
public:
    [[nodiscard]] std::vector<Column> traceColumns() const override { return trace_; }
    [[nodiscard]] std::vector<Column> factorColumns() const override { return factors_; }
    [[nodiscard]] std::vector<Column> finalColumns() const override { return finals_; }

protected:
    /// Throws std::logic_error as ColumnLayout does.
    RecordedExperiment(const Records& records, std::span<const Parameter> parameters,
                       const ParameterValues& values)
        : trace_(ColumnLayout(records.trace, parameters, values).columns()),
          factors_(ColumnLayout(records.factors, parameters, values, ColumnRole::factor).columns()),
          finals_(ColumnLayout(records.finals, parameters, values).columns()), values_(values) {}

    [[nodiscard]] const ParameterValues& values() const { return values_; }

private:
    std::vector<Column> trace_, factors_, finals_;
    ParameterValues values_;
};

} // namespace convergence
