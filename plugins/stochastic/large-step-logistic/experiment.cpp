#include "plugins/stochastic/large-step-logistic/experiment.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "plugins/stochastic/large-step-logistic/frames.h"
#include "plugins/stochastic/large-step-logistic/trial.h"

namespace convergence {

namespace large_step {

namespace {

class LargeStepExperiment final : public RecordedExperiment {
public:
    explicit LargeStepExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        const ParameterValues& values = setting_->values;
        std::vector<TrialPlan> plans;
        for (const std::string& arm : values.choices("arms")) {
            const TrialPlan plan{.arm = arm, .steps = values.integer("max_iterations")};
            if (!traitsOf(separationArms, arm).hasStepSize) {
                plans.push_back(plan);
                continue;
            }
            for (const double gamma : values.numbers("step_size")) {
                plans.push_back(plan);
                plans.back().factors["gamma"] = gamma;
            }
        }
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->task->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared["task"] =
            taskFrame(*setting_->task, setting_->values.boolean("margin") ? MarginSearch::done
                                                                          : MarginSearch::leftOut);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

void check(const ParameterValues& values) {
    const Dataset dataset = traitsOf(datasetChoices, values.text("dataset")).dataset;
    if (dataset == Dataset::images &&
        values.integer("class_positive") == values.integer("class_negative"))
        throw InputError(fmt::format("Parameter 'class_negative': {} is not accepted, expected a "
                                     "class other than class_positive.",
                                     values.integer("class_negative")));
    if (dataset == Dataset::ownPoints && values.numbers("points").size() % 3 != 0)
        throw InputError(fmt::format("Parameter 'points': {} numbers are not accepted, expected "
                                     "three a point: x, y, and 1 or -1.",
                                     values.numbers("points").size()));
}

double memoryEstimate(const ParameterValues& values) {
    const bool ofImages =
        traitsOf(datasetChoices, values.text("dataset")).dataset == Dataset::images;
    const double pixels = ofImages ? imageSide * imageSide + 1.0 : 2.0;
    return 2.0 * 8.0 * pixels * static_cast<double>(values.integer("sample_count")) + 2.5e8;
}

} // namespace

} // namespace large_step

ExperimentType largeStepLogistic() {
    using namespace large_step;
    return {
        .description =
            {.id = "large-step-logistic",
             .title = "Logistic regression, large steps",
             .family = "stochastic",
             .paper = {.title = "From Logistic Regression to the Perceptron Algorithm: "
                                "Exploring Gradient Descent with Large Step Sizes",
                       .authors = "Alexander Tyurin",
                       .year = 2024,
                       .venue = "AAAI 2025",
                       .arxiv = "2412.08424"},
             .summary =
                 "On separable data, gradient descent on the logistic loss finds a separator with "
                 "any step size: as γ grows it becomes the batch perceptron. Large steps have a "
                 "higher loss and are done sooner; normalizing removes a factor n.",
             .question = "What does gradient descent on the logistic loss do when its step size "
                         "is far too large?",
             .topics = {"step size", "logistic regression", "perceptron", "classification",
                        "separable data", "edge of stability"},
             .parameters = parameters(),
             .mainParameters = {"dataset", "arms", "step_size", "sample_count", "positive_fraction",
                                "max_iterations", "continue_after_separation"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(separationArms),
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = true},
        .check = check,
        .memoryEstimate = memoryEstimate,
        .create = [](const ParameterValues& values) {
            return std::make_unique<LargeStepExperiment>(values);
        }};
}

} // namespace convergence
