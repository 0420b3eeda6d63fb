// Files from elsewhere on the command line: read, or refused with exit code 2 and one sentence.

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/program_run.h"
#include "tests/registered_test.h"

using namespace convergence::testing;

namespace {

const QString cases = TEST_DATA "/cases/";

/// In words.
struct Said {
    int code = -1;
    QString out, error;
};

Said run(const QStringList& arguments) {
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"CONVERGENCE_PLUGIN_PATH", "XDG_RUNTIME_DIR", "DISPLAY",
                             "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_LOGGING_RULES"})
        environment.remove(name);
    const Outcome outcome = runProgram(CONVERGENCE_LAB, arguments, environment);
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
        for (const char* name : {"index_out.ply", "zero_index.obj", "little_truncated.ply",
                                 "short.stl", "lying_count.ply", "points_only.ply", "nan.ply"})
            QTest::newRow(name) << name;
    }
    void badMeshesAreRefused() {
        QFETCH(QString, name);
        const Said outcome = train(cases + "meshes/" + name);
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains(name) && outcome.error.endsWith(".\n"),
                 qPrintable(outcome.error));
        QCOMPARE(outcome.error.count('\n'), 1);
        QCOMPARE(outcome.out, QString());
    }

    void meshesAndScenesAreTrainedOn_data() {
        QTest::addColumn<QString>("path");
        for (const char* path :
             {"meshes/tri.ply", "meshes/little_endian.ply", "meshes/big_endian.ply",
              "meshes/neg_slashes.obj", "meshes/crlf.obj", "meshes/binary_solid.stl",
              "scenes/instant_ngp", "scenes/nerfstudio_jpeg", "scenes/backslashes"})
            QTest::newRow(path) << path;
    }
    void meshesAndScenesAreTrainedOn() {
        QFETCH(QString, path);
        const Said outcome = train(cases + path);
        if (outcome.code == 2 && outcome.error.contains("cannot be drawn"))
            QSKIP(qPrintable(outcome.error));
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.out.contains("neither scaled nor centered"), path.startsWith("scenes"));
    }

    void exportsOfNormsGiveOneSchedule() {
        QByteArray first;
        for (const QString& name : QDir(cases + "tables").entryList(QDir::Files)) {
            const QTemporaryDir folder;
            const Said outcome = run({"run", "schedule-refinement", "--set",
                                      "norms=" + cases + "tables/" + name, "--out", folder.path()});
            QVERIFY2(outcome.code == 0, qPrintable(name + ": " + outcome.error));
            QVERIFY2(outcome.out.contains(name) && outcome.out.contains("40 numbers."),
                     qPrintable(outcome.out));
            const QByteArray schedule = contentOf(folder.filePath("refined/schedule.csv"));
            QCOMPARE(schedule.count('\n'), 40);
            if (first.isEmpty())
                first = schedule;
            QVERIFY2(schedule == first, qPrintable(name));
        }
    }

    void picturesAreMadeWithoutAWord() {
        const QTemporaryDir folder;
        const QString picture = folder.filePath("picture.png");
        for (const QStringList& command :
             {QStringList{"grab", "matrix-sensing"},
              QStringList{"export", "matrix-sensing", "--view", "error"}}) {
            const Said outcome =
                run(command + QStringList{"--set", "iterations=100", "--out", picture});
            QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
            QCOMPARE(outcome.error, QString());
            QVERIFY(QFile::remove(picture));
        }
    }
};

REGISTER_TEST(CommandCasesTest)
#include "cases_test.moc"
