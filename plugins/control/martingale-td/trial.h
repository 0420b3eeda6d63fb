// One learner under way, what it records, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "plugins/control/martingale-td/arms.h"

namespace convergence::martingale_td {

/// What is recorded of an estimate. Errors are those of the estimate, in closed form.
struct State {
    Eigen::VectorXd theta, estimate, solution; ///< of the last update, averaged, and the goal
    double error = notApplicable;              ///< ‖estimate − θ*‖, where the basis holds J
    double valueError = 0.0, tdError = 0.0, variation = 0.0, martingaleLoss = 0.0;
    double solutionValueError = notApplicable, leastTdError = notApplicable;
    double stepSize = 0.0;
    // Only at the end:
    double solutionError = notApplicable;
    double projectionGap = notApplicable;            ///< from solution to L² projection of J
    double truthSquares = 0.0, truthVariation = 0.0; ///< E ΣΔM² of J, and E∫(σ∂ₓJ)²dt
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// A problem on one mesh, and what is drawn of it.
struct Mesh {
    Mesh(const ParameterValues& values, Eigen::Index steps);
    std::shared_ptr<const control::ValueFamily> family;
    control::MartingalePopulation population;
    Eigen::ArrayXXd shown; ///< Y along the episodes that are drawn
};

/// What the trials of a run share, and read only.
struct Setting {
    explicit Setting(const ParameterValues& values);
    ParameterValues values;
    std::map<std::int64_t, Mesh> meshes; ///< by n
    RowFiller<State> traceRow, finalRow;
};

control::ValueProblem problemOf(const ParameterValues& values);
std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::martingale_td
