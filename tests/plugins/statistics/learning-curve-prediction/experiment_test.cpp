#include <cmath>

#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/language/tagging_task.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"
#include "plugins/statistics/learning-curve-prediction/trial.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/plugins/statistics/file_with.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;

const Names everyLearner{"unigram", "hmm", "perceptron", "curve"};

/// Twenty levels of a made-up text.
Overrides fewLevels(const Overrides& further = {}) {
    return with({{"corpus", std::string("made_up")},
                 {"arms", everyLearner},
                 {"kernel", whole(1000)},
                 {"step", whole(1000)},
                 {"max_words", whole(20'000)},
                 {"test_words", whole(1000)},
                 {"verticality", 2e-3}},
                further);
}
/// The made-up curve alone.
Overrides curveAlone(const Overrides& further = {}) {
    return with({{"arms", Names{"curve"}}, {"max_words", whole(150'000)}}, further);
}

/// A made-up text as lines of word/TAG, or as CoNLL-U.
std::string madeUpFile(std::size_t words, bool asConll) {
    const TaggedText text = language::madeUpTaggedText(words, 4);
    std::string lines;
    for (std::size_t i = 0; i < text.sentences(); ++i) {
        std::size_t number = 0;
        for (const auto& token : text.sentence(i)) {
            const std::string &word = text.words[token.word], &tag = text.tags[token.tag];
            lines += asConll ? fmt::format("{}\t{}\t_\t{}\tX{}\t_\t0\t_\t_\t_\n", ++number, word,
                                           tag, tag)
                             : word + "/" + tag + " ";
        }
        lines += "\n";
    }
    return lines;
}

double valueAt(const Recording& recording, std::size_t trial, std::size_t level,
               const char* column) {
    return recording.trace(trial).column(column)[level];
}

} // namespace

class LearningCurvePredictionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(learningCurvePrediction());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void everyLearnerLearns() {
        const auto recording = record(learningCurvePrediction(), fewLevels());
        QCOMPARE(recording->plans().size(), std::size_t{4});
        for (std::size_t trial = 0; trial < 4; ++trial) {
            const std::string& arm = recording->plans()[trial].arm;
            QVERIFY2(recording->status(trial) == TrialStatus::finished, arm.c_str());
            QCOMPARE(recording->trace(trial).rows(), std::size_t{21});
            QVERIFY2(valueAt(*recording, trial, 20, "accuracy") >
                         valueAt(*recording, trial, 1, "accuracy") + 1.0,
                     arm.c_str());
            for (std::size_t level = 1; level <= 20; ++level) {
                const double words = valueAt(*recording, trial, level, "words");
                QVERIFY(words >= 1000.0 * double(level) && words < 1000.0 * double(level) + 40.0);
                QCOMPARE(applies(valueAt(*recording, trial, level, "asymptote")), level >= 3);
            }
            expectNear(finalOf(*recording, trial, "accuracy"),
                       valueAt(*recording, trial, 20, "accuracy"), 0.0, arm);
        }
    }

    void recordingsDoNotDependOnThreads() {
        const Overrides values = fewLevels({{"folds", whole(2)}, {"shuffles", whole(2)}});
        QCOMPARE(tables(*record(learningCurvePrediction(), values, {.threads = 1})),
                 tables(*record(learningCurvePrediction(), values, {.threads = 3})));
    }

    // Learners read the same sentences, whoever else learns, and folds are averaged.
    void learnersShareTheirCorpus() {
        const auto all = record(learningCurvePrediction(), fewLevels());
        const auto alone = record(learningCurvePrediction(), fewLevels({{"arms", Names{"hmm"}}}));
        QCOMPARE(toCsv(all->trace(1)), toCsv(alone->trace(0)));
        const auto folded = record(learningCurvePrediction(),
                                   fewLevels({{"arms", Names{"hmm"}}, {"folds", whole(3)}}));
        QVERIFY(std::abs(valueAt(*folded, 0, 20, "accuracy") - valueAt(*alone, 0, 20, "accuracy")) <
                4.0);
        QVERIFY(toCsv(folded->trace(0)) != toCsv(alone->trace(0)));
    }

    void filesAreReadInBothFormats() {
        const QTemporaryDir folder;
        const std::string slashes = fileWith(folder, "slashes.txt", madeUpFile(12'000, false));
        const std::string conll = fileWith(folder, "text.conllu", madeUpFile(12'000, true));
        const ExperimentType type = learningCurvePrediction();
        const Overrides values = fewLevels({{"corpus", std::string("file")},
                                            {"arms", Names{"unigram"}},
                                            {"tagged_file", slashes}});
        const auto experiment = createExperiment(type, resolveValues(type, "", values));
        QVERIFY(experiment->provenance().data.find("slashes.txt") != std::string::npos);
        QVERIFY(experiment->provenance().data.find("12 tags") != std::string::npos);
        const auto one = record(*experiment);
        // As many levels as the text has words for.
        QCOMPARE(one->trace(0).rows(), std::size_t{12});
        for (const char* format : {"universal", "language"})
            QCOMPARE(tables(*record(type, with(values, {{"tagged_file", conll},
                                                        {"file_format", std::string(format)}}))),
                     tables(*one));
    }

    void whatCannotWorkIsRefused() {
        const ExperimentType type = learningCurvePrediction();
        const QTemporaryDir folder;
        const Overrides file = fewLevels({{"corpus", std::string("file")}});
        expectRefusal(resolving(type, file), "'tagged_file'", "CoNLL-U");
        expectRefusal(creating(type, with(file, {{"tagged_file", std::string("/nowhere")}})),
                      "/nowhere");
        const auto refused = [&](const std::string& text, const char* a, const char* b) {
            expectRefusal(
                creating(type, with(file, {{"tagged_file", fileWith(folder, "bad.txt", text)}})), a,
                b);
        };
        refused("In/IN the", "line 1", "'the'");
        refused("", "no sentence", "word/TAG");
        refused(madeUpFile(3000, false), "bad.txt", "11000 words");
        std::string manyWords, manyTags;
        for (int i = 0; i < 40'000; ++i)
            manyWords += fmt::format("w{}/T{} ", i, i % 300);
        refused(manyWords + "\n", "40000 different words", "1e+07");
        expectRefusal(
            resolving(type, fewLevels({{"max_words", whole(10'000)}, {"step", whole(5000)}})),
            "'max_words'", "36000");
        expectRefusal(resolving(type, {{"max_words", whole(5'000'000)}, {"step", whole(500)}}),
                      "'step'", "at most 2000");
        expectRefusal(resolving(type, {{"threshold", 0.0}}), "threshold");
        expectRefusal(resolving(type, {{"verticality", NAN}}), "verticality");
        expectRefusal(resolving(type, {{"arms", Names{"oracle"}}}), "oracle", "unigram");
        // A made-up curve alone needs no text.
        QVERIFY(createExperiment(
            type, resolveValues(type, "", curveAlone({{"corpus", std::string("file")}}))));
    }

    void aCurveWithoutNoiseIsGivenBack() {
        const auto recording =
            record(learningCurvePrediction(), curveAlone({{"curve_noise", 0.0}}));
        expectNear(finalOf(*recording, 0, "recovery_error"), 0.0, 1e-6);
        expectNear(finalOf(*recording, 0, "proximity"), 0.0, 1e-6);
        expectNear(finalOf(*recording, 0, "final_error"), 0.0, 1e-6);
        // χ = 8 l^−0.6 ≤ 2 from level 11 on.
        expectNear(finalOf(*recording, 0, "convergence_level"), 11.0, 0.0);
        expectNear(finalOf(*recording, 0, "known_level"), 11.0, 0.0);
    }

    // A click while it runs: the observation is lower, and what was recorded before stays.
    void aDipIsAddedOnTheWay() {
        const ExperimentType type = learningCurvePrediction();
        const auto plain = record(type, curveAlone());
        const auto dipped = record(
            type, curveAlone(),
            {.events = {{.trial = 0, .iteration = 12, .name = "dip_words", .value = 50'300.0},
                        {.trial = 0, .iteration = 12, .name = "dip_accuracy", .value = 94.0}}});
        for (std::size_t level = 3; level <= 30; ++level) {
            const bool isSame =
                valueAt(*plain, 0, level, "asymptote") == valueAt(*dipped, 0, level, "asymptote");
            QCOMPARE(isSame, level <= 12);
        }
        // Ahead of the run it waits for its level; above the curve it is one point.
        const auto ahead = record(
            type, curveAlone(),
            {.events = {{.trial = 0, .iteration = 5, .name = "dip_words", .value = 100'000.0},
                        {.trial = 0, .iteration = 5, .name = "dip_accuracy", .value = 99.0}}});
        for (std::size_t level = 1; level <= 30; ++level)
            expectNear(valueAt(*plain, 0, level, "accuracy") -
                           valueAt(*ahead, 0, level, "accuracy"),
                       level == 20 ? 1.0 : 0.0, 1e-12, std::to_string(level));
        // Set before the run it is the same as at its beginning.
        const auto before =
            record(type, curveAlone({{"dip_words", 100'000.0}, {"dip_accuracy", 99.0}}));
        QCOMPARE(tables(*before), tables(*ahead));
    }

    void thresholdsAndAnchorsMayChangeOnTheWay() {
        const ExperimentType type = learningCurvePrediction();
        const auto recording = record(
            type, curveAlone(),
            {.events = {
                 {.trial = 0, .iteration = 10, .name = "threshold", .value = 5.0},
                 {.trial = 0, .iteration = 20, .name = "anchor", .value = std::string("none")}}});
        expectNear(valueAt(*recording, 0, 10, "threshold"), 2.0, 0.0);
        expectNear(valueAt(*recording, 0, 11, "threshold"), 5.0, 0.0);
        QVERIFY(applies(valueAt(*recording, 0, 20, "anchored_asymptote")));
        QVERIFY(!applies(valueAt(*recording, 0, 21, "anchored_asymptote")));
        QVERIFY(finalOf(*recording, 0, "convergence_level") < 11.0);
    }

    void dipsAreTheSameForAllLearners() {
        const Overrides levels = fewLevels({{"max_words", whole(40'000)}});
        const auto plain = record(learningCurvePrediction(), levels);
        const auto dipped =
            record(learningCurvePrediction(), with(levels, {{"distortion", whole(6)}}));
        for (std::size_t trial = 0; trial < 4; ++trial) {
            int dips = 0;
            for (std::size_t level = 1; level <= 40; ++level) {
                const double by = valueAt(*plain, trial, level, "accuracy") -
                                  valueAt(*dipped, trial, level, "accuracy");
                QVERIFY(by == 0.0 || (by > 0.499 && by < 1.501 && level >= 20));
                dips += by > 0.0 ? 1 : 0;
                expectNear(by,
                           valueAt(*plain, 0, level, "accuracy") -
                               valueAt(*dipped, 0, level, "accuracy"),
                           1e-9);
            }
            QCOMPARE(dips, 6);
            // Errors are measured against what is true.
            expectNear(finalOf(*dipped, trial, "accuracy"), finalOf(*plain, trial, "accuracy"),
                       0.0);
        }
    }

    void framesShowTheLevels() {
        const ExperimentType type = learningCurvePrediction();
        const auto experiment = createExperiment(type, resolveValues(type, "", fewLevels()));
        const auto recording = record(*experiment);
        FrameMap frames, shared;
        experiment->draw(*recording, shared);
        const auto solver = experiment->start(recording->plans()[1]);
        solver->draw(*recording, frames);
        QVERIFY(frames.empty()); // nothing is measured yet
        for (int level = 0; level < 20; ++level)
            solver->step({});
        solver->draw(*recording, frames);
        frames.merge(shared);
        for (const std::string& id : type.description.records.frames)
            QVERIFY2(frames.contains(id), id.c_str());
        const auto& fan = std::get<CurvesFrame>(frames.at("fan")).curves;
        std::size_t observed = 0, earlier = 0;
        for (const auto& curve : fan) {
            earlier += curve.label == "earlier trends" ? 1 : 0;
            if (curve.label == "measured")
                observed = curve.x.size();
        }
        QCOMPARE(observed, std::size_t{20});
        QVERIFY(earlier > 5);
        // Bright fields are where the history is not the truth.
        const auto& mistakes = std::get<MatrixFrame>(frames.at("mistakes"));
        const auto sentence = std::get<TableFrame>(frames.at("sentence"));
        QCOMPARE(mistakes.rows, std::size_t{20});
        QCOMPARE(mistakes.columns, sentence.rows.size());
        for (std::size_t word = 0; word < mistakes.columns; ++word) {
            const std::string& last = sentence.columns.back().texts[word];
            QCOMPARE(mistakes.values[19 * mistakes.columns + word] == 1.0F, last.starts_with("✗"));
            QCOMPARE(last == sentence.columns.front().texts[word], !last.starts_with("✗"));
        }
        const auto& saved = std::get<BarsFrame>(frames.at("saved"));
        QCOMPARE(saved.categories.size(), std::size_t{4});
        for (std::size_t arm = 0; arm < 4; ++arm)
            expectNear(saved.series[0].values[arm] + saved.series[1].values[arm], 100.0, 1e-9);
        QVERIFY(std::get<TextFrame>(frames.at("report")).text.find("level 20") !=
                std::string::npos);
        // A probe shows another sentence.
        solver->setLive("shown_sentence", std::int64_t{2});
        solver->draw(*recording, frames);
        QVERIFY(std::get<TableFrame>(frames.at("sentence")).rows != sentence.rows);
    }

    void claimsOfTheMadeUpCurveAreJudged() {
        const ExperimentType type = learningCurvePrediction();
        const Claim& claim = claimNamed(type.description.claims, "exact_recovery");
        const auto verdictOf = [&](const Overrides& broken) {
            Evidence evidence;
            for (const ProtocolRun& run : claim.protocol.runs) {
                const Overrides overrides = with(run.overrides, broken);
                evidence.runs.push_back(
                    {run.label, 0,
                     std::make_shared<const ParameterValues>(resolveValues(type, "", overrides)),
                     record(type, overrides)});
            }
            return judgeClaim(claim, evidence);
        };
        expectVerdict(verdictOf({}), Verdict::holds, "as it is");
        expectVerdict(verdictOf(claim.refutations[0].overrides), Verdict::fails, "last value");
    }

    // What is said of the King James Bible is not judged on another text.
    void otherTextsAreNotJudged() {
        const ExperimentType type = learningCurvePrediction();
        const Overrides values = fewLevels({{"arms", Names{"unigram", "hmm"}}});
        const auto recording = record(type, values);
        for (const char* id : {"proximity_holds", "order_is_told"})
            expectVerdict(judged(type, id, values, recording), Verdict::notEnoughData, id);
    }

    void anArmThatTheTableDoesNotHaveIsAMistake() {
        const ExperimentType type = learningCurvePrediction();
        const auto experiment = createExperiment(type, resolveValues(type, "", curveAlone()));
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(experiment->start({.arm = "nonsense", .steps = 1})),
            std::logic_error);
    }
};

REGISTER_TEST(LearningCurvePredictionTest)
#include "learning-curve-prediction/experiment_test.moc"
