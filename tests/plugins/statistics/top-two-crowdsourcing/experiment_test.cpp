#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "plugins/statistics/top-two-crowdsourcing/experiment.h"
#include "plugins/statistics/top-two-crowdsourcing/trial.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/plugins/statistics/file_with.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

const Names everyMethod{"toptwo2",       "toptwo1",     "oracle", "majority",
                        "dawid_skene_1", "dawid_skene", "pgd",    "mmsr"};

/// A crowd of 20 workers and 60 tasks.
Overrides small(const Overrides& further = {}) {
    return with({{"workers", whole(20)},
                 {"tasks", whole(60)},
                 {"sampling", Numbers{0.5, 1.0}},
                 {"repetitions", whole(2)},
                 {"arms", everyMethod}},
                further);
}

/// The trial of an arm at a share, first repetition.
std::size_t trialOf(const Recording& recording, const std::string& arm, double share) {
    for (const std::size_t trial : recording.trialsOf(arm))
        if (recording.plans()[trial].factors.at("sampling") == share)
            return trial;
    throw std::logic_error("no such trial");
}

} // namespace

class TopTwoCrowdsourcingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(topTwoCrowdsourcing());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void everyMethodEndsOnEveryModelsCrowd() {
        for (const char* scenario : {"easy", "hard", "few_smart", "high_variance", "decay"}) {
            const auto recording =
                record(topTwoCrowdsourcing(), small({{"scenario", std::string(scenario)}}));
            QCOMPARE(recording->plans().size(), std::size_t{2 * 2 * 8});
            for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
                const std::string& arm = recording->plans()[trial].arm;
                const std::string context = std::string(scenario) + ", " + arm;
                QVERIFY2(recording->status(trial) == TrialStatus::finished, context.c_str());
                const double pair = finalOf(*recording, trial, "pair_error");
                const double first = finalOf(*recording, trial, "first_error");
                const double second = finalOf(*recording, trial, "second_error");
                QVERIFY2(pair >= std::max(first, second) && pair <= first + second + 1e-12 &&
                             pair <= 1.0,
                         context.c_str());
                const bool knowsBound = applies(finalOf(*recording, trial, "bound"));
                QCOMPARE(knowsBound, arm == "oracle");
                QCOMPARE(applies(finalOf(*recording, trial, "clarity_deviation")),
                         arm == "oracle" || arm.starts_with("toptwo"));
            }
        }
    }

    // All methods see the same answers, and a larger share has those of a smaller one.
    void methodsShareTheirCrowd() {
        const auto recording = record(topTwoCrowdsourcing(), small());
        for (const double share : {0.5, 1.0}) {
            const double answers = finalOf(
                *recording, trialOf(*recording, everyMethod.front(), share), "answers_per_task");
            for (const std::string& arm : everyMethod)
                expectNear(finalOf(*recording, trialOf(*recording, arm, share), "answers_per_task"),
                           answers, 0.0, arm);
        }
        expectNear(finalOf(*recording, trialOf(*recording, "majority", 1.0), "answers_per_task"),
                   20.0, 0.0);
        const auto alone = record(topTwoCrowdsourcing(),
                                  small({{"arms", Names{"toptwo2"}}, {"sampling", Numbers{0.5}}}));
        expectNear(finalOf(*alone, 0, "pair_error"),
                   finalOf(*recording, trialOf(*recording, "toptwo2", 0.5), "pair_error"), 0.0);
    }

    void controlsTakeTheSkillsAway() {
        const Overrides arms{{"arms", Names{"toptwo2", "majority"}},
                             {"sampling", Numbers{1.0}},
                             {"repetitions", whole(1)}};
        const auto equal =
            record(topTwoCrowdsourcing(), with(arms, {{"stage_two_skills", std::string("equal")}}));
        expectNear(finalOf(*equal, 0, "pair_error"), finalOf(*equal, 1, "pair_error"), 0.0);
        const auto given = record(topTwoCrowdsourcing(), arms);
        const auto dealt =
            record(topTwoCrowdsourcing(), with(arms, {{"dealing", std::string("workers")}}));
        expectNear(finalOf(*given, 1, "pair_error"), finalOf(*dealt, 1, "pair_error"), 0.0);
        QVERIFY(finalOf(*given, 0, "pair_error") + 0.1 < finalOf(*dealt, 0, "pair_error"));
    }

    void aFileOfAnswersIsRead() {
        const QTemporaryDir folder;
        // Three workers agree but for one of them; task 4 has no answer.
        const std::string answers =
            fileWith(folder, "answers.txt",
                     "1 1 2\n1 2 2\n1 3 3\n2 1 1\n2\t2\t1\n2 3 1\n3 1 3\n3 2 3\n3 3 1\n5 1 2\n");
        const std::string truth = fileWith(folder, "truth.txt", "1 2\n2 1\n3 3\n4 1\n");
        const Overrides values{{"scenario", std::string("file")},
                               {"answers_file", answers},
                               {"truth_file", truth},
                               {"sampling", Numbers{1.0}},
                               {"repetitions", whole(1)}};
        const ExperimentType type = topTwoCrowdsourcing();
        const auto experiment = createExperiment(type, resolveValues(type, "", values));
        const auto recording = record(*experiment);
        // No oracle: nobody knows p and q.
        QCOMPARE(recording->plans().size(), std::size_t{6});
        QVERIFY(experiment->provenance().data.find("10 answers of 3 workers to 4 tasks") !=
                std::string::npos);
        const std::size_t majority = trialOf(*recording, "majority", 1.0);
        expectNear(finalOf(*recording, majority, "first_error"), 0.0, 0.0);
        QVERIFY(!applies(finalOf(*recording, majority, "pair_error")));
        expectNear(finalOf(*recording, majority, "answers_per_task"), 2.5, 0.0);
        // Tasks are called as in the file.
        FrameMap frames;
        const auto solver = experiment->start(recording->plans()[majority]);
        solver->step({});
        solver->draw(*recording, frames);
        const auto& rows = std::get<TableFrame>(frames.at("hardest")).rows;
        QVERIFY(std::find(rows.begin(), rows.end(), "5") != rows.end());
        QVERIFY(!frames.contains("clarity") && !frames.contains("picture"));
        solver->setLive("shown_task", std::int64_t{5});
        solver->draw(*recording, frames);
        QVERIFY(std::get<TextFrame>(frames.at("task")).text.starts_with("Task 5: 1 answers"));
    }

    // Of pictures only the first answer is known.
    void picturesAreNamedAndTrainedOn() {
        const ExperimentType type = topTwoCrowdsourcing();
        const Overrides values = small({{"scenario", std::string("images")},
                                        {"tasks", whole(200)},
                                        {"sampling", Numbers{1.0}},
                                        {"repetitions", whole(1)},
                                        {"train_classifier", true}});
        const auto experiment = createExperiment(type, resolveValues(type, "", values));
        const auto recording = record(*experiment);
        QVERIFY(!experiment->provenance().data.empty());
        QCOMPARE(recording->plans().size(), std::size_t{7}); // without the oracle
        for (std::size_t trial = 0; trial < 7; ++trial) {
            const std::string& arm = recording->plans()[trial].arm;
            const double wrong = finalOf(*recording, trial, "first_error");
            QVERIFY2(wrong > 0.0 && wrong < 0.85, (arm + " " + std::to_string(wrong)).c_str());
            QVERIFY(!applies(finalOf(*recording, trial, "pair_error")));
            const double accuracy = finalOf(*recording, trial, "pair_accuracy");
            QVERIFY2(arm == "toptwo2" ? accuracy > 0.3 : !applies(accuracy), arm.c_str());
        }
        const auto solver = experiment->start(recording->plans()[0]);
        FrameMap frames;
        solver->draw(*recording, frames);
        const auto& picture = std::get<PicturesFrame>(frames.at("picture")).pictures.at(0);
        QCOMPARE(picture.rgb.size(), std::size_t{3 * 28 * 28});
    }

    void filesThatCannotBeUsedAreRefused() {
        const QTemporaryDir folder;
        const Overrides file{{"scenario", std::string("file")}};
        const auto type = topTwoCrowdsourcing();
        expectRefusal(resolving(type, file), "answers_file", "task worker answer");
        expectRefusal(creating(type, with(file, {{"answers_file", std::string("/nowhere")}})),
                      "/nowhere");
        const std::string two = fileWith(folder, "two.txt", "1 1 1\n1 2 2\n");
        expectRefusal(creating(type, with(file, {{"answers_file", two}})), "2 choices",
                      "at least 3");
        // Workers with one answer each: no two have a task in common.
        std::string many;
        for (int i = 1; i <= 6000; ++i)
            many += fmt::format("1 {} {}\n", i, i % 3 + 1);
        expectRefusal(
            creating(type, with(file, {{"answers_file", fileWith(folder, "many.txt", many)}})),
            "6000 workers", "at most 5000");
        // 5000 workers in 100 repetitions of five shares: terabytes of agreement of pairs.
        const std::string crowd =
            fileWith(folder, "crowd.txt", many.substr(0, many.find("1 5001 ")));
        expectRefusal(creating(type, with(file, {{"answers_file", crowd},
                                                 {"sampling", Numbers{0.2, 0.4, 0.6, 0.8, 1.0}},
                                                 {"repetitions", whole(100)}})),
                      "5000 workers and 1 tasks", "of memory");
        const std::string words = fileWith(folder, "words.txt", "1 1 yes\n");
        expectRefusal(creating(type, with(file, {{"answers_file", words}})), "line 1", "yes");
        expectRefusal(
            resolving(type, with(file, {{"answers_file", words}, {"arms", Names{"oracle"}}})),
            "'arms'", "oracle");
    }

    void combinationsThatCannotWorkAreRefused() {
        const auto type = topTwoCrowdsourcing();
        expectRefusal(resolving(type, {{"choices", whole(2)}}), "choices", "3");
        expectRefusal(resolving(type, {{"sampling", Numbers{0.0}}}), "sampling");
        expectRefusal(resolving(type, {{"sampling", Numbers{NAN}}}), "sampling");
        expectRefusal(resolving(type, {{"reliability_low", 0.9}, {"reliability_high", 0.2}}),
                      "'reliability_low'", "0.9");
        expectRefusal(resolving(type, {{"clarity_low", 0.9}}), "'clarity_low'", "0.599");
        expectRefusal(resolving(type, {{"workers", whole(2000)}, {"tasks", whole(100000)}}),
                      "'tasks'", "2500");
        expectRefusal(resolving(type, {{"em_rounds", whole(0)}}), "em_rounds");
    }

    // Three workers, ten tasks, a hundredth of the answers: a trial without a single answer ends
    // with a sentence, the others go on.
    void aCrowdThatIsHardlyAskedFailsAlone() {
        const auto recording = record(topTwoCrowdsourcing(), {{"workers", whole(3)},
                                                              {"tasks", whole(10)},
                                                              {"sampling", Numbers{0.01, 1.0}},
                                                              {"repetitions", whole(3)}});
        std::size_t failed = 0;
        for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
            if (recording->status(trial) != TrialStatus::failed) {
                QVERIFY(recording->status(trial) == TrialStatus::finished);
                continue;
            }
            ++failed;
            QVERIFY(recording->message(trial).find("not a single answer") != std::string::npos);
            expectNear(recording->plans()[trial].factors.at("sampling"), 0.01, 0.0);
        }
        QVERIFY(failed > 0);
    }

    void halvesAreAnOption() {
        const auto recording = record(topTwoCrowdsourcing(), small({{"split", true}}));
        for (std::size_t trial = 0; trial < recording->plans().size(); ++trial)
            QVERIFY(recording->status(trial) == TrialStatus::finished);
    }

    void whatIsDrawnIsWhatWasFound() {
        const ExperimentType type = topTwoCrowdsourcing();
        const auto experiment =
            createExperiment(type, resolveValues(type, "", small({{"shown_task", whole(7)}})));
        const auto solver =
            experiment->start({.arm = "toptwo2", .factors = {{"sampling", 1.0}}, .steps = 5});
        for (int round = 0; round < 5; ++round)
            QVERIFY(solver->step({}) == StepStatus::running);
        QVERIFY(solver->step({}) == StepStatus::finished);
        FrameMap frames;
        solver->draw(*makeRecording(*experiment), frames);
        for (const std::string& id : type.description.records.frames)
            QVERIFY2(frames.contains(id) || id == "picture", id.c_str());
        const auto& answers = std::get<MatrixFrame>(frames.at("answers"));
        QCOMPARE(answers.values.size(), std::size_t{20 * 60});
        QVERIFY(std::all_of(answers.values.begin(), answers.values.end(),
                            [](float v) { return v == 0.0F || v == 1.0F || v == 2.0F; }));
        const auto& votes = std::get<BarsFrame>(frames.at("votes")).series;
        for (const auto& series : votes)
            expectNear(std::accumulate(series.values.begin(), series.values.end(), 0.0), 20.0, 1e-9,
                       series.label);
        // The likeliest pair is the one that is told.
        const auto& pairs = std::get<MatrixFrame>(frames.at("pairs"));
        std::size_t best = 0;
        for (std::size_t at = 0; at < pairs.values.size(); ++at)
            if (pairs.values[at] == 0.0F)
                best = at;
        const std::string& words = std::get<TextFrame>(frames.at("task")).text;
        const std::string told =
            "Found   " + pairs.rowLabels[best / 5] + ", then " + pairs.columnLabels[best % 5];
        QVERIFY2(words.find("Task 7: 20 answers") != std::string::npos &&
                     words.find(told) != std::string::npos,
                 (told + " in " + words).c_str());
        QCOMPARE(std::get<PointsFrame>(frames.at("reliability")).x.size(), std::size_t{20});
        QCOMPARE(std::get<PointsFrame>(frames.at("clarity")).x.size(), std::size_t{60});
        // Another repetition is not looked at.
        FrameMap none;
        experiment
            ->start({.arm = "toptwo2", .factors = {{"sampling", 1.0}}, .replicate = 1, .steps = 5})
            ->draw(*makeRecording(*experiment), none);
        QVERIFY(none.empty());
    }

    void aProbeChangesNothingThatIsRecorded() {
        const auto plain = record(topTwoCrowdsourcing(), small());
        const auto probed = record(
            topTwoCrowdsourcing(), small(),
            {.events = {
                 {.trial = 0, .iteration = 1, .name = "shown_task", .value = std::int64_t{3}}}});
        QCOMPARE(tables(*plain), tables(*probed));
    }

    void recordingsDoNotDependOnThreads() {
        for (const char* scenario : {"few_smart", "decay"}) {
            const Overrides values = small({{"scenario", std::string(scenario)}});
            const auto one = record(topTwoCrowdsourcing(), values, {.threads = 1});
            const auto two = record(topTwoCrowdsourcing(), values, {.threads = 2});
            QCOMPARE(tables(*one), tables(*two));
        }
    }

    // Quick claims on few seeds, as known; the rest under the label claims.
    void expertsAreBelieved() {
        const ExperimentType type = topTwoCrowdsourcing();
        std::vector<EvidenceRun> runs;
        const Overrides values{{"arms", Names{"toptwo2", "toptwo1", "majority", "dawid_skene_1",
                                              "dawid_skene", "pgd", "mmsr"}},
                               {"sampling", Numbers{0.6}},
                               {"repetitions", whole(1)}};
        for (const std::uint64_t seed : {100, 101, 102, 103, 104, 105}) {
            const Overrides own = withSeed(type.description, values, seed);
            runs.push_back({"few smart", seed,
                            std::make_shared<const ParameterValues>(resolveValues(type, "", own)),
                            record(type, own)});
        }
        expectVerdict(judged(type, "few_smart_lowest", runs), Verdict::holds);
    }

    void theBoundIsJudgedOnAPersonsOwnRun() {
        const ExperimentType type = topTwoCrowdsourcing();
        const Overrides values{{"scenario", std::string("decay")},
                               {"arms", Names{"oracle"}},
                               {"sampling", Numbers{0.6, 1.0}},
                               {"repetitions", whole(2)}};
        expectVerdict(judged(type, "bound_holds", values, record(type, values)), Verdict::holds);
        const Overrides dealt = with(values, {{"dealing", std::string("workers")}});
        expectVerdict(judged(type, "bound_holds", dealt, record(type, dealt)), Verdict::fails);
        const Overrides few = with(values, {{"tasks", whole(20)}});
        expectVerdict(judged(type, "bound_holds", few, record(type, few)), Verdict::notEnoughData);
    }

    void anArmThatTheTableDoesNotHaveIsAMistake() {
        const ExperimentType type = topTwoCrowdsourcing();
        const auto experiment = createExperiment(type, resolveValues(type, "", small()));
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(
                experiment->start({.arm = "nonsense", .factors = {{"sampling", 1.0}}, .steps = 1})),
            std::logic_error);
    }
};

REGISTER_TEST(TopTwoCrowdsourcingTest)
#include "top-two-crowdsourcing/experiment_test.moc"
