#pragma once

#include <memory>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/optim/mirror_descent.h"
#include "plugins/stochastic/last-iterate-sgd/arms.h"

namespace convergence::last_iterate {

/// What a row is filled from. Gaps are F − F*.
struct State {
    double gap = 0.0;
    double averageGap = 0.0;
    double weightedGap = 0.0;
    double suffixGap = 0.0;
    double bestGap = 0.0;
    double stepSize = 0.0;
    // Only at the end:
    double scaledGap = 0.0;        ///< √T · gap
    double scaledAverageGap = 0.0; ///< √T · averageGap
    double bound = 0.0;            ///< the theorem's, without its constant
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    explicit Setting(const ParameterValues& values);

    [[nodiscard]] std::uint64_t seed() const;
    [[nodiscard]] std::int64_t longestHorizon() const;
    /// The adversarial problem depends on T; the others are the same for all.
    [[nodiscard]] std::shared_ptr<const StochasticProblem> problemFor(std::int64_t horizon) const;

    ParameterValues values;
    ProblemKind kind;
    Geometry geometry;
    const NoiseChoice& noise;
    double strongConvexity;                           ///< μ of F
    std::shared_ptr<const StochasticProblem> problem; ///< null for the adversarial one
    RowFiller<State> traceRow, finalRow;
};

/// μ of F: through f or through h.
double strongConvexity(const ParameterValues& values);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::last_iterate
