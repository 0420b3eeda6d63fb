// One training run under a schedule.

#pragma once

#include <memory>

#include "core/data/image_dataset.h"
#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"

namespace convergence::rex {

/// What a row is filled from.
struct State {
    double epoch = 0.0;
    double samples = 0.0;
    double rate = 0.0;
    double batchLoss = notApplicable;
    double momentum = 0.0;
    // Only at the end:
    double testError = notApplicable;       ///< %
    double validationError = notApplicable; ///< %
    double validationLoss = notApplicable;
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// What all trials of a run share, read only.
struct Setting {
    ParameterValues values;
    LabelledImages train, validation, test;
    Provenance provenance;
    RowFiller<State> traceRow, finalRow;
};

/// First `train_samples` images for training, minus their mean; the last 2,000 for validation.
/// Throws InputError if the data has not as many.
std::shared_ptr<const Setting> loadSetting(const ParameterValues& values);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::rex
