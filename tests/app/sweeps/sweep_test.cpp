// Sweeps, run as a person at a terminal runs them.

#include <csignal>

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <unistd.h>

#include "tests/app/program_run.h"
#include "tests/registered_test.h"

using namespace convergence::testing;

namespace {

QProcessEnvironment environment() {
    auto result = QProcessEnvironment::systemEnvironment();
    result.insert("CONVERGENCE_PLUGIN_PATH", TEST_PLUGINS);
    return result;
}

void prepare(QProcess& program) {
    program.setProcessEnvironment(environment());
}

Outcome run(const QString& command, const QStringList& arguments) {
    return runProgram(command, arguments, environment());
}

Outcome sweep(const QStringList& arguments) {
    return run(CONVERGENCE_LAB, QStringList{"sweep"} + arguments);
}

void write(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

/// Rows of the table of tasks, without its head.
QList<QByteArray> tasksIn(const QString& folder) {
    QList<QByteArray> rows = contentOf(folder + "/tasks.csv").split('\n');
    rows.removeFirst();
    rows.removeAll(QByteArray());
    return rows;
}

const QByteArray twoHundredTasks = R"({"experiment": "matrix-sensing",
    "fixed": {"iterations": 200, "arms": ["s_over", "a_over"]},
    "axes": [{"parameter": "factor_rank", "list": [3, 4]},
             {"parameter": "learning_rate", "log": {"from": 0.01, "to": 1, "count": 5}}],
    "seeds": {"count": 20}, "keep": ["metrics", "claims"]})";

} // namespace

class SweepTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir folder_;
    QString file_;

    [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }
    void expectSameTables(const QString& one, const QString& other) const {
        for (const char* table : {"/results.csv", "/tasks.csv", "/claims.csv"}) {
            const QByteArray content = contentOf(one + table);
            QVERIFY(!content.isEmpty());
            QVERIFY2(content == contentOf(other + table), table);
        }
    }

