// One arm of matrix-sensing under way, what it records, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>

#include <Eigen/Core>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/matrix/sensing_run.h"
#include "plugins/matrix/matrix-sensing/arms.h"

namespace convergence::matrix_sensing {

/// What is recorded of an iterate.
struct Iterate {
    const matrix::SensingIterate& now;
    double firstEntry, secondEntry; ///< of the path
};
const Columns<Iterate>& iterateColumns();
/// What is recorded of a trial that ended.
const Columns<matrix::SensingOutcome>& outcomeColumns();

/// Everything that the trials of one run share, read only.
struct Setting {
    ParameterValues values;
    const SensingProblem& kind;
    matrix::LowRankProblem problem;
    Eigen::Index factorColumns; ///< the most columns a factor has
    RowFiller<Iterate> traceRow;
    RowFiller<matrix::SensingOutcome> finalRow;
    /// Empty in the population limit.
    std::map<Structure, std::shared_ptr<const matrix::SensingOperator>> sensing;

    [[nodiscard]] std::uint64_t seed() const {
        return static_cast<std::uint64_t>(values.integer("seed"));
    }
};

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, TrialPlan plan);

} // namespace convergence::matrix_sensing
