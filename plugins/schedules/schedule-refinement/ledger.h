#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>

#include "core/experiment/made_once.h"
#include "plugins/schedules/schedule-refinement/tasks.h"

namespace convergence {

/// What a person can change while they look: it changes what is drawn, never what is recorded.
struct ShownChoices {
    double smoothing = 0.1;
    std::vector<CurvePoint> drawnNorms, drawnSchedule;
    friend bool operator==(const ShownChoices&, const ShownChoices&) = default;
};

/// Knows the schedule of every arm. A refined schedule needs the gradient norms of an earlier run
/// at its best base rate: the ledger takes them from trials that are through, and makes the runs
/// that are missing, with the same result. Safe to use from several threads.
class RefinementLedger {
public:
    using Numbers = std::vector<double>;

    /// Throws InputError for values that cannot work.
    explicit RefinementLedger(const ParameterValues& values);

    [[nodiscard]] const ParameterValues& values() const { return values_; }
    [[nodiscard]] RefinementTask task() const { return task_; }
    /// Nothing is trained: schedules are judged by their bounds on given norms.
    [[nodiscard]] bool isProfile() const { return task_ == RefinementTask::profile; }
    /// The norms are those of a run that was made elsewhere.
    [[nodiscard]] bool isOwn() const { return !imported_.values.empty(); }
    [[nodiscard]] std::size_t steps() const { return steps_; }
    [[nodiscard]] const std::shared_ptr<const TrainingSetting>& training() const {
        return training_;
    }
    [[nodiscard]] const std::vector<std::string>& arms() const { return arms_; }
    /// Base rates that each schedule is tried at; {1} where nothing is trained.
    [[nodiscard]] const Numbers& rates() const { return rates_; }
    [[nodiscard]] const Numbers& seeds() const { return seeds_; }

    /// The multipliers of an arm at steps 1..T; null if asked to stop on the way.
    [[nodiscard]] std::shared_ptr<const Numbers> schedule(const std::string& arm, double seed,
                                                          const StopToken& stop);
    /// The norms that refinement `round` starts from; null if asked to stop.
    [[nodiscard]] std::shared_ptr<const Numbers> norms(int round, double seed,
                                                       const StopToken& stop);
    /// The same if they are known already.
    [[nodiscard]] std::shared_ptr<const Numbers> knownNorms(int round, double seed);
    [[nodiscard]] RefinementOptions refinement() const {
        return {values_.real("smoothing"), training_->norm};
    }

    /// A trial is through, with these norms and this final loss (infinite if it diverged).
    void report(const std::string& arm, double rate, double seed, Numbers norms, double loss);

    /// Final losses so far, by arm, rate and seed.
    using Losses = std::map<std::string, std::map<double, std::map<double, double>>>;
    [[nodiscard]] Losses losses() const;

    void show(const std::string& name, const Value& value);
    [[nodiscard]] ShownChoices shown() const;
    /// The norms of a profile, with what the person draws now.
    [[nodiscard]] Numbers profileNorms(const ShownChoices& shown) const;
    /// The schedule of an arm given norms and what the person draws now.
    [[nodiscard]] std::optional<Numbers> scheduleFrom(const std::string& arm,
                                                      std::span<const double> norms,
                                                      const ShownChoices& shown,
                                                      const StopToken& stop) const;

private:
    struct Outcome {
        Numbers norms;
        double loss = 0.0;
    };
    using RunKey = std::tuple<std::string, double, double>; ///< arm, rate, seed
    using ScheduleKey = std::pair<std::string, double>;     ///< arm, seed

    [[nodiscard]] std::shared_ptr<const Outcome> outcome(const std::string& arm, double rate,
                                                         double seed, const StopToken& stop);
    /// Rates among which the run that norms come from is the best one.
    [[nodiscard]] Numbers sourceRates() const;

    ParameterValues values_;
    RefinementTask task_;
    std::size_t steps_ = 0;
    NumericColumn imported_; ///< a person's own norms; empty: none
    std::vector<std::string> arms_;
    Numbers rates_, seeds_;
    std::shared_ptr<const TrainingSetting> training_;
    MadeOnce<RunKey, Outcome> outcomes_;
    MadeOnce<ScheduleKey, Numbers> schedules_;
    mutable std::mutex mutex_; ///< guards what follows
    Losses losses_;
    ShownChoices shown_;
};

} // namespace convergence
