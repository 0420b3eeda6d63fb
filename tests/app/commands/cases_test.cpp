// Files from elsewhere on the command line: read, or refused with exit code 2 and one sentence.

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/cases.h"
#include "tests/app/program_run.h"
#include "tests/registered_test.h"

using namespace convergence::testing;

namespace {

const QString noOpenGL = "This machine offers no off-screen OpenGL";

/// In words.
struct Said {
    int code = -1;
    QString out, error;
};

Said run(const QStringList& arguments, const QMap<QString, QString>& further = {},
         const QString& program = CONVERGENCE_LAB) {
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"CONVERGENCE_PLUGIN_PATH", "XDG_RUNTIME_DIR", "DISPLAY",
                             "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_LOGGING_RULES"})
        environment.remove(name);
    for (const auto& [name, value] : further.toStdMap())
        environment.insert(name, value);
    const Outcome outcome = runProgram(program, arguments, environment);
    return {outcome.code, QString::fromUtf8(outcome.out), QString::fromUtf8(outcome.error)};
}

/// A short training on a scene.
Said train(const QString& scene) {
    return run({"run", "voxel-radiance", "--set", "scene=" + scene, "--set", "image_size=32",
                "--set", "train_views=5", "--set", "arms=grid", "--set", "coarse_steps=5", "--set",
                "fine_steps=5", "--set", "rays=64"});
}

} // namespace

class CommandCasesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void badMeshesAreRefused_data() {
        QTest::addColumn<QString>("name");
        for (const QString& name : refusedMeshes)
            QTest::newRow(qPrintable(name)) << name;
    }
    void badMeshesAreRefused() {
        QFETCH(QString, name);
        const Said outcome = train(casesFolder + "meshes/" + name);
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains(name) && outcome.error.endsWith(".\n"),
                 qPrintable(outcome.error));
        QCOMPARE(outcome.error.count('\n'), 1);
        QCOMPARE(outcome.out, QString());
    }

    void meshesAndScenesAreTrainedOn_data() {
        QCOMPARE(readableScenes().size(), 9);
        addRows(readableScenes());
    }
    void meshesAndScenesAreTrainedOn() {
        QFETCH(QString, path);
        const Said outcome = train(casesFolder + path);
        if (outcome.code == 2 && outcome.error.contains("cannot be drawn"))
            QSKIP(qPrintable(outcome.error));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.out.contains("neither scaled nor centered"), path.startsWith("scenes"));
    }

    void exportsOfNormsGiveOneSchedule() {
        QByteArray first;
        QCOMPARE(normTables().size(), 12);
        for (const QString& path : normTables()) {
            const QTemporaryDir folder;
            const Said outcome = run({"run", "schedule-refinement", "--set",
                                      "norms=" + casesFolder + path, "--out", folder.path()});
            QVERIFY2(outcome.code == 0, qPrintable(path + ": " + outcome.error));
            QVERIFY2(outcome.out.contains(path) && outcome.out.contains("40 numbers."),
                     qPrintable(outcome.out));
            const QByteArray schedule = contentOf(folder.filePath("refined/schedule.csv"));
            QCOMPARE(schedule.count('\n'), 40);
            if (first.isEmpty())
                first = schedule;
            QVERIFY2(schedule == first, qPrintable(path));
        }
    }

    void aPictureThatNeedsOpenGLIsMissedInOneSentence_data() {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("isMissed");
        const QStringList figure{"export", "voxel-radiance", "--view", "volume"};
        QTest::newRow("figure") << figure << "volume.png" << true;
        QTest::newRow("page") << figure << "volume.pdf" << true;
        QTest::newRow("as on the screen")
            << figure + QStringList{"--size", "400x300"} << "volume.svg" << true;
        QTest::newRow("view") << QStringList{"grab", "voxel-radiance", "--view", "volume"}
                              << "volume.png" << true;
        QTest::newRow("window") << QStringList{"grab", "voxel-radiance"} << "window.png" << true;
        QTest::newRow("film")
            << figure +
                   QStringList{"--size", "160x120", "--seconds", "1", "--pictures-a-second", "5"}
            << "volume.gif" << true;
        QTest::newRow("numbers") << figure << "volume.csv" << false;
        QTest::newRow("grid") << figure << "volume.vti" << false;
        QTest::newRow("another view")
            << QStringList{"export", "voxel-radiance", "--view", "psnr"} << "psnr.png" << false;
    }
    void aPictureThatNeedsOpenGLIsMissedInOneSentence() {
        QFETCH(QStringList, command);
        QFETCH(QString, file);
        QFETCH(bool, isMissed);
        const QTemporaryDir folder;
        const QString path = folder.filePath(file);
        // A machine without any driver for EGL, whatever this one has.
        const Said outcome =
            run(command + QStringList{"--set", "image_size=32", "--set", "train_views=5", "--set",
                                      "rays=64", "--steps", "2", "--out", path},
                {{"__EGL_VENDOR_LIBRARY_FILENAMES", folder.filePath("none")}});
        QVERIFY2(outcome.code == (isMissed ? 1 : 0), qPrintable(outcome.error));
        QVERIFY(QFileInfo(path).size() > 0);
        if (isMissed)
            QVERIFY2(outcome.error.startsWith(noOpenGL) && outcome.error.count('\n') == 1,
                     qPrintable(outcome.error));
        else
            QCOMPARE(outcome.error, QString());
    }

    void picturesAreMadeWithoutAWord_data() {
        QTest::addColumn<QStringList>("display");
        QTest::newRow("no display") << QStringList();
        // VTK warns of what such a display lacks.
        QTest::newRow("a display without GLX")
            << QStringList{"xvfb-run", "-a", "-s", "-screen 0 1280x800x24 -extension GLX"};
    }
    void picturesAreMadeWithoutAWord() {
        QFETCH(QStringList, display);
        if (!display.isEmpty() && QStandardPaths::findExecutable(display.first()).isEmpty())
            QSKIP("xvfb-run is not there");
        const QTemporaryDir folder;
        const QString picture = folder.filePath("picture.png");
        const QStringList shortField{"--set", "image_size=32", "--set",   "train_views=5",
                                     "--set", "rays=64",       "--steps", "2"};
        for (const QStringList& command :
             {QStringList{"grab", "matrix-sensing", "--set", "iterations=100"},
              QStringList{"export", "matrix-sensing", "--view", "error", "--set", "iterations=100"},
              QStringList{"grab", "voxel-radiance"} + shortField,
              QStringList{"export", "voxel-radiance", "--view", "volume"} + shortField}) {
            QStringList words =
                display + QStringList{CONVERGENCE_LAB} + command + QStringList{"--out", picture};
            const QString program = words.takeFirst();
            const Said outcome = run(words, {}, program);
            if (outcome.code == 1 && outcome.error.startsWith(noOpenGL))
                continue;
            QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
            QCOMPARE(outcome.error, QString());
            QVERIFY(QFile::remove(picture));
        }
    }
};

REGISTER_TEST(CommandCasesTest)
#include "cases_test.moc"
