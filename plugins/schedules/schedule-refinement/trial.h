#pragma once

#include <memory>

#include "core/experiment/experiment.h"
#include "plugins/schedules/schedule-refinement/earlier_runs.h"
#include "plugins/schedules/schedule-refinement/frames.h"
#include "plugins/schedules/schedule-refinement/records.h"

namespace convergence::schedule_refinement {

/// What the trials of a run share, read only but for what is made once.
struct Shared {
    explicit Shared(const ParameterValues& values);

    RefinementPlan plan;
    EarlierRuns earlier;
    RowFiller<State> traceRow, finalRow;
};

/// One training run with one schedule; without a task, a walk along the schedule.
class ScheduleSolver final : public Solver {
public:
    ScheduleSolver(std::shared_ptr<Shared> shared, const TrialPlan& plan);

    StepStatus step(const StopToken& stop) override;
    void measure(std::span<double> metrics) override;
    void conclude(std::span<double> finals) override;
    void setLive(const std::string& name, const Value& value) override;
    /// The refinement that starts from this trial's norms, or that its schedule comes from; of
    /// given norms, the bounds of all schedules too.
    void draw(const Recording& soFar, FrameMap& frames) const override;
    /// schedule.csv, one rate a line: in a training task the multipliers of a refined schedule,
    /// which do not depend on the base rate.
    void save(const std::filesystem::path& folder) const override;
    [[nodiscard]] std::string divergence() const override;

private:
    using Numbers = std::vector<double>;
    [[nodiscard]] const RefinementPlan& plan() const { return shared_->plan; }
    /// The multipliers, and the norms that they come from. False if asked to stop.
    [[nodiscard]] bool haveSchedule(const StopToken& stop);
    void concludeSchedule();
    void concludeRefinement();
    /// Null while there is nothing to draw.
    [[nodiscard]] std::shared_ptr<const Numbers> shownNorms(const Recording& soFar) const;
    [[nodiscard]] bool startsARound() const; ///< of refinement, from its own norms

    std::shared_ptr<Shared> shared_;
    const ScheduleArm& arm_;
    double rate_, seed_;
    std::unique_ptr<TrainingRun> run_; ///< null where nothing is trained
    std::shared_ptr<const Numbers> schedule_;
    std::shared_ptr<const Numbers> source_; ///< norms that the schedule comes from; may be null
    Numbers norms_; ///< recorded so far; where nothing is trained, the given ones
    std::size_t t_ = 0;
    State state_;

    ShownChoices shown_;
    /// Drawn anew only when what they show changed.
    struct Drawn {
        ShownChoices shown;
        FrameMap frames;
    };
    mutable std::optional<Drawn> drawn_;
};

} // namespace convergence::schedule_refinement
