#include "plugins/statistics/frechet-sdr/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/statistics/frechet-sdr/frames.h"
#include "plugins/statistics/frechet-sdr/trial.h"

namespace convergence {

namespace frechet_sdr {

namespace {

class FrechetExperiment final : public RecordedExperiment {
public:
    explicit FrechetExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const double samples : setting_->sampleSizes())
            for (const double outliers : values().numbers("outliers"))
                for (const std::string& arm : values().choices("arms"))
                    for (std::int64_t r = 0; r < values().integer("replicates"); ++r)
                        plans.push_back({.arm = arm,
                                         .factors = {{"samples", samples}, {"outliers", outliers}},
                                         .replicate = static_cast<std::uint64_t>(r),
                                         .steps = values().integer("iterations"),
                                         .keepTrace = r == 0});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override {
        return {values().integer("record_every"), 12.0}; // measuring takes as long as a step
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        const std::vector<double>& shares = values().numbers("outliers");
        shared["bars"] = qualityBars(soFar, shares);
        shared["prediction"] = predictionBars(soFar, shares);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

void check(const ParameterValues& values) {
    requireWholeNumbers(values, "samples");
    const ResponseChoice& response = traitsOf(responseChoices, values.text("response"));
    const bool areMadeUp = response.pictures == Pictures::none && !response.isTable;
    if (areMadeUp && values.integer("dimension") > values.integer("predictors"))
        throw InputError(fmt::format("Parameter 'dimension': {} is not accepted with predictors = "
                                     "{}; expected at most as many.",
                                     values.integer("dimension"), values.integer("predictors")));
}

double memoryEstimate(const ParameterValues& values) {
    double bytes = 1e7;
    for (const double n : values.numbers("samples")) {
        constexpr double ofData = 3.0 * 8.0, ofTrial = 12.0; // D and both W; a network's copies
        bytes += n * n * static_cast<double>(values.numbers("outliers").size()) *
                 static_cast<double>(values.integer("replicates")) *
                 (ofData + ofTrial * static_cast<double>(values.choices("arms").size()));
    }
    return bytes;
}

} // namespace

} // namespace frechet_sdr

ExperimentType frechetSdr() {
    using namespace frechet_sdr;
    return {.description =
                {.id = "frechet-sdr",
                 .title = "Fréchet dimension reduction",
                 .family = "statistics",
                 .paper = {.title = "Fréchet Cumulative Covariance Net for Deep Nonlinear "
                                    "Sufficient Dimension Reduction with Random Objects",
                           .authors = "Hang Yuan, Christina Dan Wang, Zhou Yu",
                           .year = 2025,
                           .venue = "arXiv",
                           .arxiv = "2502.15374"},
                 .summary =
                     "Responses that are distributions, matrices or points of a sphere are known "
                     "by their distances alone. A network finds the few functions of x that hold "
                     "what x says of them, by the order of these distances, which outliers hardly "
                     "change.",
                 .question = "Which features of x say all that x says of a response, when of the "
                             "response only distances are known?",
                 .topics = {"dimension reduction", "regression", "random objects", "metric space",
                            "outliers", "robust", "distance correlation", "kernel"},
                 .parameters = parameters(),
                 .mainParameters = {"response", "arms", "samples", "outliers", "dimension",
                                    "penalty", "iterations", "seed"},
                 .records = records(),
                 .presets = presets(),
                 .arms = armsOf(methodArms),
                 .views = views(),
                 .claims = claims(),
                 .questions = questions()},
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<FrechetExperiment>(values);
            }};
}

} // namespace convergence
