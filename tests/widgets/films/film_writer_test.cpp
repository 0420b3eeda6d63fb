// Films are decoded again by others' libraries: as many pictures as were written, of their size, at
// their times, and close to what was drawn.

#include <set>

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QTemporaryDir>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/films/decoded_film.h"
#include "widgets/films/film_writer.h"
#include "widgets/films/palette.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

/// A colored disc that moves over paper with letters and a line.
QImage drawn(int index, QSize size) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(QColor(250, 249, 246));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(20, 90, 170), 2.0));
    painter.drawLine(QPointF(10, size.height() - 12), QPointF(size.width() - 8, 14));
    painter.setBrush(QColor(200, 60, 30));
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(20.0 + 4.0 * index, 0.5 * size.height()), 12.0, 12.0);
    return image;
}

/// Every pixel another color.
QImage colorful(QSize size) {
    QImage image(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y)
        for (int x = 0; x < size.width(); ++x)
            image.setPixel(x, y,
                           qRgb(255 * x / size.width(), 255 * y / size.height(),
                                255 * (x + y) / (size.width() + size.height())));
    return image;
}

void write(const FilmFile& file, int count) {
    const auto writer = FilmWriter::create(file);
    for (int i = 0; i < count; ++i)
        writer->add(drawn(i, file.size));
    writer->finish();
}

} // namespace

class FilmWriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filmsAreReadBack_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("picturesASecond");
        QTest::newRow("WebM") << "film.webm" << QSize(160, 120) << 30.0;
        QTest::newRow("WebM, upright, slow") << "film.webm" << QSize(66, 130) << 4.0;
        QTest::newRow("GIF") << "film.gif" << QSize(160, 120) << 30.0;
        QTest::newRow("GIF of odd edges") << "film.gif" << QSize(97, 51) << 12.5;
    }
    void filmsAreReadBack() {
        QFETCH(QString, name);
        QFETCH(QSize, size);
        QFETCH(double, picturesASecond);
        constexpr int count = 12;
        const QTemporaryDir folder;
        const QString path = folder.filePath(name);
        write({path, size, picturesASecond}, count);
        const DecodedFilm film = decodeFilm(path);
        QCOMPARE(int(film.pictures.size()), count);
        QCOMPARE(film.size, size);
        expectNear(film.milliseconds, 1000.0 * count / picturesASecond, 5.0);
        for (int i = 0; i < count; ++i) {
            expectNear(film.starts[std::size_t(i)], 1000.0 * i / picturesASecond, 5.0);
            const double off = distance(film.pictures[std::size_t(i)], drawn(i, size));
            const double most = name.endsWith("gif") ? 1.0 : 12.0;
            QVERIFY2(off < most, qPrintable(QString("picture %1 is off by %2").arg(i).arg(off)));
            // And closer to its own moment than to the next.
            QVERIFY(off < distance(film.pictures[std::size_t(i)], drawn(i + 2, size)));
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void playersCanGoToKeyPictures() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("film.webm");
        write({path, QSize(32, 32), 2.0}, 45); // 22 s, of which a key comes every 5
        const DecodedFilm film = decodeFilm(path);
        QCOMPARE(film.codec, std::string("V_VP9"));
        QVERIFY(film.keys.size() >= 4);
        QCOMPARE(film.cues.size(), film.keys.size());
        for (std::size_t i = 0; i < film.keys.size(); ++i)
            QCOMPARE(double(film.cues[i]), film.keys[i]);
        QVERIFY(film.cuesLeadToClusters);
    }

    void picturesOfFewColorsAreKeptExactly() {
        const QImage picture = drawn(0, QSize(80, 60));
        const PalettePicture few = inFewColors(picture);
        for (int y = 0; y < 60; ++y)
            for (int x = 0; x < 80; ++x) {
                const auto& color = few.colors[few.indices[std::size_t(80 * y + x)]];
                QCOMPARE(qRgb(color[0], color[1], color[2]), picture.pixel(x, y));
            }
    }

    void manyColorsBecomeNearOnes() {
        const QImage picture = colorful(QSize(120, 90));
        const PalettePicture few = inFewColors(picture);
        QCOMPARE(few.colors.size(), std::size_t(256));
        QImage back(picture.size(), QImage::Format_RGB32);
        std::set<int> used;
        for (int y = 0; y < 90; ++y)
            for (int x = 0; x < 120; ++x) {
                const int index = few.indices[std::size_t(120 * y + x)];
                used.insert(index);
                const auto& color = few.colors[std::size_t(index)];
                back.setPixel(x, y, qRgb(color[0], color[1], color[2]));
            }
        QCOMPARE(used.size(), few.colors.size());
        // 256 even cells of this plane in the cube are 16 × 16; the mean square of a uniform
        // error of ± 8 is 8/√3 = 4.6.
        const double off = distance(back, picture);
        QVERIFY2(off < 6.0, qPrintable(QString::number(off)));
    }

    void equalPicturesAreStillCounted() {
        const QTemporaryDir folder;
        for (const char* name : {"film.gif", "film.webm"}) {
            const QString path = folder.filePath(name);
            const auto writer = FilmWriter::create({path, QSize(64, 48), 10.0});
            for (int i = 0; i < 5; ++i)
                writer->add(drawn(0, QSize(64, 48)));
            writer->finish();
            QCOMPARE(decodeFilm(path).pictures.size(), std::size_t(5));
        }
    }

    void filmThatIsGivenUpLeavesNothingAndKeepsTheOneBefore() {
        const QTemporaryDir folder;
        for (const char* name : {"film.gif", "film.webm"}) {
            const QString path = folder.filePath(name);
            const FilmFile file{path, QSize(64, 48), 10.0};
            FilmWriter::create(file)->add(drawn(0, file.size));
            QVERIFY(QDir(folder.path()).entryList(QDir::Files).isEmpty());
            write(file, 2);
            const QByteArray before = bytesOf(path);
            FilmWriter::create(file)->add(drawn(3, file.size));
            QCOMPARE(bytesOf(path), before);
            QFile::remove(path);
        }
    }

    void badFilmsAreRefused_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<double>("picturesASecond");
        QTest::addColumn<QString>("said");
        const QSize good(64, 48);
        QTest::newRow("ending") << "film.avi" << good << 30.0 << ".webm or .gif";
        QTest::newRow("folder") << "/nonexistent/film.gif" << good << 30.0 << "/nonexistent";
        QTest::newRow("odd") << "film.webm" << QSize(63, 49) << 30.0 << "64 × 50";
        QTest::newRow("small") << "film.gif" << QSize(8, 48) << 30.0 << "16 to 8192";
        QTest::newRow("large") << "film.webm" << QSize(64, 10000) << 30.0 << "16 to 8192";
        QTest::newRow("fast GIF") << "film.gif" << good << 60.0 << "0.1 to 50";
        QTest::newRow("fast WebM") << "film.webm" << good << 61.0 << "0.1 to 60";
        QTest::newRow("still") << "film.webm" << good << 0.0 << "0.1 to 60";
        QTest::newRow("no number") << "film.webm" << good << std::nan("") << "0.1 to 60";
    }
    void badFilmsAreRefused() {
        QFETCH(QString, path);
        QFETCH(QSize, size);
        QFETCH(double, picturesASecond);
        QFETCH(QString, said);
        const QTemporaryDir folder;
        const QString whole = path.startsWith('/') ? path : folder.filePath(path);
        const QString refusal = refusalOf([&] {
            FilmWriter::create({whole, size, picturesASecond});
        });
        QVERIFY2(refusal.contains(said), qPrintable(refusal));
        QVERIFY(refusal.endsWith("."));
        QVERIFY(QDir(folder.path()).isEmpty());
    }
};

REGISTER_GUI_TEST(FilmWriterTest)
#include "film_writer_test.moc"
