// One method under way on one crowd, what it records, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/data/image_dataset.h"
#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/experiment/made_once.h"
#include "core/statistics/crowd_errors.h"
#include "plugins/statistics/top-two-crowdsourcing/arms.h"

namespace convergence::top_two {

using statistics::AnswerPair, statistics::CrowdTable, statistics::KnownAnswers;

/// Of a file: workers; agreement of all pairs of them on all tasks (of any crowd); entries of all
/// confusion matrices.
inline constexpr double mostWorkers = 5000, mostWork = 1e10, mostConfusions = 1e7;

struct CrowdSize {
    double workers, tasks, answers;
};
/// What a run takes on crowds of that size.
double bytesOfCrowds(const ParameterValues& values, const CrowdSize& size);

/// What is recorded.
struct State {
    double pairError = notApplicable, firstError = notApplicable, secondError = notApplicable;
    double reliabilityError = notApplicable, clarityError = notApplicable; ///< mean |p̂ − p|, …
    // Only at the end:
    double clarityDeviation = notApplicable; ///< root mean square of q̂ − q
    double rankCorrelation = notApplicable;  ///< of clarity as the method sees it, and q
    double hardError = notApplicable, clearError = notApplicable; ///< in the outer quarters of it
    double bound = notApplicable;                                 ///< on the oracle's pair error
    double answersPerTask = 0.0;
    double silentWorkers = 0.0, silentTasks = 0.0; ///< left out
    double signIsUnclear = notApplicable;
    /// Of a classifier trained on first answers, on pairs, and on shares of votes.
    double hardAccuracy = notApplicable, pairAccuracy = notApplicable, voteAccuracy = notApplicable;
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// A crowd of one repetition: everything that everybody would answer.
struct Crowd {
    CrowdTable answers;
    KnownAnswers known;
    Eigen::VectorXd reliability, clarity; ///< p, q; empty where there is no model
    std::vector<std::uint32_t> pictures;  ///< of each task, where tasks are pictures
};

/// What is asked of it at one share s, without who was not asked at all.
struct Asked {
    std::shared_ptr<const CrowdTable> table;
    std::shared_ptr<const CrowdTable> stageOne, stageTwo; ///< halves of it, or null
    KnownAnswers known;
    Eigen::VectorXd reliability, clarity;
    std::vector<std::uint32_t> tasks; ///< their numbers among those of the crowd
    std::vector<std::uint32_t> pictures;
    double silentWorkers = 0.0, silentTasks = 0.0;
};

/// What the trials of a run share, and read only.
struct Setting {
    /// Reads pictures or files where the scenario needs them; throws InputError as these do.
    explicit Setting(const ParameterValues& values);

    [[nodiscard]] Index choices() const { return choices_; }
    [[nodiscard]] std::int64_t roundsOf(const MethodArm& arm) const;
    [[nodiscard]] std::shared_ptr<const Crowd> crowd(std::uint64_t replicate) const;
    [[nodiscard]] std::shared_ptr<const Asked> asked(std::uint64_t replicate, double share) const;
    /// What a task is called: by its file, else its number from 1.
    [[nodiscard]] std::uint32_t numberOf(std::uint32_t task) const;

    ParameterValues values;
    const ScenarioChoice& scenario;
    std::uint64_t seed;
    std::optional<ImageDataset> images;
    std::optional<CrowdAnswers> file;
    RowFiller<State> traceRow, finalRow;

private:
    [[nodiscard]] std::shared_ptr<const Crowd> draw(std::uint64_t replicate) const;
    [[nodiscard]] std::shared_ptr<const Asked> ask(std::uint64_t replicate, double share) const;

    Index choices_;
    mutable MadeOnce<std::uint64_t, Crowd> crowds_;
    mutable MadeOnce<std::pair<std::uint64_t, double>, Asked> asked_;
};

/// What the model of the chosen scenario is drawn from.
statistics::TopTwoDesign designOf(const ParameterValues& values);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::top_two
