#include <future>

#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "tests/core/experiment/throwing_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

constexpr std::size_t bad = 0;  ///< the trial that throws
constexpr std::size_t good = 1; ///< the one that must not notice

void addRows(const QStringList& places) {
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("thrown");
    QTest::addColumn<QString>("reason");
    for (const QString& place : places) {
        QTest::addRow("%s, an exception", qPrintable(place)) << place << "exception"
                                                             << "the well is dry";
        QTest::addRow("%s, a number", qPrintable(place)) << place << "number"
                                                         << "something that is not an exception";
    }
}

/// As the present row says.
ExperimentType fetchType() {
    return throwing();
}
ParameterValues fetchValues() {
    QFETCH(QString, place);
    QFETCH(QString, thrown);
    return resolveValues(throwing(), "",
                         {{"place", place.toStdString()}, {"thrown", thrown.toStdString()}});
}

void expectReason(const std::string& sentence) {
    QFETCH(QString, reason);
    QVERIFY2(QString::fromStdString(sentence).contains(reason), sentence.c_str());
    QVERIFY2(!sentence.ends_with(".."), sentence.c_str());
}

void expectOneBadTrial(const Recording& recording) {
    QCOMPARE(recording.status(bad), TrialStatus::failed);
    expectReason(recording.message(bad));
    QCOMPARE(recording.status(good), TrialStatus::finished);
    QCOMPARE(recording.trace(good).rows(), std::size_t{21});
    QCOMPARE(recording.finals(good)->front(), 20.0);
    QCOMPARE(recording.trials().rows(), std::size_t{2});
}

const std::vector<LiveEvent> touches = {
    {.trial = bad, .iteration = 3, .name = "live", .value = std::int64_t{1}},
    {.trial = bad, .iteration = 4, .name = "poke", .isAction = true}};

} // namespace

class GuardedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatCannotBeMadeIsRefusedInOneSentence_data() {
        addRows(
            {"check", "memoryEstimate", "create", "trials", "columns", "factors", "provenance"});
    }
    void whatCannotBeMadeIsRefusedInOneSentence() {
        const QString refusal =
            refusalOf([] { return makeRecording(*createExperiment(fetchType(), fetchValues())); });
        expectReason(refusal.toStdString());
    }

    void aTrialThatThrowsFailsAloneWithoutAWindow_data() {
        addRows({"start", "step", "measure", "conclude", "divergence", "setLive", "act", "save"});
    }
    void aTrialThatThrowsFailsAloneWithoutAWindow() {
        const QTemporaryDir folder;
        const auto experiment = createExperiment(fetchType(), fetchValues());
        const auto recording = makeRecording(*experiment);
        runToEnd(*experiment, *recording,
                 {.threads = 2, .events = touches, .folder = folder.path().toStdString()});
        expectOneBadTrial(*recording);
    }

    void aTrialThatThrowsFailsAloneWhileItIsWatched_data() {
        addRows({"start", "step", "measure", "conclude", "divergence", "setLive", "act"});
    }
    void aTrialThatThrowsFailsAloneWhileItIsWatched() {
        const std::shared_ptr<const Experiment> experiment =
            createExperiment(fetchType(), fetchValues());
        Runner runner(experiment, {.threads = 2});
        runner.setPlayback({.seconds = 0.0});
        runner.stepOnce(); // the solvers are there when they are touched
        QTRY_COMPARE(runner.recording()->iterations(good), std::int64_t{1});
        runner.setLive("live", std::int64_t{1});
        runner.act("poke");
        runner.wait();
        QCOMPARE(runner.state(), RunState::failed);
        expectOneBadTrial(*runner.recording());
    }

    /// The cadence is the experiment's: without it no trial can be recorded.
    void withoutACadenceEveryTrialFails_data() { addRows({"cadence"}); }
    void withoutACadenceEveryTrialFails() {
        const auto experiment = createExperiment(fetchType(), fetchValues());
        const auto recording = makeRecording(*experiment);
        runToEnd(*experiment, *recording);
        for (const std::size_t trial : {bad, good}) {
            QCOMPARE(recording->status(trial), TrialStatus::failed);
            expectReason(recording->message(trial));
        }
    }

    void whatCannotBeDrawnIsToldAndTheRestIsDrawn_data() {
        addRows({"draw", "drawShared", "probe"});
    }
    void whatCannotBeDrawnIsToldAndTheRestIsDrawn() {
        const std::shared_ptr<const Experiment> experiment =
            createExperiment(fetchType(), fetchValues());
        Runner runner(experiment, {.threads = 1});
        runner.setPlayback({.seconds = 0.0});
        runner.probe("seen", std::int64_t{3});
        runner.wait();
        QCOMPARE(runner.state(), RunState::finished);
        QCOMPARE(runner.recording()->status(bad), TrialStatus::finished);
        const auto frames = runner.frames();
        QCOMPARE(std::get<TextFrame>(frames->trials[good].at("steps")).text, std::string("20"));
        expectReason(frames->trouble);
        expectReason(runner.message());
        QFETCH(QString, place);
        QCOMPARE(frames->trials[bad].empty(), place == "draw"); // no halves
        QCOMPARE(frames->shared.empty(), place == "drawShared");
    }

    /// A probe of a trial that has not begun starts its solver.
    void aProbeThatCannotStartFailsItsTrialAlone_data() { addRows({"start", "measure"}); }
    void aProbeThatCannotStartFailsItsTrialAlone() {
        const std::shared_ptr<const Experiment> experiment =
            createExperiment(fetchType(), fetchValues());
        Runner runner(experiment, {.threads = 1});
        runner.probe("seen", std::int64_t{3});
        QTRY_COMPARE(runner.recording()->status(bad), TrialStatus::failed);
        QTRY_COMPARE(runner.recording()->status(good), TrialStatus::running);
        runner.setPlayback({.seconds = 0.0});
        runner.wait();
        expectOneBadTrial(*runner.recording());
    }

    void whatCannotBeSavedIsToldAndTheRestIsSaved_data() { addRows({"save"}); }
    void whatCannotBeSavedIsToldAndTheRestIsSaved() {
        const QTemporaryDir folder;
        const std::shared_ptr<const Experiment> experiment =
            createExperiment(fetchType(), fetchValues());
        Runner runner(experiment, {.threads = 1});
        runner.setPlayback({.seconds = 0.0});
        runner.wait();
        std::promise<SavedFiles> answer;
        runner.save(folder.path().toStdString(),
                    [&](const SavedFiles& saved) { answer.set_value(saved); });
        const SavedFiles saved = answer.get_future().get();
        QCOMPARE(saved.files, std::vector<std::filesystem::path>{"good/half.txt"});
        QCOMPARE(saved.troubles.size(), std::size_t{1});
        expectReason(saved.troubles.front());
        QVERIFY(QFile::exists(folder.filePath("good/half.txt")));
        QVERIFY(!QFile::exists(folder.filePath("bad/half.txt")));
        QCOMPARE(runner.state(), RunState::finished);
    }

    void aJudgeThatThrowsGivesNoVerdict_data() { addRows({"judge"}); }
    void aJudgeThatThrowsGivesNoVerdict() {
        QFETCH(QString, thrown);
        Claim claim{.id = "dry"};
        claim.judge = [isException = thrown == "exception"](const Evidence&) -> Judgement {
            if (isException)
                throw std::runtime_error("the well is dry");
            throw 42;
        };
        const Judgement judgement = judgeClaim(claim, {});
        expectVerdict(judgement, Verdict::notEnoughData);
        expectReason(judgement.explanation);
    }
};

REGISTER_TEST(GuardedTest)
#include "guarded_test.moc"
