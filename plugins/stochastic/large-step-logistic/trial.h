#pragma once

#include <memory>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "plugins/stochastic/large-step-logistic/arms.h"
#include "plugins/stochastic/large-step-logistic/task.h"

namespace convergence::large_step {

/// What a row is filled from.
struct State {
    double accuracy = 0.0; ///< %
    double loss = 0.0;
    double gradientNorm = 0.0;
    double mistakes = 0.0;
    double smallestMargin = 0.0;
    double reductionDistance = notApplicable; ///< from the limit, while that is followed
    double angle = notApplicable;             ///< to the largest margin, in degrees
    // Only at the end:
    double separatedAt = notApplicable;
    double largestLoss = 0.0; ///< before separation, as the median
    double medianLoss = 0.0;
    double largestReductionDistance = notApplicable;
    double bound = notApplicable;
    double margin = notApplicable;
    double radius = 0.0;
    double classicalLimit = 0.0;
    bool isMixed = false; ///< the step size was changed on the way
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    explicit Setting(const ParameterValues& values);

    ParameterValues values;
    std::shared_ptr<const Task> task;
    std::shared_ptr<const SeparationTask> samples; ///< of the task
    RowFiller<State> traceRow, finalRow;
};

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::large_step
