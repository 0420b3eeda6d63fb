// bilevel-borep: trials over methods, horizons, step sizes and starts.

#include "plugins/stochastic/bilevel-borep/experiment.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/stochastic/bilevel-borep/frames.h"

namespace convergence {

namespace borep {

namespace {

using Numbers = std::vector<double>;

class BilevelExperiment final : public RecordedExperiment {
public:
    explicit BilevelExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] Cadence cadence() const override {
        return {.every = values().integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->lines.provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        if (!setting_->problem.isText) {
            shared["landscape"] = *landscape_.get(
                0, [this] { return std::make_shared<const FieldFrame>(landscapeOf(*setting_)); });
            shared["smoothness"] = smoothnessCurves(soFar);
        } else if (!setting_->problem.weighs()) {
            const auto grid = grid_.get(0, [this] {
                return std::make_shared<const CurvesFrame::Curve>(
                    ridgeGrid(*setting_->lineTask(0)));
            });
            shared["ridges"] = ridgeCurves(*grid, soFar);
        }
    }

private:
    std::shared_ptr<const Setting> setting_;
    mutable MadeOnce<int, FieldFrame> landscape_;
    mutable MadeOnce<int, CurvesFrame::Curve> grid_;
};

/// Largest coordinates of the starts.
Numbers topsOf(const ParameterValues& values) {
    const bool isSpread = traitsOf(startChoices, values.text("start")).isSpread &&
                          !traitsOf(problemChoices, values.text("problem")).isText;
    return isSpread ? values.numbers("start_tops") : Numbers{values.real("start_value")};
}

/// By the schedule there is one step size a horizon.
Numbers stepsOf(const Setting& setting, const MethodArm& arm, double horizon) {
    const Numbers& grid = setting.values.numbers(arm.isNormalized ? "step" : "raw_step");
    Numbers steps;
    for (const double step : grid) {
        const double taken = setting.ratesOf(arm, step, horizon).step;
        if (std::find(steps.begin(), steps.end(), taken) == steps.end())
            steps.push_back(taken);
    }
    return arm.moves ? steps : Numbers{steps.front()};
}

std::vector<TrialPlan> BilevelExperiment::trials() const {
    std::vector<TrialPlan> plans;
    const auto replicates = static_cast<std::uint64_t>(values().integer("replicates"));
    for (const double top : topsOf(values()))
        for (const double horizon : values().numbers("iterations"))
            for (const std::string& id : values().choices("arms"))
                for (const double step : stepsOf(*setting_, traitsOf(methodArms, id), horizon))
                    for (std::uint64_t replicate = 0; replicate < replicates; ++replicate)
                        plans.push_back(
                            {.arm = id,
                             .factors = {{"horizon", horizon}, {"step", step}, {"start_top", top}},
                             .replicate = replicate,
                             .steps = static_cast<std::int64_t>(horizon),
                             .keepTrace = replicate == 0});
    return plans;
}

void check(const ParameterValues& values) {
    requireWholeNumbers(values, "iterations");
    const bool isText = traitsOf(problemChoices, values.text("problem")).isText;
    const std::size_t languages = values.choices("languages").size();
    constexpr std::size_t fewest = 3; // 600 lines of each make a task of 1400 or more
    if (isText && languages < fewest)
        throw InputError(fmt::format("Parameter 'languages': {} are not accepted, expected at "
                                     "least {}.",
                                     languages, fewest));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double ofTrace = 4e5, ofTrial = 5e4, ofLines = 1e6, ofPages = 2e8;
    const double grid = static_cast<double>(
        std::max(values.numbers("step").size(), values.numbers("raw_step").size()));
    const auto curves =
        static_cast<double>(values.choices("arms").size() * values.numbers("iterations").size() *
                            values.numbers("start_tops").size()) *
        grid;
    const bool isText = traitsOf(problemChoices, values.text("problem")).isText;
    const auto replicates = static_cast<double>(values.integer("replicates"));
    return curves * (ofTrace + replicates * (isText ? ofLines : ofTrial)) +
           (isText ? ofPages : 0.0);
}

} // namespace

} // namespace borep

ExperimentType bilevelBorep() {
    using namespace borep;
    return {
        .description =
            {.id = "bilevel-borep",
             .title = "Two levels, one of them steep",
             .family = "stochastic",
             .paper = {.title = "Bilevel Optimization under Unbounded Smoothness: A New Algorithm "
                                "and Convergence Analysis",
                       .authors = "Jie Hao, Xiaochuan Gong, Mingrui Liu",
                       .year = 2024,
                       .venue = "ICLR 2024",
                       .arxiv = "2401.09587"},
             .summary =
                 "One problem is minimized over the solution of another, by samples alone. Where "
                 "the curvature grows with the gradient, no plain step size serves both ends; a "
                 "normalized average does, with a lower level that is refined first and then "
                 "updated only now and then.",
             .question = "How does one minimize over the solution of another problem, where the "
                         "curvature has no bound?",
             .topics = {"bilevel optimization", "normalized gradient", "momentum",
                        "unbounded "
                        "smoothness",
                        "hypergradient", "label noise", "data cleaning", "hyper-parameters",
                        "stochastic gradient descent"},
             .parameters = parameters(),
             .mainParameters = {"problem", "arms", "step", "raw_step", "start_tops", "momentum",
                                "period", "label_noise"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(methodArms),
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = true},
        .check = check,
        .memoryEstimate = memoryEstimate,
        .create = [](const ParameterValues& values) {
            return std::make_unique<BilevelExperiment>(values);
        }};
}

} // namespace convergence
