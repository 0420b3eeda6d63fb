#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/tasks.h"

namespace convergence::schedule_refinement {

/// What a person can change while they look: it changes what is drawn, never what is recorded.
struct ShownChoices {
    double smoothing = 0.1;
    std::vector<CurvePoint> drawnNorms, drawnSchedule;
    friend bool operator==(const ShownChoices&, const ShownChoices&) = default;

    /// Takes up one of them; other names are not its own.
    void set(const std::string& name, const Value& value);
};

/// What a run's values come to: schedules, base rates, the training that they share. Read only.
class RefinementPlan {
public:
    using Numbers = std::vector<double>;

    /// Throws InputError for values that cannot work.
    explicit RefinementPlan(const ParameterValues& values);

    [[nodiscard]] const ParameterValues& values() const { return values_; }
    [[nodiscard]] const TaskChoice& task() const { return task_; }
    /// Nothing is trained: schedules are judged by their bounds on given norms.
    [[nodiscard]] bool isProfile() const { return task_.task == Task::profile; }
    [[nodiscard]] std::size_t steps() const { return steps_; }
    [[nodiscard]] int rounds() const;
    [[nodiscard]] double distance() const { return values_.real("distance"); }
    [[nodiscard]] ClassicalOptions shapes() const;
    [[nodiscard]] const std::shared_ptr<const TrainingSetting>& training() const {
        return training_;
    }
    [[nodiscard]] const std::vector<std::string>& arms() const { return arms_; }
    /// Base rates that each schedule is tried at; {1} where nothing is trained.
    [[nodiscard]] const Numbers& rates() const { return rates_; }
    /// Rates among which the run that norms come from is the best one.
    [[nodiscard]] const Numbers& sourceRates() const { return sourceRates_; }
    [[nodiscard]] const Numbers& seeds() const { return seeds_; }

    /// As the values have them.
    [[nodiscard]] ShownChoices chosen() const;
    /// The norms of a profile, with what the person draws now.
    [[nodiscard]] Numbers profileNorms(const ShownChoices& shown) const;
    [[nodiscard]] Refinement refine(std::span<const double> norms, const ShownChoices& shown) const;
    /// The schedule of an arm given norms (none where it is made from none) and what the person
    /// draws now; nothing if asked to stop on the way.
    [[nodiscard]] std::optional<Numbers> scheduleFrom(const ScheduleArm& arm,
                                                      std::span<const double> norms,
                                                      const ShownChoices& shown,
                                                      const StopToken& stop = {}) const;
    /// The G of the bounds whose weights a refinement has: ‖g‖², or ‖g‖₁ in its place.
    [[nodiscard]] Numbers boundNorms(const Refinement& refined) const;

private:
    [[nodiscard]] bool isOwn() const { return !imported_.values.empty(); }
    void chooseSteps();
    /// Leaves out what takes too long where nobody asked for it. Returns what to tell of it.
    [[nodiscard]] std::string leaveOutNumeric();

    ParameterValues values_;
    const TaskChoice& task_;
    NumericColumn imported_; ///< a person's own norms; empty: none
    std::size_t steps_ = 0;
    std::vector<std::string> arms_;
    Numbers rates_, sourceRates_, seeds_;
    std::shared_ptr<const TrainingSetting> training_;
};

} // namespace convergence::schedule_refinement
