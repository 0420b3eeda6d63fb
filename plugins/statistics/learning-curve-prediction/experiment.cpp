#include "plugins/statistics/learning-curve-prediction/experiment.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/recorded_experiment.h"
#include "plugins/statistics/learning-curve-prediction/frames.h"
#include "plugins/statistics/learning-curve-prediction/trial.h"

namespace convergence {

namespace learning_curve {

namespace {

class CurveExperiment final : public RecordedExperiment {
public:
    explicit CurveExperiment(const ParameterValues& values)
        : RecordedExperiment(records(), parameters(), values),
          setting_(std::make_shared<const Setting>(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (std::int64_t shuffle = 0; shuffle < values().integer("shuffles"); ++shuffle)
            for (const std::string& arm : values().choices("arms"))
                plans.push_back({.arm = arm,
                                 .factors = {},
                                 .replicate = static_cast<std::uint64_t>(shuffle),
                                 .steps = static_cast<std::int64_t>(setting_->levels),
                                 .keepTrace = shuffle == 0});
        return plans;
    }
    [[nodiscard]] Cadence cadence() const override { return {1}; }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }
    void draw(const Recording& soFar, FrameMap& shared) const override {
        drawSummary(soFar, shared);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

std::size_t levelsOf(const ParameterValues& values) {
    return 1 + static_cast<std::size_t>((values.integer("max_words") - values.integer("kernel")) /
                                        values.integer("step"));
}

bool readsText(const ParameterValues& values) {
    for (const std::string& id : values.choices("arms"))
        if (traitsOf(learnerArms, id).learner != Learner::curve)
            return true;
    return false;
}

void check(const ParameterValues& values) {
    constexpr std::int64_t fewestLevels = 8;
    const std::int64_t kernel = values.integer("kernel"), step = values.integer("step");
    const std::int64_t most = values.integer("max_words");
    if (most < kernel + (fewestLevels - 1) * step)
        throw InputError(fmt::format("Parameter 'max_words': {} is not accepted with kernel = {} "
                                     "and step = {}; expected at least {}, for eight levels.",
                                     most, kernel, step, kernel + (fewestLevels - 1) * step));
    if (levelsOf(values) > mostLevels)
        throw InputError(fmt::format("Parameter 'step': {} is not accepted with max_words = {}: "
                                     "these are {} levels; expected at most {}.",
                                     step, most, levelsOf(values), mostLevels));
    if (readsText(values) &&
        traitsOf(corpusChoices, values.text("corpus")).source == Source::file &&
        values.text("tagged_file").empty())
        throw InputError("Parameter 'tagged_file': nothing is not accepted with corpus = file; "
                         "expected a file of tagged text, word/TAG or CoNLL-U.");
}

double memoryEstimate(const ParameterValues& values) {
    if (!readsText(values))
        return 1e7;
    constexpr double ofText = 3e8, bytesOfToken = 16.0;
    const auto words = static_cast<double>(values.integer("max_words") +
                                           values.integer("folds") * values.integer("test_words"));
    const auto trials = static_cast<double>(values.integer("shuffles") * values.integer("folds"));
    constexpr double ofTables = 1e8; // of a tagger
    return ofText + trials * (bytesOfToken * words +
                              ofTables * static_cast<double>(values.choices("arms").size()));
}

} // namespace

} // namespace learning_curve

ExperimentType learningCurvePrediction() {
    using namespace learning_curve;
    return {
        .description =
            {.id = "learning-curve-prediction",
             .title = "When to stop annotating",
             .family = "statistics",
             .paper = {.title = "Modeling of learning curves with applications to pos tagging",
                       .authors = "Manuel Vilares Ferro, Victor M. Darriba Bilbao, Francisco "
                                  "J. Ribadas Pena",
                       .year = 2017,
                       .venue = "Computer Speech & Language 41",
                       .arxiv = "2402.02515"},
             .summary =
                 "Annotated text is dear. From a tagger's accuracies on the first portions of a "
                 "corpus curves are fitted, one a level; once they settle, the next ones stay "
                 "near them, and one can stop and say what the whole corpus would have brought.",
             .question = "How much of a corpus must be annotated to know how good a tagger "
                         "will get on all of it?",
             .topics = {"learning curve", "sample size", "part-of-speech tagging",
                        "hidden Markov model", "perceptron", "language", "annotation",
                        "extrapolation", "power law"},
             .parameters = parameters(),
             .mainParameters = {"corpus", "arms", "max_words", "threshold", "verticality", "anchor",
                                "anchor_weight", "distortion"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(learnerArms),
             .views = views(),
             .claims = claims(),
             .questions = questions()},
        .check = check,
        .memoryEstimate = memoryEstimate,
        .create = [](const ParameterValues& values) {
            return std::make_unique<CurveExperiment>(values);
        }};
}

} // namespace convergence
