// Streams of samples: their statistics, that order does not matter, and what is refused.

#include <cmath>

#include <QtTest>

#include "core/data/png_image.h"
#include "core/data/sample_stream.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr std::uint64_t seed = 21;

std::string written(const QTemporaryDir& folder, const char* name, const QByteArray& content) {
    const QString path = folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(path));
    file.write(content);
    return path.toStdString();
}

std::shared_ptr<Eigen::MatrixXf> ramps(Index width, Index height, Index count) {
    auto images = std::make_shared<Eigen::MatrixXf>(width * height, count);
    for (Index k = 0; k < count; ++k)
        for (Index y = 0; y < height; ++y)
            for (Index x = 0; x < width; ++x)
                (*images)(y * width + x, k) = 0.05F * float((x * (k + 1) + 3 * y) % 17);
    return images;
}

} // namespace

class SampleStreamTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    void coefficientsAreBernoulliGaussian() {
        const BernoulliGaussianStream stream(8, 0.25, 0.0, seed);
        MatrixXd batch(8, 20000);
        stream.draw(3, batch);
        const MatrixXd x = stream.dictionary().transpose() * batch;
        double nonzero = 0.0, squares = 0.0;
        for (const double value : x.reshaped())
            if (std::abs(value) > 1e-9) {
                ++nonzero;
                squares += value * value;
            }
        const double count = double(x.size());
        expectNear(nonzero / count, 0.25, 5.0 * std::sqrt(0.25 * 0.75 / count));
        expectNear(squares / nonzero, 1.0, 5.0 * std::sqrt(2.0 / nonzero));
    }

    void batchesDoNotDependOnWhatWasDrawnBefore() {
        const BernoulliGaussianStream stream(6, 0.4, 0.1, seed);
        MatrixXd first(6, 5), again(6, 5), other(6, 5);
        stream.draw(7, first);
        stream.draw(2, other);
        stream.draw(7, again);
        QVERIFY(first == again);
        QVERIFY(first != other);
        const BernoulliGaussianStream second(6, 0.4, 0.1, seed, 1);
        QVERIFY((second.dictionary() - stream.dictionary()).norm() > 0.1);
    }

    void patchesAreCenteredNormalizedAndFromThePicture() {
        const PatchStream stream(ramps(28, 28, 3), {.width = 28, .side = 8, .lastColumn = 20},
                                 "patches", seed);
        MatrixXd batch(64, 2000);
        stream.draw(0, batch);
        expectNear(batch.colwise().sum(), Eigen::RowVectorXd::Zero(2000), 1e-10);
        expectNear(batch.colwise().norm().mean(), 1.0, 0.02);
        // Undo the scaling: differences of neighbors are those of the pictures, multiples of 0.05.
        const double step = (batch(1, 0) - batch(0, 0)) * stream.meanNorm() / 0.05;
        expectNear(step, std::round(step), 1e-4);
    }

    void picturesThatCannotWorkAreRefused() {
        const auto flat = std::make_shared<Eigen::MatrixXf>(Eigen::MatrixXf::Ones(784, 2));
        expectRefusal(
            [&] { PatchStream(flat, {.width = 28, .side = 8, .lastColumn = 20}, "p", seed); },
            "one color");
        expectRefusal(
            [&] {
                PatchStream(ramps(6, 6, 1), {.width = 6, .side = 8, .lastColumn = -2}, "p", seed);
            },
            "too small");
    }

    void tablesAreCenteredAsTheyCome() {
        const QTemporaryDir folder;
        const auto path = written(folder, "s.csv", "a,b\r\n1,5\r\n3,\r\n5,5\r\n");
        const TableStream stream(path, 10);
        MatrixXd batch(2, 2);
        stream.draw(0, batch);
        QCOMPARE(batch(0, 0), 0.0); // nothing to compare with yet
        // Mean 2 and deviation 1 after two rows; the missing reading repeats the last.
        expectNear(batch(0, 1), 1.0, 1e-12);
        QCOMPARE(batch(1, 1), 0.0);
        stream.draw(1, batch); // third row, then the first again
        expectNear(batch(0, 0), 2.0 / std::sqrt(8.0 / 3.0), 1e-12);
        QCOMPARE(batch(0, 1), 0.0);
    }

    void tablesThatCannotWorkAreRefused() {
        const QTemporaryDir folder;
        expectRefusal([&] { TableStream(written(folder, "1.csv", "a\r\n1\r\n2\r\n"), 10); },
                      "1 columns");
        expectRefusal([&] { TableStream(written(folder, "2.csv", "a,b\r\n1,x\r\n2,3\r\n"), 10); },
                      "line 2");
    }

    void grayPicturesAreRead() {
        const QTemporaryDir folder;
        const auto plain =
            readGrayImage(written(folder, "a.pgm", "P2\n# a comment\n3 2\n4\n0 1 2\n3 4 0\n"));
        QCOMPARE(plain.width, Index{3});
        QCOMPARE(plain.height, Index{2});
        QCOMPARE(plain.pixels[3], 0.75F);
        const auto binary = readGrayImage(
            written(folder, "b.pgm", QByteArray("P5 2 1 255\n") + char(51) + char(-1)));
        QCOMPARE(binary.pixels[0], 0.2F);
        QCOMPARE(binary.pixels[1], 1.0F);
        const std::vector<std::uint8_t> rgb{255, 255, 255, 255, 0, 0};
        const auto png = folder.filePath("c.png").toStdString();
        writePng(png, 2, 1, 3, rgb);
        const auto color = readGrayImage(png);
        expectNear(color.pixels[0], 1.0F, 1e-6F);
        expectNear(color.pixels[1], 0.299F, 1e-6F);
    }

    void damagedPicturesAreRefused_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no header") << QByteArray("P5");
        QTest::newRow("size zero") << QByteArray("P5 0 4 255\n");
        QTest::newRow("huge") << QByteArray("P5 999999999 4 255\n");
        QTest::newRow("too large together") << QByteArray("P5 100000 100000 255\n");
        QTest::newRow("ends early") << QByteArray("P5 2 2 255\nabc");
        QTest::newRow("plain ends early") << QByteArray("P2 2 2 255\n1 2 3");
        QTest::newRow("pixel too large") << QByteArray("P2 2 1 4\n1 5\n");
        QTest::newRow("letters") << QByteArray("P2 2 1 4\n1 x\n");
    }
    void damagedPicturesAreRefused() {
        QFETCH(QByteArray, content);
        const QTemporaryDir folder;
        const auto path = written(folder, "bad.pgm", content);
        expectRefusal([&] { static_cast<void>(readGrayImage(path)); }, "bad.pgm");
    }
};

REGISTER_TEST(SampleStreamTest)
#include "sample_stream_test.moc"
