// one-epoch: trials over epochs, dropout and sizes, and what is refused.

#include "plugins/stochastic/one-epoch/experiment.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "plugins/stochastic/one-epoch/frames.h"
#include "plugins/stochastic/one-epoch/trial.h"

namespace convergence {

namespace one_epoch {

namespace {

constexpr std::int64_t leastIterations = 10; ///< of a width at a budget

double epochsOf(const EpochArm& arm, const ParameterValues& values) {
    return arm.takesOwn ? static_cast<double>(values.integer("own_epochs")) : arm.epochs;
}

class OneEpochExperiment final : public RecordedExperiment {
public:
    explicit OneEpochExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {
        for (const TrialPlan& plan : trials())
            checkSupply(plan);
    }

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] Cadence cadence() const override {
        // A test costs as much as several steps.
        return {.every = setting_->values.integer("record_every"), .perDecade = 30.0};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        if (setting_->study == Study::sizes)
            return;
        shared["speed_ups"] = speedUpBars(soFar);
        shared["gaps"] = gapBars(soFar);
        shared["final_losses"] = finalLossBars(soFar);
    }

private:
    void checkSupply(const TrialPlan& plan) const;
    void addSizes(std::vector<TrialPlan>& plans, std::uint64_t replicate) const;

    std::shared_ptr<const Setting> setting_;
};

/// Every chunk of an epoch must be a different one of the pool.
void OneEpochExperiment::checkSupply(const TrialPlan& plan) const {
    const double epochs = setting_->repetitionsOf(plan);
    const std::int64_t batch = setting_->values.integer("batch_chunks");
    const auto there = static_cast<double>(setting_->chunks->pool().size());
    if (std::ceil(static_cast<double>(plan.steps * batch) / epochs - 1e-9) <= there)
        return;
    const auto most =
        static_cast<std::int64_t>(std::floor(there * epochs / static_cast<double>(batch)));
    if (setting_->study == Study::sizes)
        throw InputError(fmt::format(
            "Parameter 'compute_budget': {:.4g} is not accepted with width {}, for which it means "
            "{} iterations on fresh chunks; the text has chunks for {}.",
            plan.factors.at("compute_budget"), plan.factors.at("width"), plan.steps, most));
    throw InputError(fmt::format("Parameter 'iterations': {} is not accepted, the text has {} "
                                 "chunks besides those for tests; expected at most {}.",
                                 plan.steps, setting_->chunks->pool().size(), most));
}

std::vector<TrialPlan> OneEpochExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    std::vector<TrialPlan> plans;
    const auto replicates = static_cast<std::uint64_t>(values.integer("replicates"));
    for (std::uint64_t replicate = 0; replicate < replicates; ++replicate) {
        if (setting_->study == Study::sizes) {
            addSizes(plans, replicate);
            continue;
        }
        for (const std::string& arm : values.choices("arms"))
            for (const double dropout : values.numbers("dropout"))
                plans.push_back(
                    {.arm = arm,
                     .factors = {{"epochs", epochsOf(traitsOf(epochArms, arm), values)},
                                 {"dropout", dropout},
                                 {"width", static_cast<double>(values.integer("width"))},
                                 {"learning_rate", values.real("learning_rate")}},
                     .replicate = replicate,
                     .steps = values.integer("iterations")});
    }
    return plans;
}

void OneEpochExperiment::addSizes(std::vector<TrialPlan>& plans, std::uint64_t replicate) const {
    const ParameterValues& values = setting_->values;
    for (const double budget : values.numbers("compute_budget"))
        for (const double width : values.numbers("widths")) {
            // At a large budget the smallest models would need more text than there is.
            const auto P = static_cast<double>(parameterCount(setting_->modelOf(width)));
            const std::int64_t steps =
                std::llround(budget / P / static_cast<double>(setting_->symbolsPerStep()));
            if (steps < leastIterations)
                throw InputError(fmt::format(
                    "Parameter 'compute_budget': {:.4g} is not accepted with width {}, for which "
                    "it means {} iterations; expected at least {}.",
                    budget, width, steps, leastIterations));
            for (const double rate : values.numbers("tuned_rates"))
                plans.push_back({.arm = std::string(singleEpoch.id),
                                 .factors = {{"epochs", singleEpoch.epochs},
                                             {"dropout", 0.0},
                                             {"width", width},
                                             {"compute_budget", budget},
                                             {"learning_rate", rate}},
                                 .replicate = replicate,
                                 .steps = steps});
        }
}

bool comparesSizes(const ParameterValues& values) {
    return traitsOf(studyChoices, values.text("study")).study == Study::sizes;
}

void check(const ParameterValues& values) {
    const std::int64_t heads = values.integer("heads");
    const auto checkWidth = [&](const char* name, double width) {
        if (width != std::floor(width) || static_cast<std::int64_t>(width) % heads != 0)
            throw InputError(fmt::format("Parameter '{}': {} is not accepted; expected a multiple "
                                         "of heads = {}.",
                                         name, width, heads));
    };
    const bool sizes = comparesSizes(values);
    if (!traitsOf(modelChoices, values.text("model")).isScalable) {
        if (sizes)
            throw InputError("Parameter 'model': ngram is not accepted where widths are compared; "
                             "expected transformer.");
        for (const double p : values.numbers("dropout"))
            if (p != 0.0)
                throw InputError(fmt::format("Parameter 'dropout': {} is not accepted for the "
                                             "n-gram network; expected 0.",
                                             p));
        return;
    }
    if (sizes)
        for (const double width : values.numbers("widths"))
            checkWidth("widths", width);
    else
        checkWidth("width", static_cast<double>(values.integer("width")));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double ofText = 60e6;
    constexpr std::int64_t usualVocabulary = 256;
    const auto perTrial = [&](double width) {
        return trainerMemory(modelOf(values, usualVocabulary, width),
                             values.integer("batch_chunks"));
    };
    double sum = 0.0;
    if (comparesSizes(values)) {
        for (const double width : values.numbers("widths"))
            sum += perTrial(width) * static_cast<double>(values.numbers("compute_budget").size() *
                                                         values.numbers("tuned_rates").size());
    } else {
        sum = perTrial(static_cast<double>(values.integer("width"))) *
              static_cast<double>(values.choices("arms").size() * values.numbers("dropout").size());
    }
    return ofText + sum * static_cast<double>(values.integer("replicates"));
}

} // namespace

} // namespace one_epoch

ExperimentType oneEpoch() {
    using namespace one_epoch;
    return {
        .description =
            {.id = "one-epoch",
             .title = "One epoch is all you need",
             .family = "stochastic",
             .paper = {.title = "One Epoch Is All You Need",
                       .authors = "Aran Komatsuzaki",
                       .year = 2019,
                       .venue = "",
                       .arxiv = "1906.06669"},
             .summary =
                 "Where text is plentiful, a language model learns more from fresh text than from "
                 "the same text again, for the same number of steps: nothing is overfitted, and "
                 "dropout only costs. Then size and length of training can be weighed against "
                 "each other.",
             .question = "For the same number of steps, does a language model learn more from "
                         "fresh text or from the same text again and again?",
             .topics = {"language model", "transformer", "overfitting", "generalization", "dropout",
                        "scaling", "generative"},
             .parameters = parameters(),
             .mainParameters = {"study", "text_source", "arms", "model", "width", "iterations",
                                "dropout", "compute_budget"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(epochArms),
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = true},
        .check = check,
        .memoryEstimate = memoryEstimate,
        .create = [](const ParameterValues& values) {
            return std::make_unique<OneEpochExperiment>(values);
        }};
}

} // namespace convergence
