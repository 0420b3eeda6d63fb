// Runs the built program as a person at a terminal does.

#include <csignal>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/csv.h"
#include "tests/app/program_run.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

QProcessEnvironment environment() {
    auto result = QProcessEnvironment::systemEnvironment();
    result.remove("CONVERGENCE_PLUGIN_PATH");
    return result;
}

Outcome run(const QStringList& arguments) {
    return runProgram(CONVERGENCE_LAB, arguments, environment());
}

QJsonObject runJsonOf(const QString& folder) {
    return QJsonDocument::fromJson(contentOf(folder + "/run.json")).object();
}

QStringList csvFilesIn(const QString& folder) {
    return QDir(folder).entryList({"*.csv"}, QDir::Files, QDir::Name);
}

NumericTable iterationsOf(const QString& file) {
    return readCsv(file.toStdString(), {"iteration"});
}

/// The arm's last recorded iteration.
int lastIteration(const QString& folder, const QString& arm) {
    return static_cast<int>(iterationsOf(folder + "/" + arm + ".csv").columns.at(0).back());
}

QStringList shortRun(const QStringList& more = {}) {
    return QStringList{"run", "matrix-sensing", "--set", "iterations=200"} + more;
}

} // namespace

class CommandLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void listNamesTheExperimentsInEveryFormat() {
        const Outcome table = run({"list"});
        QCOMPARE(table.code, 0);
        QVERIFY(table.error.isEmpty());
        QVERIFY(table.out.contains("matrix-sensing") && table.out.contains("rex-schedule"));

        const QStringList ids =
            QString::fromUtf8(run({"list", "--ids"}).out).split('\n', Qt::SkipEmptyParts);
        QVERIFY(ids.contains("matrix-sensing") && ids.contains("rex-schedule"));

