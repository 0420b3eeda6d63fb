#include "core/data/curve_log.h"

#include <cmath>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Numbers = std::vector<double>;

CurveLog logOf(const QByteArray& content, const QString& name = "log.csv") {
    const QTemporaryDir folder;
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write the log");
    file.close();
    return readCurveLog(file.fileName().toStdString());
}

QStringList idsOf(const CurveLog& log) {
    QStringList ids;
    for (const CurveLog::Curve& curve : log.curves)
        ids << QString::fromStdString(curve.id);
    return ids;
}

} // namespace

class CurveLogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tensorBoardsExportIsOneCurve() {
        const CurveLog log = logOf("Wall time,Step,Value\n1700000000.5,10,2.5\n"
                                   "1700000002.5,20,1.25\n",
                                   "run-a-tag-loss.csv");
        QCOMPARE(idsOf(log), QStringList{"run-a-tag-loss"});
        QCOMPARE(log.clocks[0].name, std::string("Step"));
        QCOMPARE(log.curves[0].clocks[0], (Numbers{10, 20}));
        QCOMPARE(log.clocks[1].unit, std::string("s"));
        QCOMPARE(log.curves[0].clocks[1], (Numbers{0, 2}));
        QVERIFY(log.notes.back().find("'Wall time' is counted from its first") !=
                std::string::npos);
    }

    void weightsAndBiasesExportHasACurveARun() {
        const CurveLog log = logOf(
            "\"Step\",\"a - train/loss\",\"a - train/loss__MIN\",\"a - train/loss__MAX\","
            "\"b - train/loss\"\n\"0\",\"3\",\"3\",\"3\",\"\"\n\"1\",\"2\",\"2\",\"2\",\"5\"\n"
            "\"2\",\"1\",\"1\",\"1\",\"4\"\n");
        QCOMPARE(idsOf(log), (QStringList{"a - train_loss", "b - train_loss"}));
        QCOMPARE(log.curves[1].values, (Numbers{5, 4}));
        QCOMPARE(log.curves[1].clocks[0], (Numbers{1, 2}));
        QCOMPARE(log.notes.front(), std::string("2 columns __MIN and __MAX are left out."));
    }

    void aStepIsChosenBeforeAnEpochAndATime() {
        const CurveLog log =
            logOf("time\tepoch\ttrainer/global_step\tloss\n0.5\t0\t100\t3\n1\t1\t200\t2\n");
        QCOMPARE(log.clocks[0].name, std::string("trainer/global_step"));
        QCOMPARE(log.clocks[1].name, std::string("epoch"));
        QCOMPARE(log.clocks[2].name, std::string("time"));
        QCOMPARE(log.curves[0].clocks[1], (Numbers{0, 1}));
    }

    void withoutAClockRowsAreCounted() {
        const CurveLog log = logOf("loss\n3\n2\n1\n");
        QCOMPARE(log.clocks[0].name, std::string("row"));
        QCOMPARE(log.curves[0].clocks[0], (Numbers{1, 2, 3}));
    }

    void notANumberStaysAndEmptyCellsGo() {
        const CurveLog log = logOf("step,loss,lr\n0,1,\n1,nan,0.1\n2,inf,\n3,0.5,0.2\n");
        QCOMPARE(log.curves[0].values.size(), std::size_t(4));
        QVERIFY(std::isnan(log.curves[0].values[1]) && std::isinf(log.curves[0].values[2]));
        QCOMPARE(log.curves[1].clocks[0], (Numbers{1, 3}));
    }

    void whatIsLeftOutIsTold() {
        const CurveLog log = logOf("step,loss,name,once\n0,3,a,1\n1,2,b,\n");
        QCOMPARE(idsOf(log), QStringList{"loss"});
        QVERIFY(log.notes[0].find("words: name") != std::string::npos);
        QVERIFY(log.notes[1].find("fewer than two numbers: once") != std::string::npos);
    }

    void namesCanBeFiles() {
        const CurveLog log = logOf("step,../../up,a\\b,\"a,b\",\"a;b\"\n0,1,2,3,4\n1,1,2,3,4\n");
        QCOMPARE(idsOf(log), (QStringList{"_._.__up", "a_b", "a_b (2)", "a_b (3)"}));
    }

    void aLogWithoutACurveIsRefused() {
        expectRefusal([] { logOf("step,name\n0,a\n1,b\n"); }, "log.csv", "has no curve",
                      "its columns: name");
        expectRefusal([] { logOf("step\n0\n1\n"); }, "no other column");
        expectRefusal([] { logOf(""); }, "log.csv");
        expectRefusal([] { logOf("step,loss\n0\n"); }, "line 2");
    }

    void logsAreToldFromDocuments() {
        const QTemporaryDir folder;
        const auto may = [&](const QByteArray& content) {
            QFile file(folder.filePath("file"));
            if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
                qFatal("cannot write the file");
            file.close();
            return mayBeCurveLog(file.fileName().toStdString());
        };
        QVERIFY(may("step,loss\n"));
        QVERIFY(may("\xEF\xBB\xBFstep;loss\r\n"));
        QVERIFY(may(QByteArray("\xFF\xFEs\0,\0", 6)));
        QVERIFY(!may("  {\"format\": 1}"));
        QVERIFY(!may(QByteArray("\x89PNG\0\0", 6)));
        QVERIFY(!may(""));
        QVERIFY(!mayBeCurveLog("/nowhere/at/all"));
    }
};

REGISTER_TEST(CurveLogTest)
#include "curve_log_test.moc"
