// PNG files against Qt's own reader and writer.

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/png_image.h"
#include "core/error.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr std::uint64_t seed = 3;

QImage randomImage(int width, int height, QImage::Format format) {
    QImage image(width, height, QImage::Format_RGBA8888);
    RandomStream stream({.seed = seed, .purpose = "test pictures"});
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            image.setPixel(x, y, static_cast<QRgb>(stream.bits()));
    return image.convertToFormat(format);
}

} // namespace

class PngImageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatQtWrites_data() {
        QTest::addColumn<int>("format");
        QTest::newRow("with opacity") << int(QImage::Format_RGBA8888);
        QTest::newRow("opaque") << int(QImage::Format_RGB888);
        QTest::newRow("gray") << int(QImage::Format_Grayscale8);
        QTest::newRow("16 bits") << int(QImage::Format_RGBA64);
        QTest::newRow("palette") << int(QImage::Format_Indexed8);
        QTest::newRow("two colors") << int(QImage::Format_Mono);
    }
    void readsWhatQtWrites() {
        QFETCH(int, format);
        const QImage written = randomImage(13, 7, static_cast<QImage::Format>(format));
        QVERIFY(written.save(path(), "PNG"));
        const RgbaImage image = readPng(path().toStdString());
        QCOMPARE(image.width, 13);
        QCOMPARE(image.height, 7);
        QCOMPARE(readPngSize(path().toStdString()), (ImageSize{13, 7}));
        const QImage expected = QImage(path()).convertToFormat(QImage::Format_RGBA8888);
        for (int y = 0; y < 7; ++y)
            for (int x = 0; x < 13; ++x) {
                const QRgb pixel = expected.pixel(x, y);
                const std::uint8_t* ours = &image.rgba[4 * static_cast<std::size_t>(13 * y + x)];
                QCOMPARE(qRgba(ours[0], ours[1], ours[2], ours[3]), pixel);
            }
    }

    void qtReadsWhatIsWritten() {
        std::vector<std::uint8_t> values(3 * 5 * 4);
        RandomStream stream({.seed = seed, .purpose = "test values"});
        for (std::uint8_t& value : values)
            value = static_cast<std::uint8_t>(stream.bits());
        writePng(path().toStdString(), 5, 4, 3, values);
        const QImage image = QImage(path()).convertToFormat(QImage::Format_RGB888);
        QCOMPARE(image.size(), QSize(5, 4));
        for (int y = 0; y < 4; ++y)
            QVERIFY(std::equal(image.scanLine(y), image.scanLine(y) + 15,
                               &values[std::size_t(15 * y)]));
        writePng(path().toStdString(), 5, 3, 4, values);
        QCOMPARE(readPng(path().toStdString()).rgba, values);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, writePng("x", 5, 4, 4, values));
        QVERIFY_THROWS_EXCEPTION(InputError, writePng("/nowhere/x.png", 5, 4, 3, values));
    }

    /// A small file may hold thousands of texts that unpack to megabytes each: a few are kept.
    void textsAreFoundAmongTheFirstFew() {
        QImage image = randomImage(5, 5, QImage::Format_RGB888);
        const QString text(2'000'000, QChar('z'));
        for (int i = 0; i < 40; ++i)
            image.setText(QString("text %1").arg(i, 2, 10, QChar('0')), QString::number(i) + text);
        QVERIFY(image.save(path(), "PNG"));
        const std::string name = path().toStdString();
        QVERIFY(QFileInfo(path()).size() < 200'000);
        QCOMPARE(readPngText(name, "text 00"), std::optional("0" + text.toStdString()));
        QCOMPARE(readPngText(name, "text 11"), std::optional("11" + text.toStdString()));
        QCOMPARE(readPngText(name, "text 39"), std::optional<std::string>());
        QCOMPARE(readPngText(name, "other"), std::optional<std::string>());
        QCOMPARE(readPng(name).width, 5);
    }

    void damagedFilesAreRefused() {
        QVERIFY(randomImage(40, 40, QImage::Format_RGBA8888).save(path(), "PNG"));
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        file.close();
        // Cut off at every length, it never crashes and never passes for complete.
        for (qsizetype length = 0; length < whole.size() - 12; length += 7)
            refuses(whole.first(length));
        for (qsizetype place = 8; place < 200; place += 3) {
            QByteArray changed = whole;
            changed[place] = static_cast<char>(changed[place] ^ 0x55);
            replace(changed);
            try {
                (void)readPng(path().toStdString());
            } catch (const InputError&) {
                // A changed byte in a chunk that may be left out is not noticed; all else is said.
            }
        }
        refuses("This is text, and longer than a signature.");
        // A header that declares more than the file can hold.
        QByteArray huge = whole;
        huge[18] = '\x7f';
        refuses(huge);
        QVERIFY_THROWS_EXCEPTION(InputError, readPng("/nowhere/a.png"));
        QVERIFY_THROWS_EXCEPTION(InputError, readPng("/"));
    }

private:
    [[nodiscard]] QString path() const { return folder_.filePath("a.png"); }
    void replace(const QByteArray& content) const {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }
    void refuses(const QByteArray& content) const {
        replace(content);
        expectRefusal([&] { (void)readPng(path().toStdString()); }, path());
    }

    QTemporaryDir folder_;
};

REGISTER_TEST(PngImageTest)
#include "png_image_test.moc"
