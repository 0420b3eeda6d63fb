// The thread that keeps runs, seen from the thread that asks it to.

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "app/runs/store.h"
#include "core/experiment/build_fingerprint.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/runner.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr int patience = 60000; ///< milliseconds until something counts as never happening

const auto quadraticType = std::make_shared<const ExperimentType>(testing::quadratic());

/// A run of the quadratic on a thread of its own.
struct StartedRun {
    explicit StartedRun(std::int64_t iterations)
        : values(std::make_shared<const ParameterValues>(
              resolveValues(*quadraticType, "", {{"iterations", iterations}}))),
          experiment(quadraticType->create(*values)), runner(experiment, {.threads = 1}) {
        runner.setPlayback({.seconds = 0.0});
    }
    RunToKeep toKeep(const QString& key) const {
        return {.key = key,
                .type = quadraticType,
                .values = values,
                .recording = runner.recording(),
                .fingerprint = buildFingerprint(*experiment)};
    }

    std::shared_ptr<const ParameterValues> values;
    std::shared_ptr<const Experiment> experiment;
    Runner runner;
};

/// What the store answers, waited for.
std::shared_ptr<const LoadedRun> loaded(RunStore& store, const QString& key, QString& problem) {
    std::shared_ptr<const LoadedRun> answer;
    bool answered = false;
    store.load(key, quadraticType,
               [&](const std::shared_ptr<const LoadedRun>& run, const QString& sentence) {
                   answer = run;
                   problem = sentence;
                   answered = true;
               });
    if (!QTest::qWaitFor([&] { return answered; }, patience))
        qFatal("the store never answered");
    return answer;
}

} // namespace

class RunStoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void runsAreKeptWhileTheyGoOn() {
        RunStore store(folder_->path());
        StartedRun a(20000), b(20000);
        store.keep(a.toKeep("a"));
        store.keep(b.toKeep("b"));
        a.runner.play();
        b.runner.play();
        QString problem;
        // Asked for in the middle, a run comes as far as it has got.
        while (a.runner.state() == RunState::playing) {
            if (a.runner.recording()->iterations(0) == 0)
                continue;
            const auto part = loaded(store, "a", problem);
            QVERIFY2(part, qPrintable(problem));
            QVERIFY(part->recording->trace(0).rows() <= 20001);
            const auto x = part->recording->trace(0).column("x");
            for (std::size_t t = 1; t < x.size(); ++t)
                QVERIFY(x[t] == x[t - 1] - 0.1 * x[t - 1]);
        }
        a.runner.wait();
        b.runner.wait();
        store.flush();
        const auto whole = loaded(store, "a", problem);
        QVERIFY2(whole, qPrintable(problem));
        QCOMPARE(firstDifference(*whole->recording, *a.runner.recording()), std::string());
        QTRY_COMPARE(store.runs().size(), std::size_t{2});
        QCOMPARE(store.find("b")->state, QString("finished"));
    }

    void whatIsLeftIsWrittenAtTheEnd() {
        StartedRun run(500);
        {
            RunStore store(folder_->path());
            store.keep(run.toKeep("a"));
            run.runner.wait();
            store.addKeyFrames("a", run.runner.keyFrames());
            store.setClaims("a", "[1]");
            store.setLabels("a", {.name = "n", .notes = "", .tags = {"t"}, .isPinned = true});
        }
        RunStore store(folder_->path());
        QString problem;
        const auto back = loaded(store, "a", problem);
        QVERIFY2(back, qPrintable(problem));
        QCOMPARE(firstDifference(*back->recording, *run.runner.recording()), std::string());
        QCOMPARE(back->run.claims, std::string("[1]"));
        QCOMPARE(back->keyFrames.size(), run.runner.keyFrames().size());
    }

    void labelsAndDeletionArriveInTheList() {
        RunStore store(folder_->path());
        StartedRun run(50);
        store.keep(run.toKeep("a"));
        run.runner.wait();
        store.flush();
        store.setLabels("a", {.name = "n", .notes = "m", .tags = {"t"}, .isPinned = true});
        store.setDeleted({"a"}, true);
        store.setDeleted({"a"}, false);
        store.flush();
        QTRY_VERIFY(store.find("a") && store.find("a")->name == "n");
        QCOMPARE(store.find("a")->tags, QStringList{"t"});
    }

    void aRunThatIsNotThereIsAnsweredWithASentence() {
        RunStore store(folder_->path());
        QString problem;
        QVERIFY(!loaded(store, "nothing", problem));
        QVERIFY2(problem.contains("'nothing'"), qPrintable(problem));
    }

    void anotherInstanceIsSeen() {
        RunStore first(folder_->path()), second(folder_->path());
        StartedRun run(50);
        first.keep(run.toKeep("a"));
        run.runner.wait();
        first.flush();
        QTRY_VERIFY_WITH_TIMEOUT(second.find("a") != nullptr, patience);
        QCOMPARE(second.find("a")->state, QString("finished"));
    }

    void whereNothingCanBeWrittenItIsToldAndRunsGoOn() {
        const QString file = folder_->path() + "/file";
        QFile(file).open(QIODevice::WriteOnly);
        RunStore store(file + "/runs"); // a folder within a file
        QSignalSpy told(&store, &RunStore::told);
        StartedRun run(50);
        store.keep(run.toKeep("a"));
        run.runner.wait();
        store.flush();
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, patience);
        QVERIFY(told.front().front().toString().contains("Runs are not kept"));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_TEST(RunStoreTest)
#include "store_test.moc"
