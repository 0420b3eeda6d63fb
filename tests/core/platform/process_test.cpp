#include <csignal>

#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QtTest>

#include "core/platform/loaded_code.h"
#include "core/platform/process.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

std::atomic<bool> flag = false;

} // namespace

class ProcessTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void interruptsSetTheFlagOnceAndThenEnd_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("Ctrl-C") << SIGINT;
        QTest::newRow("terminate") << SIGTERM;
    }
    void interruptsSetTheFlagOnceAndThenEnd() {
        QFETCH(int, signal);
        flag = false;
        setOnInterrupt(flag);
        QVERIFY(!flag);
        std::raise(signal);
        QVERIFY(flag);
        // The next one would end the program.
        QVERIFY(std::signal(signal, SIG_DFL) == SIG_DFL);
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
    }

    /// Against what binutils reads in the file.
    void theBuildIdIsThatOfTheFile() {
        const QString readelf = QStandardPaths::findExecutable("readelf");
        if (readelf.isEmpty())
            QSKIP("readelf is not installed");
        QProcess process;
        process.start(readelf, {"--notes", QCoreApplication::applicationFilePath()});
        QVERIFY(process.waitForFinished());
        const QRegularExpression line("Build ID: ([0-9a-f]+)");
        const auto match = line.match(process.readAllStandardOutput());
        QCOMPARE(QString::fromStdString(buildIdAt(&flag)), match.captured(1));
        QVERIFY(match.hasMatch());
    }

    void nobodyKnowsABuildOfNoAddress() { QVERIFY(buildIdAt(nullptr).empty()); }
};

REGISTER_TEST(ProcessTest)
#include "process_test.moc"
