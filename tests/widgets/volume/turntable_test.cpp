#include <QApplication>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/registered_test.h"
#include "tests/widgets/films/decoded_film.h"
#include "tests/widgets/volume/sample_volume.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/turntable.h"

using namespace convergence;
using namespace convergence::testing;

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

} // namespace

class TurntableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
    }

    void picturesGoOnceAround() {
        const VolumePicture start = samplePicture();
        constexpr int count = 6;
        std::vector<QImage> turn;
        const auto pictures = turntablePictures(start, QFont(), count);
        for (int i = 0; i < count; ++i)
            turn.push_back(pictures(i));
        for (int i = 0; i < count; ++i) {
            QCOMPARE(turn[std::size_t(i)].size(), QSize(160, 120));
            QVERIFY(turn[std::size_t(i)] != turn[std::size_t((i + 1) % count)]);
        }
        // A turn later all is as it was.
        QVERIFY(distance(pictures(count), turn[0]) < 1.0);
    }

    void filmsOfBothKindsAreMade_data() {
        QTest::addColumn<QString>("suffix");
        QTest::newRow("WebM") << "webm";
        QTest::newRow("GIF") << "gif";
    }
    void filmsOfBothKindsAreMade() {
        QFETCH(QString, suffix);
        const QTemporaryDir folder;
        const QString path = folder.filePath("turntable." + suffix);
        constexpr int count = 5;
        FilmWorker worker({.path = path, .size = samplePicture().pixels, .picturesASecond = 10.0},
                          count, turntablePictures(samplePicture(), QFont(), count));
        QSignalSpy finished(&worker, &FilmMaker::finished);
        worker.start();
        QVERIFY(finished.wait(30000));
        QVERIFY2(finished[0][0].toBool(), qPrintable(finished[0][1].toString()));
        const DecodedFilm film = decodeFilm(path);
        QCOMPARE(film.pictures.size(), std::size_t(count));
        const auto pictures = turntablePictures(samplePicture(), QFont(), count);
        for (int i = 0; i < count; ++i)
            QVERIFY(distance(film.pictures[std::size_t(i)], pictures(i)) < 14.0);
    }

    void canBeStopped() {
        const QTemporaryDir folder;
        FilmWorker worker({.path = folder.filePath("turntable.webm"), .size = QSize(160, 120)},
                          5000, turntablePictures(samplePicture(), QFont(), 5000));
        QSignalSpy finished(&worker, &FilmMaker::finished);
        QSignalSpy progressed(&worker, &FilmMaker::progressed);
        worker.start();
        QVERIFY(progressed.wait(30000));
        worker.cancel();
        QVERIFY(!finished.isEmpty() || finished.wait(30000));
        QVERIFY(!finished[0][0].toBool());
        QVERIFY(QDir(folder.path()).isEmpty());
    }
};

REGISTER_GUI_TEST(TurntableTest)
#include "turntable_test.moc"
