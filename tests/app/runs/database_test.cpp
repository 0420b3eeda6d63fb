#include <atomic>

#include <QDir>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "app/runs/database.h"
#include "app/runs/schema.h"
#include "core/error.h"
#include "core/experiment/build_fingerprint.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/runner.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

const auto quadraticType = std::make_shared<const ExperimentType>(testing::quadratic());

/// A run of the quadratic that the test drives, and that a database may watch.
class DrivenRun {
public:
    explicit DrivenRun(const Overrides& overrides = {}, std::vector<LiveEvent> events = {})
        : values_(std::make_shared<const ParameterValues>(
              resolveValues(*quadraticType, "", overrides))),
          experiment_(quadraticType->create(*values_)),
          runner_(experiment_, {.threads = 1, .events = std::move(events)}) {}

    RunToKeep toKeep(const QString& key) const {
        return {.key = key,
                .type = quadraticType,
                .values = values_,
                .recording = runner_.recording(),
                .fingerprint = buildFingerprint(*experiment_)};
    }
    void playTo(std::int64_t iteration) {
        runner_.setPlayback({.seconds = 0.0, .until = iteration});
        runner_.play();
        QVERIFY(QTest::qWaitFor([&] { return runner_.state() != RunState::playing; }, 60000));
    }
    void finish() {
        runner_.setPlayback({.seconds = 0.0});
        runner_.wait();
    }
    Runner& runner() { return runner_; }
    std::shared_ptr<const Recording> recording() const { return runner_.recording(); }

private:
    std::shared_ptr<const ParameterValues> values_;
    std::shared_ptr<const Experiment> experiment_;
    Runner runner_;
};

/// The rows kept are (1 − ηL)^t, whoever wrote them.
void compareWithClosedForm(const Recording& recording, double rate) {
    const auto x = recording.trace(0).column("x");
    double expected = 1.0;
    for (std::size_t t = 0; t < x.size(); ++t) {
        expectNear(x[t], expected, 1e-12 * expected + 1e-300, fmt::format("row {}", t));
        expected -= rate * expected;
    }
}

} // namespace

class RunDatabaseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void whatIsWrittenInPiecesIsReadWhole() {
        DrivenRun run;
        RunDatabase database(path());
        database.watch(run.toKeep("a"));
        database.write();
        QVERIFY(database.list().empty()); // nothing has happened that would be worth keeping
        for (const std::int64_t iteration : {1, 7, 300, 301}) {
            run.playTo(iteration);
            database.write();
            const LoadedRun loaded = database.load("a", quadraticType->description);
            QCOMPARE(loaded.recording->trace(0).rows(), std::size_t(iteration) + 1);
            QCOMPARE(loaded.run.state, QString("running"));
            QCOMPARE(loaded.recording->iterations(1), iteration);
        }
        run.finish();
        database.write();
        QVERIFY(!database.isWatching());
        const LoadedRun loaded = database.load("a", quadraticType->description);
        QCOMPARE(loaded.run.state, QString("finished"));
        QCOMPARE(firstDifference(*loaded.recording, *run.recording()), std::string());
        QCOMPARE(loaded.recording->timing(1).column("seconds"),
                 run.recording()->timing(1).column("seconds"));
        compareWithClosedForm(*loaded.recording, 0.1);
        QCOMPARE(loaded.run.stepsDone, 2000);
        QVERIFY(!loaded.run.sparkline.empty() || quadraticType->description.views.empty());
    }

    void eventsClaimsAndKeyFramesAreKept() {
        DrivenRun run;
        RunDatabase database(path());
        database.watch(run.toKeep("a"));
        run.playTo(10);
        run.runner().setLive("learning_rate", 0.05);
        run.playTo(20);
        database.addKeyFrames("a", run.runner().keyFrames());
        database.setClaims("a", "[1]");
        database.write();
        const LoadedRun loaded = database.load("a", quadraticType->description);
        QCOMPARE(loaded.recording->events().size(), std::size_t{2}); // one a trial
        QCOMPARE(loaded.recording->events()[0].value, Value(0.05));
        QCOMPARE(loaded.recording->events()[0].iteration, std::int64_t{10});
        QCOMPARE(loaded.keyFrames.size(), run.runner().keyFrames().size());
        QCOMPARE(loaded.keyFrames.back()->iteration, run.runner().keyFrames().back()->iteration);
        QCOMPARE(loaded.run.claims, std::string("[1]"));
    }

    void aRunOfADeadInstanceIsInterruptedAndContinuesToTheSameRecording() {
        DrivenRun whole({},
                        {{.trial = 0, .iteration = 40, .name = "learning_rate", .value = 0.05}});
        whole.finish();
        {
            DrivenRun run;
            RunDatabase dying(path());
            dying.watch(run.toKeep("a"));
            run.playTo(40);
            run.runner().setLive("learning_rate", 0.05); // both trials
            run.playTo(100);
            dying.write();
        } // the instance's lock goes with it, as it does when the process is killed
        RunDatabase database(path());
        QCOMPARE(database.list().front().state, QString("interrupted"));
        const LoadedRun kept = database.load("a", quadraticType->description);
        QCOMPARE(kept.recording->trace(0).rows(), std::size_t{101});

        DrivenRun again({}, kept.recording->events());
        RunToKeep continued = again.toKeep("a");
        QVERIFY(sameBuild(continued.fingerprint, kept.run.fingerprint.toStdString()));
        continued.isContinued = true;
        database.watch(continued);
        again.playTo(50);
        database.write();
        QCOMPARE(database.load("a", quadraticType->description).recording->trace(0).rows(),
                 std::size_t{101}); // nothing is lost meanwhile
        again.finish();
        QCOMPARE(database.write(), QStringList());
        const LoadedRun loaded = database.load("a", quadraticType->description);
        QCOMPARE(loaded.run.state, QString("finished"));
        QCOMPARE(loaded.recording->trace(0).column("x"), whole.recording()->trace(0).column("x"));
        QCOMPARE(loaded.recording->events().size(), std::size_t{2});
        QCOMPARE(loaded.recording->timing(0).rows(), std::size_t{1001});
    }

    void aContinuationThatDiffersIsToldAndTheKeptRowsStay() {
        {
            DrivenRun run;
            RunDatabase dying(path());
            dying.watch(run.toKeep("a"));
            run.playTo(100);
            dying.write();
        }
        RunDatabase database(path());
        DrivenRun other({{"learning_rate", 0.2}});
        RunToKeep continued = other.toKeep("a");
        continued.isContinued = true;
        database.watch(continued);
        other.finish();
        const QStringList sentences = database.write();
        QCOMPARE(sentences.size(), 1);
        QVERIFY2(sentences.front().contains("at iteration 1"), qPrintable(sentences.front()));
        const auto x =
            database.load("a", quadraticType->description).recording->trace(0).column("x");
        QCOMPARE(x.at(1), 1.0 - 0.1);
    }

    void twoInstancesShareAFolder() {
        DrivenRun first, second;
        RunDatabase a(path()), b(path());
        a.watch(first.toKeep("a"));
        b.watch(second.toKeep("b"));
        for (int i = 1; i <= 20; ++i) {
            first.playTo(10 * i);
            second.playTo(7 * i);
            a.write();
            b.write();
        }
        QVERIFY(a.changedElsewhere());
        QCOMPARE(a.list().size(), std::size_t{2});
        for (const KeptRun& run : a.list())
            QCOMPARE(run.state, QString("running")); // neither takes the other for dead
        first.finish();
        a.write();
        const LoadedRun loaded = b.load("a", quadraticType->description);
        QCOMPARE(firstDifference(*loaded.recording, *first.recording()), std::string());
    }

    void labelsAreKeptAndDeletionIsTakenBack() {
        RunDatabase database(path());
        for (const QString key : {"a", "b", "c"}) {
            DrivenRun run({{"iterations", std::int64_t{5}}});
            database.watch(run.toKeep(key));
            run.finish();
            database.write();
        }
        database.setLabels("b",
                           {.name = "best ü", .notes = "n", .tags = {"x", "y"}, .isPinned = true});
        std::vector<KeptRun> runs = database.list();
        QCOMPARE(runs.front().key, QString("b")); // pinned
        QCOMPARE(runs.front().name, QString("best ü"));
        QCOMPARE(runs.front().tags, QStringList({"x", "y"}));
        QCOMPARE(runs.front().notes, QString("n"));
        database.setDeleted({"a", "b"}, true);
        QCOMPARE(database.list().size(), std::size_t{1});
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(database.load("a", quadraticType->description)),
                                 InputError);
        database.setDeleted({"a", "b"}, false);
        QCOMPARE(database.list().size(), std::size_t{3});
        QCOMPARE(database.load("a", quadraticType->description).recording->trace(0).rows(),
                 std::size_t{6});
    }

    /// The database is sound, but its rows are not those of a run.
    void rowsThatNoRunHasAreRefused_data() {
        QTest::addColumn<QString>("statement");
        const auto row = [](const char* name, const char* statement) {
            QTest::newRow(name) << QString(statement);
        };
        row("trial that there is not", "UPDATE trial SET trial = trial + 1000000000000");
        row("status that there is not", "UPDATE trial SET status = 99");
        row("negative status", "UPDATE trial SET status = -1");
        row("negative iterations", "UPDATE trial SET iterations = -1");
        row("finals of another number", "UPDATE trial SET finals = zeroblob(800)");
        row("rows of another trial", "UPDATE chunk SET trial = trial + 1000000000000");
        row("rows that are none", "UPDATE chunk SET data = x'ffffffffffffffff00'");
        row("outline that is none", "UPDATE run SET outline = x'ffffffffffffffff00'");
        row("event of another trial",
            "UPDATE event SET event = replace(event, '\"trial\":0', '\"trial\":77')");
        row("event nested too deep",
            "UPDATE event SET event = replace(hex(zeroblob(50000)), '0', '[')");
    }
    void rowsThatNoRunHasAreRefused() {
        QFETCH(QString, statement);
        {
            RunDatabase database(path());
            DrivenRun run({},
                          {{.trial = 0, .iteration = 5, .name = "learning_rate", .value = 0.1}});
            database.watch(run.toKeep("a"));
            run.finish();
            database.write();
            QVERIFY(database.load("a", quadraticType->description).recording);
        }
        {
            SqlConnection connection(path() + "/runs.sqlite");
            QVERIFY(connection.run(statement).numRowsAffected() > 0);
        }
        RunDatabase database(path());
        expectRefusal([&] { return database.load("a", quadraticType->description); }, "damaged");
    }

    void aDamagedDatabaseIsSetAside_data() {
        QTest::addColumn<int>("damage");
        QTest::newRow("no database at all") << 0;
        QTest::newRow("pages overwritten") << 1;
        QTest::newRow("cut short") << 2;
    }
    void aDamagedDatabaseIsSetAside() {
        QFETCH(int, damage);
        {
            RunDatabase database(path());
            DrivenRun run;
            database.watch(run.toKeep("a"));
            run.finish();
            database.write();
        }
        const QString name = path() + "/runs.sqlite";
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const qint64 size = file.size();
        if (damage == 0) {
            file.resize(0);
            file.write(QByteArray(8192, 'x'));
        } else if (damage == 1) {
            file.seek(4096);
            file.write(QByteArray(int(size) - 4096, '\x5a'));
        } else {
            file.resize(size / 2);
        }
        file.close();
        const QByteArray before = [&] {
            QFile damaged(name);
            return damaged.open(QIODevice::ReadOnly) ? damaged.readAll() : QByteArray();
        }();
        RunDatabase database(path());
        QVERIFY2(database.message().contains("set aside"), qPrintable(database.message()));
        QVERIFY(database.list().empty());
        const QStringList aside = QDir(path()).entryList({"runs.damaged-*.sqlite"});
        QCOMPARE(aside.size(), 1);
        QFile kept(path() + "/" + aside.front());
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), before);
        DrivenRun run;
        database.watch(run.toKeep("b"));
        run.finish();
        database.write();
        QCOMPARE(database.list().size(), std::size_t{1});
    }

    void instancesThatFindTheDamageTogetherSetItAsideOnce() {
        constexpr int instances = 8;
        QFile file(path() + "/runs.sqlite");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        DrivenRun run({{"iterations", std::int64_t{5}}});
        run.finish();
        std::vector<std::unique_ptr<QThread>> threads;
        std::atomic<int> begun = 0, told = 0;
        for (int i = 0; i < instances; ++i) {
            threads.emplace_back(QThread::create([&, i] {
                ++begun;
                while (begun < instances)
                    QThread::yieldCurrentThread();
                RunDatabase database(path());
                told += database.message().isEmpty() ? 0 : 1;
                database.watch(run.toKeep(QString::number(i)));
                database.write();
            }));
            threads.back()->start();
        }
        for (const auto& thread : threads)
            thread->wait();
        QCOMPARE(told.load(), 1);
        QCOMPARE(QDir(path()).entryList({"runs.damaged-*.sqlite"}).size(), 1);
        QCOMPARE(RunDatabase(path()).list().size(), std::size_t{instances});
    }

    /// A run that another instance is writing comes as it was at one moment: its rows, states and
    /// final metrics belong together.
    void aRunIsReadAsItWasAtOneMoment() {
        DrivenRun run({{"iterations", std::int64_t{3000}}});
        std::atomic<bool> ended = false;
        const std::unique_ptr<QThread> writer(QThread::create([&] {
            RunDatabase database(path());
            database.watch(run.toKeep("a"));
            while (database.isWatching())
                database.write();
            ended = true;
        }));
        run.playTo(1000);
        writer->start();
        RunDatabase reader(path());
        int read = 0;
        while (!ended) {
            if (reader.list().empty())
                continue;
            if (read == 3) { // the rest while it is read
                run.runner().setPlayback({.seconds = 0.0});
                run.runner().play();
            }
            const LoadedRun loaded = reader.load("a", quadraticType->description);
            for (std::size_t trial = 0; trial < 2; ++trial) {
                const auto rows = std::int64_t(loaded.recording->trace(trial).rows());
                // Rows are written after the iteration count was read, never fewer.
                QVERIFY(rows >= loaded.recording->iterations(trial));
                if (loaded.recording->finals(trial))
                    QCOMPARE(rows, 3001);
            }
            ++read;
        }
        writer->wait();
        QVERIFY(read > 0);
        QCOMPARE(firstDifference(*reader.load("a", quadraticType->description).recording,
                                 *run.recording()),
                 std::string());
    }

    void anOldDatabaseIsMigratedWithItsRuns() {
        DrivenRun run({{"iterations", std::int64_t{5}}});
        run.finish();
        {
            SqlConnection old(path() + "/runs.sqlite");
            migrate(old, 1);
            old.run("INSERT INTO run (key, experiment, parameters, created, version, fingerprint, "
                    "outline, state, owner) VALUES ('a', 'quadratic', '{}', 1, '0', 'f', ?, "
                    "'finished', '')",
                    {QByteArray::fromStdString(packBytes(outlineJson(*run.recording()).dump()))});
        }
        RunDatabase database(path());
        QCOMPARE(database.list().size(), std::size_t{1});
        database.setLabels("a", {.name = "old", .notes = "", .tags = {}, .isPinned = false});
        QCOMPARE(database.list().front().name, QString("old"));
        QCOMPARE(database.load("a", quadraticType->description).recording->plans().size(),
                 std::size_t{2});
    }

    void aNewerDatabaseIsLeftAlone() {
        {
            SqlConnection newer(path() + "/runs.sqlite");
            newer.run("PRAGMA user_version = 99");
        }
        try {
            const RunDatabase database(path());
            QFAIL("a database of a newer version was opened");
        } catch (const DatabaseError& error) {
            QVERIFY(QString(error.what()).contains("newer version"));
        }
        QVERIFY(QDir(path()).entryList({"runs.damaged-*"}).isEmpty());
    }

    void aRunIsImportedOnce() {
        DrivenRun run;
        run.finish();
        LoadedRun loaded;
        loaded.run.key = "elsewhere";
        loaded.run.experiment = "quadratic";
        loaded.run.state = "finished";
        loaded.run.parameters = "{}";
        loaded.run.tags = QStringList{"t"};
        loaded.recording = run.recording();
        RunDatabase database(path());
        QVERIFY(database.import(loaded));
        QVERIFY(!database.import(loaded));
        const LoadedRun back = database.load("elsewhere", quadraticType->description);
        QCOMPARE(firstDifference(*back.recording, *run.recording()), std::string());
        QCOMPARE(back.run.tags, QStringList{"t"});
    }

private:
    QString path() const { return folder_->path(); }
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_TEST(RunDatabaseTest)
#include "database_test.moc"
