#pragma once

#include <limits>
#include <memory>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/nn/language_training.h"
#include "plugins/stochastic/one-epoch/arms.h"

namespace convergence::one_epoch {

/// What a row is filled from. Losses are in nats per symbol.
struct State {
    double symbols = 0.0;   ///< processed so far
    double timesSeen = 0.0; ///< each symbol of the trial's own
    double testLoss = notApplicable;
    double trainingLoss = notApplicable; ///< mean of the last mini-batches; from the first step on
    double learningRate = 0.0;
    double unigramLoss = 0.0;
    double bigramLoss = 0.0;
    double bestTestLoss = std::numeric_limits<double>::infinity();
    double bestIteration = 0.0;
    // Only at the end:
    double tuningLoss = 0.0;
    double parameters = 0.0; ///< P
    double ratio = 0.0;      ///< T/P
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    /// Throws InputError as loadText().
    explicit Setting(const ParameterValues& values);

    [[nodiscard]] LanguageModelSpec modelOf(double width) const;
    [[nodiscard]] std::int64_t symbolsPerStep() const;
    /// E of the chunks that a trial sees: 1 in the control whose chunks are always fresh.
    [[nodiscard]] double repetitionsOf(const TrialPlan& plan) const;

    ParameterValues values;
    Study study;
    const ModelChoice& model;
    Provenance provenance;
    std::shared_ptr<const TextChunks> chunks;
    double unigramLoss = 0.0, bigramLoss = 0.0;
    RowFiller<State> traceRow, finalRow;
};

LanguageModelSpec modelOf(const ParameterValues& values, std::int64_t vocabulary, double width);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::one_epoch
