// What the program does when a plugin throws.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/program_run.h"
#include "tests/registered_test.h"

using namespace convergence::testing;

namespace {

Outcome run(const QStringList& arguments) {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("CONVERGENCE_PLUGIN_PATH", TEST_PLUGINS);
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    return runProgram(CONVERGENCE_LAB, arguments, environment);
}

} // namespace

class ThrowingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCommandEndsWithASentence_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("place");
        QTest::addColumn<int>("code");
        for (const char* place : {"create", "trials", "check", "memoryEstimate"})
            for (const char* command : {"run", "grab"})
                QTest::addRow("%s, %s", command, place) << command << place << 2;
        QTest::newRow("run, step") << "run"
                                   << "step" << 1;
        QTest::newRow("grab, draw") << "grab"
                                    << "draw" << 1;
        QTest::newRow("grab, drawShared") << "grab"
                                          << "drawShared" << 1;
    }
    void everyCommandEndsWithASentence() {
        QFETCH(QString, command);
        QFETCH(QString, place);
        QFETCH(int, code);
        const QTemporaryDir folder;
        for (const char* thrown : {"exception", "number"}) {
            const Outcome outcome =
                run({command, "throwing", "--set", "place=" + place, "--set",
                     QString("thrown=%1").arg(thrown), "--out", folder.filePath("out.png")});
            QCOMPARE(outcome.code, code);
            const QByteArray reason = thrown == QByteArray("exception")
                                          ? "the well is dry"
                                          : "something that is not an exception";
            QVERIFY2(outcome.error.contains(reason), outcome.error);
            QCOMPARE(outcome.error.count('\n'), 1);
        }
    }

    void aRunTellsWhatItsTrialsSaved() {
        const QTemporaryDir folder;
        const Outcome outcome = run({"run", "throwing", "--out", folder.path()});
        QCOMPARE(outcome.code, 0);
        QVERIFY2(outcome.out.contains("2 files of the trials: bad/half.txt, good/half.txt"),
                 outcome.out);
        QFile file(folder.filePath("run.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray files =
            QJsonDocument::fromJson(file.readAll()).object()["files"].toArray();
        QCOMPARE(files, (QJsonArray{"bad/half.txt", "good/half.txt"}));
    }

    void aRunWhoseTrialsSavedNothingSaysSo() {
        const QTemporaryDir folder;
        const Outcome outcome =
            run({"run", "throwing", "--set", "place=cadence", "--out", folder.path()});
        QCOMPARE(outcome.code, 1);
        QVERIFY2(outcome.out.contains("saved nothing else (half of a file would be)"), outcome.out);
    }

    void aRunSaysThatNothingElseIsSaved() {
        const QTemporaryDir folder;
        const Outcome outcome =
            run({"run", "matrix-sensing", "--set", "iterations=100", "--out", folder.path()});
        QCOMPARE(outcome.code, 0);
        QVERIFY2(outcome.out.contains("matrix-sensing saves nothing else"), outcome.out);
    }
};

REGISTER_TEST(ThrowingTest)
#include "throwing_test.moc"
