// What schedule-refinement records.

#pragma once

#include "core/experiment/columns.h"
#include "core/experiment/description.h"

namespace convergence::schedule_refinement {

/// What a row is filled from.
struct State {
    double multiplier = notApplicable;
    double rate = notApplicable;
    double gradientNorm = notApplicable;
    double loss = notApplicable;
    double lossLower = notApplicable;
    double lossUpper = notApplicable;
    // Only at the end:
    double finalLoss = notApplicable;
    double testLoss = notApplicable;
    double testError = notApplicable; ///< %
    double first = notApplicable;     ///< rate over the largest
    double peakAt = notApplicable;    ///< fraction of the run
    double boundA = notApplicable;
    double boundB = notApplicable;
    double predictedRatio = notApplicable;
    double concentration = notApplicable;
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

} // namespace convergence::schedule_refinement
