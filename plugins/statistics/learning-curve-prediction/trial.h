// One learner on its way through a corpus, what it records, and what the trials of a run share.

#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/experiment/made_once.h"
#include "core/language/tagging_task.h"
#include "plugins/statistics/learning-curve-prediction/arms.h"

namespace convergence::learning_curve {

using statistics::LearningTrend;

inline constexpr std::size_t mostLevels = 2000;
/// Of a text: entries of the tables of taggers.
inline constexpr double mostEntries = 1e7;

/// What is recorded of a level.
struct State {
    double words = 0.0;
    double accuracy = notApplicable; ///< as the trends see it, with dips
    double asymptote = notApplicable, anchoredAsymptote = notApplicable;
    double layer = notApplicable, anchoredLayer = notApplicable;
    double threshold = notApplicable;
    double exponent = notApplicable;
    double predicted = notApplicable, anchoredPredicted = notApplicable; ///< at the last level
};
/// What is known of a trial at its end. Those of the convergence level C are not applicable where
/// the threshold was never met.
struct Finals {
    double accuracy = notApplicable, asymptote = notApplicable, exponent = notApplicable;
    double convergenceLevel = notApplicable, knownLevel = notApplicable;
    double knownWords = notApplicable, knownShare = notApplicable;
    double proximity = notApplicable, anchoredProximity = notApplicable;
    double meanError = notApplicable, lastMeanError = notApplicable; ///< MAPE
    double finalError = notApplicable, anchoredFinalError = notApplicable;
    double fixedError = notApplicable, fixedLastError = notApplicable;
    double fallingShare = notApplicable;
    double variation = notApplicable, anchoredVariation = notApplicable;
    LearningTrend predicted; ///< A_C
    double recoveryError = notApplicable, earlyAsymptote = notApplicable;
    double predictedSpread = notApplicable;
};

const Columns<State>& traceTable();
const Columns<Finals>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    /// Reads the text where a learner needs one; throws InputError as that does.
    explicit Setting(const ParameterValues& values);

    [[nodiscard]] std::shared_ptr<const language::TaggingTask> task(std::uint64_t replicate,
                                                                    std::size_t fold) const;
    /// The words of a level, from 1 on, that are wanted.
    [[nodiscard]] double wordsOf(std::size_t level) const;
    [[nodiscard]] LearningTrace::Options options() const;
    [[nodiscard]] LearningTrend curve() const; ///< the made-up one
    [[nodiscard]] bool readsText() const { return words != nullptr; }

    ParameterValues values;
    const ControlChoice& control;
    std::uint64_t seed;
    std::size_t levels = 0;
    TaggedText text;                                    ///< empty where nothing is read
    std::shared_ptr<const language::TaggerWords> words; ///< null so too
    Provenance provenance;
    RowFiller<State> traceRow;
    RowFiller<Finals> finalRow;

private:
    void readText();

    mutable MadeOnce<std::pair<std::uint64_t, std::size_t>, language::TaggingTask> tasks_;
};

/// What the control sequence says at the end of a trial; `measured` without dips.
Finals finalsOf(const LearningTrace& trace, std::span<const double> measured,
                const Setting& setting);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::learning_curve
