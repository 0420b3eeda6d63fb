#include <QApplication>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "tests/registered_test.h"
#include "tests/widgets/volume/sample_volume.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/turntable.h"

using namespace convergence;

namespace {

VolumePicture samplePicture() {
    auto frames = std::make_shared<Frames>();
    frames->shared["field"] = sampleVolume(24);
    VolumePicture picture;
    picture.content.owner = frames;
    picture.content.volume = std::get_if<VolumeFrame>(&frames->shared["field"]);
    picture.theme = Theme::load("light");
    picture.viewpoint = Viewpoint::around({0, 0, 0}, 1.5, 0.0, 0.4);
    picture.pixels = QSize(160, 120);
    return picture;
}

/// A program that writes its last argument, and reports `code`.
QString program(const QTemporaryDir& folder, const char* body) {
    const QString path = folder.filePath("film-program");
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray("#!/bin/sh\n") + body);
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

} // namespace

class TurntableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
    }

    void picturesGoOnceAroundAndTheMissingProgramIsNamed() {
        const QTemporaryDir folder;
        Turntable turntable(samplePicture(), QFont(),
                            {.folder = folder.path(), .pictures = 6, .ffmpeg = "no-such-program"},
                            nullptr);
        QSignalSpy finished(&turntable, &Turntable::finished);
        turntable.start();
        QVERIFY(finished.wait(30000));
        QVERIFY(finished[0][0].toBool());
        QVERIFY(finished[0][1].toString().contains("ffmpeg"));
        const QStringList files = QDir(folder.path()).entryList({"*.png"});
        QCOMPARE(files.size(), 6);
        const QImage first(folder.filePath(files[0])), second(folder.filePath(files[1]));
        QCOMPARE(first.size(), QSize(160, 120));
        QVERIFY(first != second);
    }

    void filmIsMadeByTheProgram() {
        const QTemporaryDir folder;
        Turntable turntable(
            samplePicture(), QFont(),
            {.folder = folder.path(),
             .pictures = 2,
             .ffmpeg = program(folder, "for last; do :; done\necho film > \"$last\"\n")},
            nullptr);
        QSignalSpy finished(&turntable, &Turntable::finished);
        turntable.start();
        QVERIFY(finished.wait(30000));
        QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
        QVERIFY(QFile::exists(folder.filePath("turntable.webm")));
    }

    void filmsOfBothKindsAreMadeByFfmpeg_data() {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("beginning");
        QTest::newRow("WebM") << "webm" << QByteArray("\x1a\x45\xdf\xa3"); // of every EBML file
        QTest::newRow("GIF") << "gif" << QByteArray("GIF89a");
    }
    void filmsOfBothKindsAreMadeByFfmpeg() {
        if (QStandardPaths::findExecutable("ffmpeg").isEmpty())
            QSKIP("ffmpeg is not installed");
        QFETCH(QString, suffix);
        QFETCH(QByteArray, beginning);
        const QTemporaryDir folder;
        Turntable turntable(samplePicture(), QFont(),
                            {.folder = folder.path(), .pictures = 8, .filmSuffix = suffix},
                            nullptr);
        QSignalSpy finished(&turntable, &Turntable::finished);
        turntable.start();
        QVERIFY(finished.wait(60000));
        QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
        QFile film(folder.filePath("turntable." + suffix));
        QVERIFY(film.open(QIODevice::ReadOnly));
        QVERIFY(film.read(beginning.size()) == beginning && film.size() > 1000);
    }

    void failureOfTheProgramIsToldAndPicturesStay() {
        const QTemporaryDir folder;
        Turntable turntable(samplePicture(), QFont(),
                            {.folder = folder.path(),
                             .pictures = 2,
                             .ffmpeg = program(folder, "echo 'unknown encoder' >&2\nexit 3\n")},
                            nullptr);
        QSignalSpy finished(&turntable, &Turntable::finished);
        turntable.start();
        QVERIFY(finished.wait(30000));
        QVERIFY(!finished[0][0].toBool());
        QVERIFY(finished[0][1].toString().contains("unknown encoder"));
        QCOMPARE(QDir(folder.path()).entryList({"*.png"}).size(), 2);
    }

    void canBeStoppedWhileDrawingAndWhileFilming() {
        const QTemporaryDir folder;
        Turntable drawing(samplePicture(), QFont(), {.folder = folder.path(), .pictures = 5000},
                          nullptr);
        QSignalSpy finished(&drawing, &Turntable::finished);
        QSignalSpy progressed(&drawing, &Turntable::progressed);
        drawing.start();
        QVERIFY(progressed.wait(30000));
        drawing.cancel();
        QVERIFY(finished.wait(30000));
        QVERIFY(!finished[0][0].toBool());
        QVERIFY(QDir(folder.path()).entryList({"*.png"}).size() < 5000);

        Turntable filming(
            samplePicture(), QFont(),
            {.folder = folder.path(), .pictures = 1, .ffmpeg = program(folder, "exec sleep 600\n")},
            nullptr);
        QSignalSpy stopped(&filming, &Turntable::finished);
        QSignalSpy drawn(&filming, &Turntable::progressed);
        filming.start();
        QVERIFY(drawn.wait(30000));
        QTest::qWait(200);
        filming.cancel();
        QVERIFY(!stopped.isEmpty() || stopped.wait(30000));
        QVERIFY(stopped[0][1].toString().contains("Stopped"));
    }

    void folderThatCannotBeWrittenIsNamed() {
        Turntable turntable(samplePicture(), QFont(),
                            {.folder = "/nonexistent/folder", .pictures = 2}, nullptr);
        QSignalSpy finished(&turntable, &Turntable::finished);
        turntable.start();
        QVERIFY(finished.wait(30000));
        QVERIFY(finished[0][1].toString().contains("/nonexistent/folder"));
    }
};

REGISTER_GUI_TEST(TurntableTest)
#include "turntable_test.moc"