private Q_SLOTS:
    void initTestCase() {
        file_ = path("two_hundred.json");
        write(file_, twoHundredTasks);
        const Outcome outcome = sweep({file_, "--out", path("one"), "--processes", "1"});
        QVERIFY2(outcome.code == 0, outcome.error);
        QCOMPARE(tasksIn(path("one")).size(), 200);
    }

    void tablesDoNotDependOnTheNumberOfProcesses() {
        QCOMPARE(sweep({file_, "--out", path("two"), "--processes", "2"}).code, 0);
        expectSameTables(path("one"), path("two"));
    }

    /// Typed, the same sweep is the same, and the plan that is kept says so.
    void aSweepCanBeTyped() {
        const QString plan = path("typed.json");
        const Outcome outcome =
            sweep({"matrix-sensing", "--set", "iterations=200", "--set", "arms=s_over,a_over",
                   "--vary", "factor_rank=3,4", "--vary", "learning_rate=0.01..1:log:5", "--seeds",
                   "20", "--write", plan, "--out", path("typed")});
        QVERIFY2(outcome.code == 0, outcome.error);
        QCOMPARE(contentOf(path("typed") + "/results.csv"),
                 contentOf(path("one") + "/results.csv"));
        QCOMPARE(sweep({plan, "--out", path("kept"), "--dry-run"}).code, 0);
        auto expected = QJsonDocument::fromJson(twoHundredTasks).object();
        expected.remove("keep");
        QCOMPARE(QJsonDocument::fromJson(contentOf(plan)).object(), expected);
    }

    void whatIsTypedDoesNotGoWithAFile() {
        const Outcome outcome = sweep({file_, "--seeds", "3"});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains("--seeds"), outcome.error);
        QCOMPARE(outcome.error.count('\n'), 1);
    }

    void aNameThatIsNeitherFileNorExperimentIsRefused() {
        QVERIFY(sweep({"matrix-sensin"}).error.contains("did you mean 'matrix-sensing'?"));
        QVERIFY(sweep({path("none.json")}).error.contains("none.json"));
    }

    void tablesDoNotDependOnTheNumberOfRanks() {
        if (QStandardPaths::findExecutable("mpirun").isEmpty())
            QSKIP("mpirun is not installed");
        for (const QString& ranks : {QString("1"), QString("3")}) {
            QStringList arguments{"--oversubscribe", "-n", ranks};
            if (geteuid() == 0)
                arguments.prepend("--allow-run-as-root");
            const QString out = path("ranks" + ranks);
            const Outcome outcome = run(
                "mpirun", arguments + QStringList{CONVERGENCE_LAB, "sweep", file_, "--out", out});
            if (outcome.error.contains("built without MPI"))
                QSKIP("the program was built without MPI");
            QVERIFY2(outcome.code == 0, outcome.error);
            expectSameTables(path("one"), out);
        }
    }

    void aSweepThatIsKilledContinuesWhereItStopped() {
        const QString slow = path("slow.json");
        write(slow, R"({"experiment": "endings", "fixed": {"milliseconds": 40},
                        "seeds": {"count": 60}})");
        QCOMPARE(sweep({slow, "--out", path("whole")}).code, 0);

        QProcess program;
        prepare(program);
        program.start(CONVERGENCE_LAB, {"sweep", slow, "--out", path("cut"), "--processes", "1"});
        // Some results are on disk after about a second; the database is read as they arrive.
        qint64 kept = 0;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "watch");
            database.setDatabaseName(path("cut/sweep.sqlite"));
            database.setConnectOptions("QSQLITE_OPEN_READONLY");
            QTRY_VERIFY_WITH_TIMEOUT(database.isOpen() || database.open(), 20000);
            const auto count = [&] {
                QSqlQuery query("SELECT COUNT(*) FROM tasks", database);
                return query.next() ? query.value(0).toLongLong() : 0;
            };
            QTRY_VERIFY_WITH_TIMEOUT(count() > 5, 20000);
            kept = count();
        }
        QSqlDatabase::removeDatabase("watch");
        program.kill();
        QVERIFY(program.waitForFinished(patience));

        const Outcome rest = sweep({slow, "--out", path("cut"), "--processes", "2"});
        QVERIFY2(rest.code == 0, rest.error);
        QVERIFY(rest.error.startsWith("Continuing: "));
        const auto continued = rest.error.mid(12, rest.error.indexOf(" of ") - 12).toLongLong();
        QVERIFY(continued >= kept && continued < 60);
        QCOMPARE(contentOf(path("cut/results.csv")), contentOf(path("whole/results.csv")));
    }

    void anInterruptKeepsWhatHasRun() {
        const QString slow = path("interrupted.json");
        write(slow, R"({"experiment": "endings", "fixed": {"milliseconds": 100},
                        "seeds": {"count": 1000}})");
        QProcess program;
        prepare(program);
        program.start(CONVERGENCE_LAB, {"sweep", slow, "--out", path("interrupted")});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("interrupted/sweep.sqlite-wal")), 20000);
        QTest::qWait(1500);
        ::kill(static_cast<pid_t>(program.processId()), SIGINT);
        QVERIFY(program.waitForFinished(patience));
        QCOMPARE(program.exitCode(), 130);
        const qsizetype rows = tasksIn(path("interrupted")).size();
        QVERIFY(rows > 0 && rows < 1000);
    }

    void tasksThatEndBadlyAreRecordedAndStopNobody() {
        const QString file = path("endings.json");
        write(file, R"({"experiment": "endings", "axes":
            [{"parameter": "ending", "list": ["finishes", "dies", "throws", "diverges"]},
             {"parameter": "limit", "list": [0, 2]}], "seeds": [1, 2]})");
        const Outcome outcome = sweep({file, "--out", path("endings"), "--json"});
        QCOMPARE(outcome.code, 1);
        const auto states = QJsonDocument::fromJson(outcome.out).object()["states"].toObject();
        QCOMPARE(states["finished"].toInt(), 2);
        QCOMPARE(states["killed"].toInt(), 2);
        QCOMPARE(states["failed"].toInt(), 2);
        QCOMPARE(states["diverged"].toInt(), 2);
        QCOMPARE(states["refused"].toInt(), 8);
        const QByteArray table = contentOf(path("endings/tasks.csv"));
        QVERIFY(table.contains("the solver threw") && table.contains("more than 1 cannot work") &&
                table.contains("was killed"));
        QVERIFY(contentOf(path("endings/results.csv")).contains(",1.4142135623730951"));

        // Nothing is left to run; asked to, it tries the troubled ones again.
        QVERIFY(sweep({file, "--out", path("endings")}).error.contains("16 of 16"));
        QVERIFY(sweep({file, "--out", path("endings"), "--retry"}).error.contains("4 of 16"));
    }

    void recordingsAreKeptWhereAsked() {
        const QString file = path("recordings.json");
        write(file, R"({"experiment": "matrix-sensing", "fixed": {"iterations": 100},
                        "seeds": [3, 4], "keep": ["recordings"]})");
        QCOMPARE(sweep({file, "--out", path("recordings")}).code, 0);
        const auto json =
            QJsonDocument::fromJson(contentOf(path("recordings/runs/000001/run.json"))).object();
        QCOMPARE(json["seed"].toInt(), 4);
        QVERIFY(QFile::exists(path("recordings/runs/000000/s_over.csv")));
    }

    void aDryRunTellsTasksAndTimeAndWritesNothing() {
        const Outcome outcome = sweep({file_, "--out", path("dry"), "--dry-run", "--json"});
        QCOMPARE(outcome.code, 0);
        const auto json = QJsonDocument::fromJson(outcome.out).object();
        QCOMPARE(json["tasks"].toInt(), 200);
        QVERIFY(json["seconds"].toDouble() > 0.0);
        QVERIFY(!QFile::exists(path("dry")));
    }

    void badInputIsRefusedInOneSentence_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("out");
        QTest::addColumn<QByteArray>("names");
        write(path("broken.json"), "{\"experiment\": ");
        write(path("huge.json"), R"({"experiment": "matrix-sensing", "seeds": {"count": 1000000},
            "axes": [{"parameter": "noise", "linear": {"from": 0, "to": 1, "count": 1000000}}]})");
        write(path("axis.json"), R"({"experiment": "matrix-sensing",
            "axes": [{"parameter": "factor_ranks", "list": [1]}]})");
        write(path("other.json"), R"({"experiment": "matrix-sensing", "seeds": [0]})");
        QVERIFY(QDir().mkpath(path("damaged")));
        write(path("damaged/sweep.sqlite"), QByteArray(8192, 'x'));
        QTest::newRow("missing") << path("none.json") << path("x") << QByteArray("does not exist");
        QTest::newRow("not JSON") << path("broken.json") << path("x") << QByteArray("line 1");
        QTest::newRow("10¹² tasks") << path("huge.json") << path("x") << QByteArray("1e+12 tasks");
        QTest::newRow("unknown axis")
            << path("axis.json") << path("x") << QByteArray("factor_rank");
        QTest::newRow("unwritable") << file_ << "/proc/nowhere" << QByteArray("/proc/nowhere");
        QTest::newRow("damaged") << file_ << path("damaged") << QByteArray("damaged");
        QTest::newRow("another sweep")
            << path("other.json") << path("one") << QByteArray("another sweep");
    }
    void badInputIsRefusedInOneSentence() {
        QFETCH(const QString, file);
        QFETCH(const QString, out);
        QFETCH(const QByteArray, names);
        const Outcome outcome = sweep({file, "--out", out});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains(names), outcome.error);
        QCOMPARE(outcome.error.count('\n'), 1);
    }

    /// The same machinery makes the runs of protocols: the same figures, however they are made.
    void verificationDoesNotDependOnWhereItsRunsAreMade() {
        const QStringList verify{"verify", "matrix-sensing", "--claim", "exact_rank_linear",
                                 "--json"};
        const Outcome threads = run(CONVERGENCE_LAB, verify);
        QCOMPARE(threads.code, 0);
        const Outcome processes = run(CONVERGENCE_LAB, verify + QStringList{"--processes", "2"});
        QVERIFY2(processes.code == 0, processes.error);
        QCOMPARE(processes.out, threads.out);
        if (QStandardPaths::findExecutable("mpirun").isEmpty())
            QSKIP("mpirun is not installed");
        QStringList arguments{"--oversubscribe", "-n", "3", CONVERGENCE_LAB};
        if (geteuid() == 0)
            arguments.prepend("--allow-run-as-root");
        const Outcome ranks = run("mpirun", arguments + verify);
        if (ranks.error.contains("built without MPI"))
            QSKIP("the program was built without MPI");
        QVERIFY2(ranks.code == 0, ranks.error);
        QCOMPARE(ranks.out, threads.out);
    }

    void aDatabaseInUseIsRefused() {
        QLockFile lock(path("one/sweep.lock"));
        QVERIFY(lock.tryLock());
        const Outcome outcome = sweep({file_, "--out", path("one")});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains("in use"), outcome.error);
    }
};

REGISTER_TEST(SweepTest)
#include "sweep_test.moc"
