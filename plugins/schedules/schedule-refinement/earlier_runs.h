#pragma once

#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/experiment/made_once.h"
#include "plugins/schedules/schedule-refinement/plan.h"

namespace convergence::schedule_refinement {

/// A refined schedule needs the gradient norms of an earlier run at its best base rate. Such a run
/// is a pure function of plan, schedule, rate and seed: it is made once, by the trial that is that
/// run or by whoever needs it first, with the same bits. Safe to use from several threads.
class EarlierRuns {
public:
    using Numbers = std::vector<double>;

    explicit EarlierRuns(const RefinementPlan& plan) : plan_(plan) {}

    /// The multipliers of an arm at steps 1..T; null if asked to stop on the way.
    [[nodiscard]] std::shared_ptr<const Numbers> schedule(const ScheduleArm& arm, double seed,
                                                          const StopToken& stop);
    /// The norms that refinement `round` starts from; null if asked to stop. Throws InputError if
    /// the run diverged at every rate.
    [[nodiscard]] std::shared_ptr<const Numbers> norms(int round, double seed,
                                                       const StopToken& stop);

    /// A run that norms may come from: of an arm that starts a round.
    struct Key {
        std::string arm;
        double rate, seed;
        auto operator<=>(const Key&) const = default;
    };
    struct Outcome {
        Numbers norms;
        double loss = 0.0; ///< at the end; infinite where it diverged
    };
    /// Hands in what a trial came to, so that nobody makes it again.
    void take(const Key& key, Outcome outcome);

private:
    [[nodiscard]] std::shared_ptr<const Outcome> outcome(const Key& key, const StopToken& stop);
    [[nodiscard]] std::shared_ptr<const Outcome> train(const Key& key, const StopToken& stop);

    const RefinementPlan& plan_;
    MadeOnce<Key, Outcome> outcomes_;
    MadeOnce<std::pair<std::string, double>, Numbers> schedules_; ///< by arm and seed
};

} // namespace convergence::schedule_refinement
