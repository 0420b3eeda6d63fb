#pragma once

#include <memory>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "plugins/stochastic/dp-stationary-points/plan.h"
#include "plugins/stochastic/dp-stationary-points/task.h"

namespace convergence::private_points {

/// What a row is filled from.
struct State {
    double gradientNorm = 0.0;             ///< on the sample, at the iterate
    double estimatorError = notApplicable; ///< from the first step on, but for phased SGD
    double noiseDeviation = notApplicable; ///< from the first step on
    double estimateNorm = notApplicable;   ///< as the error
    double epsilonSpent = 0.0;
    double epsilonBudget = 0.0;
    double oracleCalls = 0.0;
    // Only at the end:
    double outputGradient = notApplicable; ///< of what the method promises a bound for
    double bound = 0.0;
    double samplesUsed = 0.0;
    double startGradient = 0.0;
    double phase = notApplicable;        ///< of SpiderBoost
    double batch = notApplicable;        ///< of SpiderBoost and the tree mechanism
    double stoppedEarly = notApplicable; ///< of the tree mechanism, 0 or 1
    double stopLevel = notApplicable;    ///< of the tree mechanism
    double embeddingDimension = notApplicable;
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    explicit Setting(const ParameterValues& values);
    [[nodiscard]] PrivateDesign designOf(const TrialPlan& plan) const;

    ParameterValues values;
    PrivateTask task;
    RowFiller<State> traceRow, finalRow;
};

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::private_points
