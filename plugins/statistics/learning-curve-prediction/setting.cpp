// What the trials of a run share: the text, its parts, the control sequence.

#include <fmt/format.h>

#include "core/data/king_james_tags.h"
#include "core/error.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"
#include "plugins/statistics/learning-curve-prediction/trial.h"

namespace convergence::learning_curve {

using language::TaggingTask;

Setting::Setting(const ParameterValues& given)
    : values(given), control(traitsOf(controlChoices, given.text("control"))),
      seed(static_cast<std::uint64_t>(given.integer("seed"))),
      levels(1 + static_cast<std::size_t>((given.integer("max_words") - given.integer("kernel")) /
                                          given.integer("step"))),
      traceRow(traceTable().at(parameters(), given)),
      finalRow(finalTable().at(parameters(), given)) {
    for (const std::string& id : given.choices("arms"))
        if (traitsOf(learnerArms, id).learner != Learner::curve && !readsText())
            readText();
}

void Setting::readText() {
    const auto folds = static_cast<std::size_t>(values.integer("folds"));
    const auto testWords = static_cast<std::size_t>(values.integer("test_words"));
    const auto wanted = static_cast<std::size_t>(values.integer("max_words")) + folds * testWords;
    const auto makeUp = [&] {
        constexpr std::size_t spare = 2000; // sentences are whole
        text = language::madeUpTaggedText(wanted + spare, seed);
    };
    switch (traitsOf(corpusChoices, values.text("corpus")).source) {
    case Source::kingJames:
        if (const auto missing = whyNoKingJamesTags()) {
            makeUp();
            provenance = {fmt::format("{} In its place: {}.", *missing, text.source), true};
        } else {
            KingJamesTags tags = kingJamesTags();
            const auto why = whyNotDebian12(tags.fingerprint);
            text = std::move(tags.text);
            provenance = {"Tags are a machine's: how well they are learned says nothing about tags "
                          "of people. " +
                              tags.fingerprint.text() + (why ? ". " + *why : "."),
                          why.has_value()};
        }
        break;
    case Source::file:
        text = readTaggedText(values.text("tagged_file"),
                              traitsOf(formatChoices, values.text("file_format")).reading);
        provenance = {text.source + fmt::format(", {} tags.", text.tags.size()), false};
        break;
    case Source::madeUp:
        makeUp();
        provenance = {text.source + ".", false};
        break;
    }
    const double entries =
        static_cast<double>(text.words.size()) * static_cast<double>(text.tags.size());
    if (entries > mostEntries)
        throw InputError(
            fmt::format("{} has {} different words and {} tags; expected at most {:.0e} "
                        "pairs of them.",
                        text.source, text.words.size(), text.tags.size(), mostEntries));
    constexpr std::size_t fewestLevels = 10;
    const std::size_t least = folds * testWords + static_cast<std::size_t>(wordsOf(fewestLevels));
    if (text.tokens.size() < least)
        throw InputError(fmt::format("{}: with kernel = {}, step = {}, test_words = {} and folds = "
                                     "{} at least {} words are expected, for ten levels.",
                                     text.source, values.integer("kernel"), values.integer("step"),
                                     testWords, folds, least));
    const double available =
        static_cast<double>(text.tokens.size()) - static_cast<double>(folds * testWords);
    while (levels > fewestLevels && wordsOf(levels) > available)
        --levels;
    words = std::make_shared<const language::TaggerWords>(text);
}

double Setting::wordsOf(std::size_t level) const {
    return static_cast<double>(values.integer("kernel")) +
           static_cast<double>(level - 1) * static_cast<double>(values.integer("step"));
}

LearningTrace::Options Setting::options() const {
    const std::size_t chosen = static_cast<std::size_t>(values.integer("working_level"));
    return {.verticality = values.real("verticality"),
            .slowdown = values.real("slowdown"),
            .lookAhead = static_cast<std::size_t>(values.integer("look_ahead")),
            .threshold = values.real("threshold"),
            .anchoring = traitsOf(anchorChoices, values.text("anchor")).anchoring,
            .anchorWeight = values.real("anchor_weight"),
            .workingLevel = control.workingLevel > 0 ? control.workingLevel : chosen,
            .pattern = control.pattern,
            .memory = control.memory};
}

LearningTrend Setting::curve() const {
    return {.asymptote = values.real("curve_asymptote"),
            .gap = values.real("curve_gap"),
            .exponent = values.real("curve_exponent"),
            .unit = wordsOf(1)};
}

std::shared_ptr<const TaggingTask> Setting::task(std::uint64_t replicate, std::size_t fold) const {
    return tasks_.get({replicate, fold}, [&] {
        constexpr std::size_t spare = 1000; // the last sentence is whole
        return std::make_shared<const TaggingTask>(
            text,
            TaggingTask::Draw{.testWords = static_cast<std::size_t>(values.integer("test_words")),
                              .seed = seed,
                              .replicate = replicate,
                              .fold = fold,
                              .mostWords = static_cast<std::size_t>(wordsOf(levels)) + spare,
                              .inOrder = traitsOf(orderChoices, values.text("order")).inOrder});
    });
}

} // namespace convergence::learning_curve
