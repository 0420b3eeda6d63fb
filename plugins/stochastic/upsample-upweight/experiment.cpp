// upsample-upweight: trials over methods and temperatures, and what is refused.

#include "plugins/stochastic/upsample-upweight/experiment.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "core/language/hashed_ngrams.h"
#include "core/nn/language_training.h"
#include "plugins/stochastic/upsample-upweight/frames.h"
#include "plugins/stochastic/upsample-upweight/trial.h"

namespace convergence {

namespace upsample {

namespace {

class UpsampleExperiment final : public RecordedExperiment {
public:
    explicit UpsampleExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] Cadence cadence() const override {
        // A validation costs as much as several steps.
        return {.every = values().integer("record_every"), .perDecade = 30.0};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->texts.provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        shared["frontier"] = frontierCurves(soFar);
        shared["norms"] = normBars(soFar);
        shared["summary"] = summaryTable(*setting_, soFar);
        if (!setting_->isText())
            shared["slice"] = *slice_.get(
                0, [this] { return std::make_shared<const FieldFrame>(sliceField(*setting_)); });
    }

private:
    std::shared_ptr<const Setting> setting_;
    mutable MadeOnce<int, FieldFrame> slice_;
};

std::vector<TrialPlan> UpsampleExperiment::trials() const {
    std::vector<TrialPlan> plans;
    const auto replicates = static_cast<std::uint64_t>(values().integer("replicates"));
    for (std::uint64_t replicate = 0; replicate < replicates; ++replicate)
        for (const std::string& id : values().choices("arms")) {
            const MethodArm& arm = traitsOf(methodArms, id);
            const bool several = arm.isStatic() || arm.isFull();
            for (const double temperature :
                 several ? values().numbers("temperatures") : Numbers{values().real("temperature")})
                plans.push_back({.arm = id,
                                 .factors = {{"temperature", temperature}},
                                 .replicate = replicate,
                                 .steps = values().integer("iterations")});
        }
    return plans;
}

const ProblemChoice& problemOf(const ParameterValues& values) {
    return traitsOf(problemChoices, values.text("problem"));
}

void check(const ParameterValues& values) {
    const ProblemChoice& problem = problemOf(values);
    if (problem.isText())
        for (const std::string& id : values.choices("arms"))
            if (traitsOf(methodArms, id).isFull())
                throw InputError(fmt::format("Parameter 'arms': {} is not accepted with texts, of "
                                             "which full gradients take too long; expected the "
                                             "problem convex.",
                                             id));
    if (!problem.isText() &&
        values.numbers("domain_sizes").size() != values.numbers("domain_scale").size())
        throw InputError(fmt::format("Parameter 'domain_scale': {} numbers are not accepted for "
                                     "{} domains; expected one each.",
                                     values.numbers("domain_scale").size(),
                                     values.numbers("domain_sizes").size()));
    if (problem.data == Data::pages &&
        values.numbers("caps").size() != values.choices("languages").size())
        throw InputError(fmt::format("Parameter 'caps': {} numbers are not accepted for {} "
                                     "languages; expected one each, for the largest language "
                                     "first.",
                                     values.numbers("caps").size(),
                                     values.choices("languages").size()));
    if (problem.isText() && traitsOf(modelChoices, values.text("model")).attends &&
        values.integer("width") % 2 != 0)
        throw InputError(fmt::format("Parameter 'width': {} is not accepted; expected an even "
                                     "number, for two heads.",
                                     values.integer("width")));
    for (const double size : values.numbers("domain_sizes"))
        if (size != std::floor(size))
            throw InputError(fmt::format("Parameter 'domain_sizes': {} is not accepted; expected "
                                         "whole numbers.",
                                         size));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr std::int32_t usualVocabulary = 256;
    constexpr double ofSources = 60e6;
    double trials = 0.0;
    for (const std::string& id : values.choices("arms"))
        trials += traitsOf(methodArms, id).isStatic()
                      ? static_cast<double>(values.numbers("temperatures").size())
                      : 1.0;
    trials *= static_cast<double>(values.integer("replicates"));
    if (!problemOf(values).isText())
        return 1e6 * trials;
    const double ofTrial =
        traitsOf(modelChoices, values.text("model")).attends
            ? trainerMemory({.vocabulary = usualVocabulary,
                             .width = values.integer("width"),
                             .layers = values.integer("layers")},
                            values.integer("batch_size"))
            : language::hashedNgramMemory(usualVocabulary,
                                          static_cast<int>(values.integer("hash_bits")));
    return ofSources + trials * ofTrial;
}

} // namespace

} // namespace upsample

ExperimentType upsampleUpweight() {
    using namespace upsample;
    return {
        .description =
            {.id = "upsample-upweight",
             .title = "Upsample or upweight",
             .family = "stochastic",
             .paper = {.title = "Upsample or Upweight? Balanced Training on Heavily Imbalanced "
                                "Datasets",
                       .authors = "Tianjian Li, Haoran Xu, Weiting Tan, Kenton Murray, Daniel "
                                  "Khashabi",
                       .year = 2024,
                       .venue = "NAACL 2025",
                       .arxiv = "2410.04579"},
             .summary =
                 "Small domains can be drawn more often, or their losses be given more weight: the "
                 "same objective, but not the same noise. A temperature says how much, and it may "
                 "change on the way.",
             .question = "Is it the same to draw a small language more often as to give its "
                         "examples more weight?",
             .topics = {"imbalance", "sampling", "importance weights", "multilingual",
                        "language model", "gradient noise", "variance", "overfitting",
                        "stochastic gradient descent"},
             .parameters = parameters(),
             .mainParameters = {"problem", "arms", "temperatures", "temperature", "languages",
                                "caps", "domain_scale", "iterations"},
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
            return std::make_unique<UpsampleExperiment>(values);
        }};
}

} // namespace convergence
