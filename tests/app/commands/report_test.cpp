// `report` as a person at a terminal sees it.

#include <csignal>

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/program_run.h"
#include "tests/registered_test.h"

using namespace convergence::testing;

namespace {} // namespace

class ReportCommandTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReportIsAFolderOfPages() {
        const QString folder = scratch_.filePath("first");
        const Outcome outcome = run({"report", "claiming", "--out", folder});
        QCOMPARE(outcome.error, QByteArray());
        QCOMPARE(outcome.code, 0);
        QVERIFY2(outcome.out.contains("first/index.html"), outcome.out);
        QVERIFY(contentOf(folder + "/index.html").contains("2 of 2 fail as they must"));
        const QByteArray page = contentOf(folder + "/claiming.html");
        QVERIFY(page.contains("convergence-lab verify claiming --claim small"));
        QCOMPARE(QDir(folder).entryList({"*.svg"}).size(), 6);
        for (const QString& name : QDir(folder).entryList({"*.html", "*.json", "*.svg"}))
            QVERIFY2(!contentOf(folder + "/" + name).contains(scratch_.path().toUtf8()),
                     qPrintable(name));
        const auto json = QJsonDocument::fromJson(contentOf(folder + "/report.json")).object();
        const QJsonObject claim = json["experiments"][0]["claims"][0].toObject();
        QCOMPARE(claim["verdict"].toString(), QString("holds"));
        QCOMPARE(claim["seeds"].toInt(), 2);
        QCOMPARE(claim["refutations"].toArray().size(), 2);
        QVERIFY(!json["machine"]["processor"].toString().isEmpty());
    }

    void aLaterReportTellsWhatChanged() {
        const QString old = scratch_.filePath("old"), folder = scratch_.filePath("later");
        QCOMPARE(run({"report", "claiming", "--out", old, "--without-refutations"}).code, 0);
        const Outcome same = run({"report", "claiming", "--out", folder, "--against", old});
        QCOMPARE(same.error, QByteArray());
        QCOMPARE(same.code, 0);
        QVERIFY2(same.out.contains("no verdict changed"), same.out);
        QFile file(old + "/report.json");
        QByteArray text = contentOf(file.fileName());
        text.replace("\"verdict\": \"holds\"", "\"verdict\": \"fails\"");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const Outcome changed =
            run({"report", "claiming", "--out", folder, "--against", file.fileName()});
        QCOMPARE(changed.code, 1);
        QVERIFY2(changed.out.contains("claiming/small: fails"), changed.out);
        QVERIFY(contentOf(folder + "/index.html").contains("Another verdict"));
    }

    void badInputIsRefusedInOneSentence_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("named");
        const QString out = scratch_.filePath("refused");
        QFile damaged(scratch_.filePath("damaged.json"));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("{\"format\": \"convergence-lab report\", \"version\": 1}");
        damaged.close();
        QFile later(scratch_.filePath("later.json"));
        QVERIFY(later.open(QIODevice::WriteOnly));
        later.write("{\"format\": \"convergence-lab report\", \"version\": 7}");
        later.close();
        QTest::newRow("no folder") << QStringList{"report", "claiming"} << QByteArray("--out");
        QTest::newRow("unknown experiment")
            << QStringList{"report", "claimin", "--out", out} << QByteArray("'claiming'");
        QTest::newRow("folder that cannot be made")
            << QStringList{"report", "claiming", "--out", "/proc/x"} << QByteArray("/proc/x");
        QTest::newRow("no earlier report")
            << QStringList{"report", "claiming", "--out", out, "--against", out}
            << QByteArray("refused");
        QTest::newRow("damaged earlier report")
            << QStringList{"report", "claiming", "--out", out, "--against", damaged.fileName()}
            << QByteArray("is damaged");
        QTest::newRow("later report")
            << QStringList{"report", "claiming", "--out", out, "--against", later.fileName()}
            << QByteArray("newer program");
    }

    void badInputIsRefusedInOneSentence() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, named);
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.code, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY2(outcome.error.contains(named), outcome.error);
        QCOMPARE(outcome.error.count('\n'), 1);
        QVERIFY(!QFileInfo::exists(scratch_.filePath("refused")));
    }

    void anInterruptWritesNothing() {
        const QString folder = scratch_.filePath("stopped");
        QProcess program;
        program.setProcessEnvironment(environment());
        // Minutes, unless it is stopped.
        program.start(CONVERGENCE_LAB, {"report", "matrix-sensing", "--out", folder, "--fresh"});
        QVERIFY(program.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(handlesInterrupt(program.processId()), patience);
        QCOMPARE(::kill(static_cast<pid_t>(program.processId()), SIGINT), 0);
        QVERIFY(program.waitForFinished(patience));
        QCOMPARE(program.exitCode(), 130);
        const QByteArray error = program.readAllStandardError();
        QVERIFY2(error.contains("stopped") && error.count('\n') == 1, error);
        QVERIFY(!QFileInfo::exists(folder + "/report.json"));
    }

private:
    QTemporaryDir scratch_;

    [[nodiscard]] QProcessEnvironment environment() const {
        auto result = QProcessEnvironment::systemEnvironment();
        result.insert("CONVERGENCE_PLUGIN_PATH", TEST_PLUGINS);
        result.insert("XDG_CACHE_HOME", scratch_.filePath("cache"));
        return result;
    }

    [[nodiscard]] Outcome run(const QStringList& arguments) const {
        return runProgram(CONVERGENCE_LAB, arguments, environment());
    }
};

REGISTER_TEST(ReportCommandTest)
#include "report_test.moc"
