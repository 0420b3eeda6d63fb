// Makes figures as a person at a terminal does.

#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/program_run.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

Outcome runLab(const QStringList& arguments) {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.remove("CONVERGENCE_PLUGIN_PATH");
    environment.insert("QT_QPA_PLATFORM", "offscreen");
    return runProgram(CONVERGENCE_LAB, arguments, environment);
}

QStringList shortFigure(const QStringList& more) {
    return QStringList{"export", "matrix-sensing", "--set", "iterations=200"} + more;
}

} // namespace

class FigureCommandTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneRunGivesAFigureInSeveralFiles() {
        const QTemporaryDir folder;
        QStringList command =
            shortFigure({"--view", "error", "--view", "singular_values", "--style", "paper-column",
                         "--width", "90mm", "--legend", "below", "--panels", "2x1", "--limits",
                         "error:y=1e-15..10", "--caption"});
        for (const char* suffix : {"pdf", "svg", "png", "tex", "py", "json", "csv"})
            command << "--out" << folder.filePath(QString("fig.%1").arg(suffix));
        const Outcome outcome = runLab(command);
        QVERIFY2(outcome.code == 0, outcome.error);
        QVERIFY2(outcome.error.isEmpty(), outcome.error);
        QVERIFY2(outcome.out.contains("seed") && outcome.out.contains("(b)"), outcome.out);
        QVERIFY(contentOf(folder.filePath("fig.svg")).contains("width=\"90.000mm\""));
        QVERIFY(QFile::exists(folder.filePath("fig-singular_values.csv"))); // of the script

        // Each that carries its figure makes the same tables and the same file again.
        const QByteArray svg = contentOf(folder.filePath("fig.svg"));
        for (const char* suffix : {"pdf", "svg", "png", "json"}) {
            const Outcome again =
                runLab({"reproduce", folder.filePath(QString("fig.%1").arg(suffix)), "--out",
                        folder.filePath("again.svg")});
            QVERIFY2(again.code == 0, again.error);
            QVERIFY2(again.out.contains("are the same"), again.out);
            QVERIFY(contentOf(folder.filePath("again.svg")) == svg);
        }
        const Outcome figure = runLab({"export", "--figure", folder.filePath("fig.json"), "--out",
                                       folder.filePath("from-json.svg")});
        QVERIFY2(figure.code == 0, figure.error);
        QVERIFY(contentOf(folder.filePath("from-json.svg")) == svg);
        // Nothing private: neither the folder nor the user's name.
        const QByteArray json = contentOf(folder.filePath("fig.json"));
        QVERIFY(!json.contains(folder.path().toUtf8()));
    }

    void whatIsWrongIsSaidInOneSentenceWithTheNearestName_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* word, const QStringList& options) {
            QTest::newRow(word) << options << QString(word);
        };
        row("did you mean 'error'", {"--view", "eror"});
        row("did you mean 'paper-column'", {"--view", "error", "--style", "paper-colum"});
        row("84mm", {"--view", "error", "--width", "84"});
        row("did you mean 'ends'", {"--view", "error", "--legend", "end"});
        row("ROWSxCOLUMNS", {"--view", "error", "--panels", "2"});
        row("do not fit", {"--view", "error", "--view", "singular_values", "--panels", "1x1"});
        row("is no view of this figure", {"--view", "error", "--limits", "errr:y=1..2"});
        row("the smaller first", {"--view", "error", "--limits", "error:y=2..1"});
        row("'z' is not known", {"--view", "error", "--limits", "error:z=1..2"});
        row("did you mean 's_over'", {"--view", "error", "--arms", "error:s_ovr"});
        row("is the smallest",
            {"--view", "error", "--style", "paper-column", "--width", "24mm", "--height", "20mm"});
    }
    void whatIsWrongIsSaidInOneSentenceWithTheNearestName() {
        QFETCH(QStringList, options);
        QFETCH(QString, word);
        const QTemporaryDir folder;
        const Outcome outcome =
            runLab(QStringList{"export", "matrix-sensing", "--set", "iterations=100"} + options +
                   QStringList{"--out", folder.filePath("a.pdf")});
        QCOMPARE(outcome.code, 2);
        QVERIFY2(QString::fromUtf8(outcome.error).contains(word), outcome.error);
        QCOMPARE(outcome.error.count('\n'), 1);
        QVERIFY(!QFile::exists(folder.filePath("a.pdf")));
    }

    void theCameraOfASurfaceIsKept() {
        const QTemporaryDir folder;
        const auto made = [&](const QString& name, const QStringList& options) {
            const QString path = folder.filePath(name);
            const Outcome outcome = runLab(QStringList{"export", "optimizer-playground", "--view",
                                                       "surface", "--steps", "20"} +
                                           options + QStringList{"--out", path});
            if (outcome.code != 0)
                qWarning() << outcome.error;
            return contentOf(path);
        };
        const QByteArray front = made("front.png", {});
        const QByteArray side = made("side.png", {"--look", "surface:azimuth=80,elevation=10"});
        if (front.isEmpty())
            QSKIP("this machine draws no surfaces");
        QVERIFY(!side.isEmpty() && side != front);
        // The figure that is made again is seen from the same place.
        const QString again = folder.filePath("again.png");
        const Outcome outcome = runLab({"reproduce", folder.filePath("side.png"), "--out", again});
        QVERIFY2(outcome.code == 0, outcome.error);
        QCOMPARE(QImage(again), QImage(folder.filePath("side.png")));
        const Outcome flat =
            runLab({"export", "matrix-sensing", "--set", "iterations=100", "--view", "matrices",
                    "--look", "matrices:azimuth=80", "--out", again});
        QCOMPARE(flat.code, 2);
        QVERIFY2(flat.error.contains("is not in space"), flat.error);
    }

    void aFigureOfAPersonsFileIsToldWhereTheFileIs() {
        const QTemporaryDir folder;
        const QString norms = folder.filePath("norms.csv"), figure = folder.filePath("a.svg");
        QFile file(norms);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("Step,norm\n");
        for (int step = 0; step < 200; ++step)
            file.write(QByteArray::number(step) + "," + QByteArray::number(1.0 + 0.01 * step) +
                       "\n");
        file.close();
        const Outcome made = runLab({"export", "schedule-refinement", "--set", "norms=" + norms,
                                     "--preset", "own", "--view", "refined", "--out", figure});
        QVERIFY2(made.code == 0, made.error);
        QVERIFY(!contentOf(figure).contains(folder.path().toUtf8()));
        QCOMPARE(runLab({"reproduce", figure}).code, 2); // not there, and said so
        const Outcome again = runLab({"reproduce", figure, "--set", "norms=" + norms});
        QVERIFY2(again.code == 0, again.error);
        QVERIFY(again.out.contains("are the same"));
        const Outcome other = runLab({"reproduce", figure, "--set", "seed=3"});
        QCOMPARE(other.code, 2);
        QVERIFY2(other.error.contains("a figure says everything else"), other.error);
    }

    void filesThatCarryNoFigureAreRefused() {
        const QTemporaryDir folder;
        QImage(8, 8, QImage::Format_RGB32).save(folder.filePath("plain.png"));
        const Outcome plain = runLab({"reproduce", folder.filePath("plain.png")});
        QCOMPARE(plain.code, 2);
        QVERIFY2(plain.error.contains("plain.png carries no figure"), plain.error);
        QCOMPARE(runLab({"reproduce", folder.filePath("none.pdf")}).code, 2);
    }
};

REGISTER_TEST(FigureCommandTest)
#include "figure_test.moc"