        const auto json = QJsonDocument::fromJson(run({"list", "--json"}).out).array();
        QCOMPARE(json.size(), ids.size());
        const QJsonObject sensing = json[ids.indexOf("matrix-sensing")].toObject();
        QCOMPARE(sensing["id"].toString(), QString("matrix-sensing"));
        QCOMPARE(sensing["arxiv"].toString(), QString("2310.01769"));
    }

    void whatIsNeitherCommandNorFileIsRefused() {
        const Outcome outcome = run({"nonsense"});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains("nonsense"), outcome.error);
        QCOMPARE(outcome.error.count('\n'), 1);
    }

    void lessonsAreListedAndPrinted() {
        const Outcome list = run({"lesson"});
        QCOMPARE(list.code, 0);
        QVERIFY(list.out.contains("fitted-slopes") && list.out.contains("when it lies"));
        QVERIFY(run({"lesson", "fitted-slopes"}).out.contains("1. Straight lines"));
        const Outcome unknown = run({"lesson", "nothing"});
        QCOMPARE(unknown.code, 2);
        QVERIFY2(unknown.error.contains("'nothing'") && unknown.error.contains("fitted-slopes"),
                 unknown.error);
        const QTemporaryDir folder;
        const QString sheet = folder.filePath("sheet.pdf");
        const Outcome printed =
            run({"lesson", "fitted-slopes", "--worksheet", sheet, "--students-only"});
        QVERIFY2(printed.code == 0, printed.error);
        QCOMPARE(printed.out.trimmed(), sheet.toUtf8());
        QVERIFY(contentOf(sheet).startsWith("%PDF"));
        QVERIFY(!QFile::exists(folder.filePath("sheet-teacher.pdf")));
    }

    void describeTellsParametersAndClaimsAsJson() {
        const Outcome outcome = run({"describe", "matrix-sensing", "--json"});
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.error.isEmpty());
        const auto json = QJsonDocument::fromJson(outcome.out).object();
        QCOMPARE(json["id"].toString(), QString("matrix-sensing"));
        QVERIFY(names(json["parameters"], "name").contains("learning_rate"));
        QVERIFY(names(json["claims"], "id").contains("symmetric_constant"));
        const Outcome text = run({"describe", "matrix-sensing"});
        for (const QString& name : names(json["parameters"], "name"))
            QVERIFY2(text.out.contains(name.toUtf8()), qPrintable(name));
    }

    void aRunWritesItsFolder() {
        const QTemporaryDir folder;
        const Outcome outcome = run(shortRun({"--out", folder.path(), "--seed", "7"}));
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.error.isEmpty());
        const QJsonObject json = runJsonOf(folder.path());
        QCOMPARE(json["state"].toString(), QString("finished"));
        QCOMPARE(json["experiment"].toString(), QString("matrix-sensing"));
        QCOMPARE(json["seed"].toInt(), 7);
        QCOMPARE(json["parameters"].toObject()["iterations"].toInt(), 200);
        QCOMPARE(csvFilesIn(folder.path()).size(), 6 * 2 + 1); // six arms, and trials.csv
    }

    void csvFilesFollowRfc4180() {
        const QTemporaryDir folder;
        QCOMPARE(run(shortRun({"--set", "record_every=1", "--out", folder.path()})).code, 0);
        for (const QString& name : csvFilesIn(folder.path())) {
            const QByteArray text = contentOf(folder.filePath(name));
            QVERIFY2(text.endsWith("\r\n"), qPrintable(name));
            QCOMPARE(text.count('\n'), text.count("\r\n"));
            CsvReader reader(folder.filePath(name).toStdString()); // refuses ragged records
            std::vector<std::string> cells;
            int rows = 0;
            while (reader.next(cells))
                ++rows;
            // The start and 200 steps, or one row for each of the six trials.
            QCOMPARE(rows, name == "trials.csv" ? 6 : 201);
            QCOMPARE(QString::fromStdString(reader.columns().front()),
                     QString(name == "trials.csv" ? "trial" : "iteration"));
        }
        QCOMPARE(lastIteration(folder.path(), "s_over"), 200);
    }

    void theNumberOfThreadsDoesNotChangeTheRecording() {
        const QTemporaryDir one, two;
        QCOMPARE(run(shortRun({"--threads", "1", "--out", one.path()})).code, 0);
        QCOMPARE(run(shortRun({"--threads", "2", "--out", two.path()})).code, 0);
        QCOMPARE(csvFilesIn(one.path()), csvFilesIn(two.path()));
        int compared = 0;
        for (const QString& name : csvFilesIn(one.path())) {
            if (name.endsWith(".timing.csv"))
                continue;
            QVERIFY2(contentOf(one.filePath(name)) == contentOf(two.filePath(name)),
                     qPrintable(name));
            ++compared;
        }
        QCOMPARE(compared, 7);
    }

    void theSeedChangesTheRecording() {
        const QTemporaryDir one, two;
        QCOMPARE(run(shortRun({"--seed", "1", "--out", one.path()})).code, 0);
        QCOMPARE(run(shortRun({"--seed", "2", "--out", two.path()})).code, 0);
        QVERIFY(contentOf(one.filePath("s_over.csv")) != contentOf(two.filePath("s_over.csv")));
    }

    void badInputIsRefusedInOneSentence_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const QStringList& arguments, const char* named) {
            QTest::newRow(name) << arguments << named;
        };
        const auto set = [&](const char* name, const QString& setting, const char* named) {
            QTest::newRow(name) << shortRun({"--set", setting}) << named;
        };
        row("unknown experiment", {"run", "matrix-sensin"}, "did you mean 'matrix-sensing'?");
        row("empty experiment", {"run", ""}, "''");
        row("no experiment", {"run"}, "ID");
        row("unknown experiment described", {"describe", "nope"}, "'nope'");
        row("unknown subcommand", {"walk"}, "walk");
        row("unknown option", shortRun({"--nonsense"}), "--nonsense");
        row("option without value", shortRun({"--set"}), "--set");
        row("options that exclude each other", {"list", "--json", "--ids"}, "--ids");
        row("superfluous argument", shortRun({"extra"}), "extra");
        set("unknown parameter", "lerning_rate=0.1", "did you mean 'learning_rate'?");
        set("below the range", "learning_rate=0", "'learning_rate'");
        set("above the range", "learning_rate=2", "'learning_rate'");
        set("nan", "learning_rate=nan", "'learning_rate'");
        set("inf", "learning_rate=inf", "'learning_rate'");
        set("too large for a number", "learning_rate=1e999", "1e999");
        set("empty", "learning_rate=", "'learning_rate'");
        set("words", "learning_rate=fast", "'fast'");
        set("fraction for an integer", "iterations=200.5", "'200.5'");
        set("not a boolean", "sweep_scale=maybe", "'maybe'");
        set("unknown choice", "problem=cube", "'cube'");
        set("empty set", "arms=", "'arms'");
        set("unknown arm", "arms=s_over,z", "'z'");
        set("arm twice", "arms=s_over,s_over", "'s_over'");
        set("bad list", "scales=0.1,x", "'0.1,x'");
        set("more columns than rows", "factor_rank=21", "'factor_rank'");
        set("symmetric arms of a rectangle", "rows=10", "rows = 10");
        set("setting without a sign", "learning_rate", "NAME=VALUE");
        set("setting without a name", "=1", "NAME=VALUE");
        row("unknown preset", shortRun({"--preset", "nope"}), "'nope'");
        row("negative seed", shortRun({"--seed", "-1"}), "-1");
        row("negative seed among settings", shortRun({"--set", "seed=-1"}), "-1");
        row("seed in words", shortRun({"--seed", "lucky"}), "'lucky'");
        row("fraction as seed", shortRun({"--seed", "1.5"}), "'1.5'");
        row("seed that does not fit", shortRun({"--seed", "99999999999999999999"}),
            "'99999999999999999999'");
        row("negative threads", shortRun({"--threads", "-1"}), "--threads");
        row("folder that cannot be made", shortRun({"--out", "/proc/x"}), "/proc/x");
        row("file in the place of the folder", shortRun({"--out", CONVERGENCE_LAB}),
            CONVERGENCE_LAB);
        row("folder without a name", shortRun({"--out", ""}), "''");
        row("unknown claim", {"verify", "matrix-sensing", "--claim", "nope"}, "'nope'");
        row("claim of another experiment",
            {"verify", "rex-schedule", "--claim", "symmetric_constant"}, "'symmetric_constant'");
        row("claim of no experiment", {"verify", "--claim", "nope"}, "'nope'");
        row("unknown experiment verified", {"verify", "nope"}, "'nope'");
    }

    void badInputIsRefusedInOneSentence() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.code, 2);
        QCOMPARE(outcome.out, QByteArray());
        requireOneSentence(QString::fromUtf8(outcome.error), named);
    }

    void refusedRunsLeaveNoFolderBehind() {
        const QTemporaryDir parent;
        const QString folder = parent.filePath("run");
        QCOMPARE(run(shortRun({"--set", "learning_rate=2", "--out", folder})).code, 2);
        QVERIFY(!QFileInfo::exists(folder));
    }

    void aDivergingRunNamesTheIterationAndKeepsItsTables() {
        const QTemporaryDir folder;
        const Outcome outcome = run({"run", "matrix-sensing", "--set", "learning_rate=1.4", "--set",
                                     "iterations=1000", "--out", folder.path()});
        QCOMPARE(outcome.code, 1);
        const QJsonObject json = runJsonOf(folder.path());
        QCOMPARE(json["state"].toString(), QString("diverged"));
        const QJsonArray troubles = json["troubles"].toArray();
        QVERIFY(!troubles.isEmpty());
        for (const QJsonValue& trouble : troubles) {
            const QString arm = trouble["arm"].toString();
            const int iteration = trouble["iteration"].toInt();
            QVERIFY(iteration > 0 && iteration < 1000);
            const QString named = QString("%1 diverged at iteration %2:").arg(arm).arg(iteration);
            QVERIFY2(outcome.error.contains(named.toUtf8()), qPrintable(named));
            QCOMPARE(lastIteration(folder.path(), arm), iteration);
        }
        QCOMPARE(csvFilesIn(folder.path()).size(), 6 * 2 + 1);
    }

    void anInterruptStopsARunAndKeepsWhatItRecorded() {
        const QTemporaryDir folder;
        QProcess program;
        program.setProcessEnvironment(environment());
        // Minutes, unless it is stopped.
        program.start(CONVERGENCE_LAB,
                      {"run", "matrix-sensing", "--set", "iterations=200000", "--set", "rows=200",
                       "--set", "columns=200", "--out", folder.path()});
        QVERIFY(program.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(handlesInterrupt(program.processId()), patience);
        QCOMPARE(::kill(static_cast<pid_t>(program.processId()), SIGINT), 0);
        QVERIFY(program.waitForFinished(patience));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 130);
        QCOMPARE(runJsonOf(folder.path())["state"].toString(), QString("stopped"));
        QVERIFY(iterationsOf(folder.filePath("s_over.csv")).rows() >= 1);
        QVERIFY(lastIteration(folder.path(), "s_over") < 200000);
    }

    void verifyFindsTheExperimentThatMakesAClaim() {
        const Outcome outcome = run({"verify", "--claim", "symmetric_constant", "--json"});
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.error.isEmpty());
        const auto reports = QJsonDocument::fromJson(outcome.out).array();
        QCOMPARE(reports.size(), 1);
        QCOMPARE(reports[0]["experiment"].toString(), QString("matrix-sensing"));
        QCOMPARE(reports[0]["id"].toString(), QString("symmetric_constant"));
        QCOMPARE(reports[0]["verdict"].toString(), QString("holds"));
    }

    void refutationsOfAClaimFail() {
        const Outcome outcome =
            run({"verify", "--claim", "symmetric_constant", "--refute", "--json"});
        QCOMPARE(outcome.code, 0);
        const auto reports = QJsonDocument::fromJson(outcome.out).array();
        QVERIFY(!reports.isEmpty());
        for (const QJsonValue& report : reports) {
            QVERIFY(!report["refutation"].toString().isEmpty());
            QCOMPARE(report["verdict"].toString(), QString("fails"));
        }
    }

    void aBrokenPluginIsReportedAndTheRestGoesOn() {
        const QTemporaryDir plugins;
        QFile broken(plugins.filePath("broken.so"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("not a library");
        broken.close();
        QProcess program;
        auto changed = environment();
        changed.insert("CONVERGENCE_PLUGIN_PATH", plugins.path());
        program.setProcessEnvironment(changed);
        program.start(CONVERGENCE_LAB, {"list", "--ids"});
        QVERIFY(program.waitForFinished(patience));
        QCOMPARE(program.exitCode(), 0);
        const auto ids = program.readAllStandardOutput().split('\n');
        QVERIFY(ids.contains("matrix-sensing"));
        QVERIFY(ids.contains("rex-schedule"));
        requireOneSentence(QString::fromUtf8(program.readAllStandardError()),
                           plugins.filePath("broken.so"));
    }

private:
    static QStringList names(const QJsonValue& list, const QString& key) {
        QStringList result;
        for (const QJsonValue& item : list.toArray())
            result << item[key].toString();
        return result;
    }

    /// One line that ends in one mark, with no second sentence in it.
    static void requireOneSentence(const QString& error, const QString& named) {
        static const QRegularExpression end("[^.?]([.?])\n$");
        static const QRegularExpression second("[.?!] +[A-Z]");
        QVERIFY2(error.count('\n') == 1 && end.match(error).hasMatch(), qPrintable(error));
        QVERIFY2(!second.match(error).hasMatch(), qPrintable(error));
        QVERIFY2(error.contains(named), qPrintable(error));
    }
};

REGISTER_TEST(CommandLineTest)
#include "command_line_test.moc"
