#include "plugins/statistics/top-two-crowdsourcing/experiment.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "plugins/statistics/top-two-crowdsourcing/trial.h"

namespace convergence {

namespace top_two {

namespace {

/// The chosen methods that can be had: who knows p and q is left out where nobody does.
std::vector<std::string> armsOn(const ScenarioChoice& scenario, const ParameterValues& values) {
    std::vector<std::string> arms;
    for (const std::string& id : values.choices("arms"))
        if (scenario.source == Source::model || traitsOf(methodArms, id).method != Method::oracle)
            arms.push_back(id);
    return arms;
}

class CrowdExperiment final : public RecordedExperiment {
public:
    explicit CrowdExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (std::int64_t repetition = 0; repetition < values().integer("repetitions");
             ++repetition)
            for (const double share : values().numbers("sampling"))
                for (const std::string& arm : armsOn(setting_->scenario, values()))
                    plans.push_back({.arm = arm,
                                     .factors = {{"sampling", share}},
                                     .replicate = static_cast<std::uint64_t>(repetition),
                                     .steps = setting_->roundsOf(traitsOf(methodArms, arm)),
                                     .keepTrace = repetition == 0});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override { return {1}; }
    [[nodiscard]] Provenance provenance() const override {
        if (setting_->images)
            return {setting_->images->source, setting_->images->standIn};
        if (!setting_->file)
            return {};
        const CrowdAnswers& file = *setting_->file;
        return {fmt::format("{} answers of {} workers to {} tasks with {} choices from {}; left "
                            "out: {} that were given again, {} tasks and {} workers without an "
                            "answer.",
                            file.answers.size(), file.workers(), file.tasks(), file.choices,
                            values().text("answers_file"), file.repeated, file.removedTasks,
                            file.removedWorkers),
                false};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

void check(const ParameterValues& values) {
    const ScenarioChoice& scenario = traitsOf(scenarioChoices, values.text("scenario"));
    if (scenario.source == Source::file && values.text("answers_file").empty())
        throw InputError("Parameter 'answers_file': nothing is not accepted with scenario = file; "
                         "expected a file with a line 'task worker answer' for each answer.");
    if (armsOn(scenario, values).empty())
        throw InputError(fmt::format("Parameter 'arms': the oracle alone is not accepted with "
                                     "scenario = {}, whose skills and clarities nobody knows; "
                                     "expected other methods.",
                                     scenario.id));
    if (scenario.source == Source::file)
        return;
    const auto n = static_cast<double>(values.integer("workers"));
    const auto m = static_cast<double>(values.integer("tasks"));
    if (n * n * m > mostWork)
        throw InputError(fmt::format("Parameter 'tasks': {} is not accepted with workers = {}; "
                                     "expected at most {} (workers² · tasks up to 10¹⁰).",
                                     m, n, static_cast<std::int64_t>(mostWork / (n * n))));
    if (scenario.source == Source::pictures)
        return;
    const auto design = designOf(values);
    if (design.reliability.low > design.reliability.high)
        throw InputError(fmt::format("Parameter 'reliability_low': {} is not accepted; expected at "
                                     "most reliability_high = {}.",
                                     design.reliability.low, design.reliability.high));
    if (design.clarity.low > design.clarity.high)
        throw InputError(fmt::format("Parameter 'clarity_low': {} is not accepted; expected at "
                                     "most clarity_high = {}.",
                                     design.clarity.low, design.clarity.high));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double ofImages = 3e8, ofFile = 5e8;
    const ScenarioChoice& scenario = traitsOf(scenarioChoices, values.text("scenario"));
    if (scenario.source == Source::file)
        return ofFile; // asked again when it was read
    const auto n = static_cast<double>(values.integer("workers"));
    const auto m = static_cast<double>(values.integer("tasks"));
    return (scenario.source == Source::pictures ? ofImages : 0.0) +
           bytesOfCrowds(values, {.workers = n, .tasks = m, .answers = n * m});
}

} // namespace

} // namespace top_two

ExperimentType topTwoCrowdsourcing() {
    using namespace top_two;
    return {.description =
                {.id = "top-two-crowdsourcing",
                 .title = "Whom to believe in a crowd",
                 .family = "statistics",
                 .paper = {.title = "Recovering Top-Two Answers and Confusion Probability in "
                                    "Multi-Choice Crowdsourcing",
                           .authors = "Hyeonsu Jeong, Hye Won Chung",
                           .year = 2023,
                           .venue = "ICML 2023",
                           .arxiv = "2301.00006"},
                 .summary =
                     "Workers of unknown skill answer questions of several choices, each with one "
                     "wrong answer that tempts. A spectral start and a plug-in likelihood find the "
                     "true answer, the tempting one and how close they are, with an error that "
                     "falls exponentially in the number of answers.",
                 .question = "From answers alone, can one tell who is to be believed, what is "
                             "true, and what it is confused with?",
                 .topics = {"crowdsourcing", "spectral methods", "expectation–maximization",
                            "maximum likelihood", "label noise"},
                 .parameters = parameters(),
                 .mainParameters = {"scenario", "arms", "workers", "tasks", "choices", "sampling",
                                    "repetitions", "shown_task"},
                 .records = records(),
                 .presets = presets(),
                 .arms = armsOf(methodArms),
                 .views = views(),
                 .claims = claims(),
                 .questions = questions(),
                 .lockStep = false},
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<CrowdExperiment>(values);
            }};
}

} // namespace convergence
