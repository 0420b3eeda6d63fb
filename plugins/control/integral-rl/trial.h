#pragma once

#include <memory>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "plugins/control/integral-rl/arms.h"

namespace convergence::integral_rl {

/// What a row is filled from.
struct State {
    double error = 0.0;    ///< ‖P − P*‖_F or ‖ω − ω*‖₂
    double residual = 0.0; ///< of the Hamilton–Jacobi–Bellman equation
    double change = notApplicable;
    double realPart = notApplicable;  ///< largest, of the closed loop's eigenvalues
    double condition = notApplicable; ///< of the equations
    double dataError = notApplicable; ///< from what the rule would give on perfect data, relative
    std::vector<double> weights;
    // Only at the end:
    double floor = notApplicable; ///< the error, where the loop stayed stable
    double controllerError = 0.0; ///< mean |u − u*|
    double largestRealPart = notApplicable, largestCondition = notApplicable;
    double deviation = notApplicable; ///< √v of a Bayesian rule
    double samples = 0.0;             ///< N, which may have been changed
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    explicit Setting(const ParameterValues& values);
    /// x⁰ of a replicate: the chosen one first, then drawn ones.
    [[nodiscard]] Eigen::VectorXd start(std::uint64_t replicate) const;
    [[nodiscard]] double controllerError(const Eigen::VectorXd& weights) const;

    ParameterValues values;
    const SystemChoice& kind;
    std::shared_ptr<const control::ControlledSystem> system;
    std::uint64_t seed;
    Eigen::MatrixXd compared; ///< states at which controllers are compared, one a column
    RowFiller<State> traceRow, finalRow;
};

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::integral_rl
