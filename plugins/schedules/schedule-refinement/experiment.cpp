// schedule-refinement as the runner drives it: its trials, and what they share.

#include "plugins/schedules/schedule-refinement/experiment.h"

#include <algorithm>

#include "core/experiment/recorded_experiment.h"
#include "plugins/schedules/schedule-refinement/trial.h"

namespace convergence {

namespace schedule_refinement {

namespace {

/// On the stream the loss is a gap.
Records recordsOf(const RefinementPlan& plan) {
    Records all = records();
    if (plan.task().task == Task::noisyStream)
        for (ColumnPattern& pattern : all.trace)
            if (pattern.id == "loss")
                pattern.label = "mean gap f − f*";
    return all;
}

class RefinementExperiment final : public RecordedExperiment {
public:
    explicit RefinementExperiment(std::shared_ptr<Shared> shared)
        : RecordedExperiment(recordsOf(shared->plan), parameters(), shared->plan.values()),
          shared_(std::move(shared)), bounds_(boundsAgainstSteps(shared_->plan)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        const RefinementPlan& plan = shared_->plan;
        for (const std::string& arm : plan.arms())
            for (const double rate : plan.rates())
                for (const double seed : plan.seeds())
                    plans.push_back({.arm = arm,
                                     .factors = {{"learning_rate", rate}},
                                     .replicate = static_cast<std::uint64_t>(seed),
                                     .steps = static_cast<std::int64_t>(plan.steps()),
                                     .keepTrace = true});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return {shared_->plan.values().integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override {
        return shared_->plan.training()->provenance;
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& trial) const override {
        return std::make_unique<ScheduleSolver>(shared_, trial);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        shared = outcomeFrames(shared_->plan, soFar);
        shared.insert(bounds_.begin(), bounds_.end());
    }

private:
    std::shared_ptr<Shared> shared_;
    FrameMap bounds_;
};

/// Everything but the images, so that mistakes show at once.
void check(const ParameterValues& values) {
    if (!values.text("norms").empty())
        static_cast<void>(RefinementPlan(values));
    checkSteps(values);
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double pixels = 784.0, images = 60000.0 + 40000.0 + 10000.0;
    const bool hasImages = traitsOf(taskChoices, values.text("task")).trainsOnImages();
    const double steps = std::max(2500.0, static_cast<double>(values.integer("steps")));
    const double trials = static_cast<double>(
        (values.choices("schedules").size() + 4) * values.numbers("seeds").size() *
        std::max({values.numbers("stream_learning_rates").size(),
                  values.numbers("softmax_learning_rates").size(),
                  values.numbers("network_learning_rates").size(),
                  values.numbers("adam_learning_rates").size()}));
    const double rows = values.integer("record_every") > 0
                            ? steps / static_cast<double>(values.integer("record_every"))
                            : std::min(steps, 1500.0);
    return (hasImages ? 4.0 * pixels * images : 0.0) + trials * 8.0 * (steps + 2.0 * 9.0 * rows);
}

} // namespace

} // namespace schedule_refinement

ExperimentType scheduleRefinement() {
    using namespace schedule_refinement;
    return {.description = description(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create =
                [](const ParameterValues& values) {
                    return std::make_unique<RefinementExperiment>(std::make_shared<Shared>(values));
                },
            .files = "the refined schedule"};
}

} // namespace convergence
