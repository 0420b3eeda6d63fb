#include <numeric>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <zlib.h>

#include "core/data/fashion_mnist.h"
#include "core/data/idx.h"
#include "core/error.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr const char* systemFolder = "/usr/share/datasets/fashion-mnist";

QByteArray bigEndian(std::uint32_t value) {
    QByteArray bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.append(static_cast<char>(value >> shift & 0xff));
    return bytes;
}

QByteArray idx(std::uint32_t magic, std::initializer_list<std::uint32_t> dimensions,
               const QByteArray& values) {
    QByteArray bytes = bigEndian(magic);
    for (const std::uint32_t dimension : dimensions)
        bytes += bigEndian(dimension);
    return bytes + values;
}

QByteArray gzipped(const QByteArray& content) {
    QByteArray out(static_cast<qsizetype>(content.size() + 1000), '\0');
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

void write(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly) && file.write(content) == content.size(),
             qPrintable(path));
}

const QByteArray goodImages = idx(0x803, {3, 2, 2},
                                  QByteArray("\x00\x33\xff\x01\x02\x03\x04\x05"
                                             "\x06\x07\x08\x09",
                                             12));
const QByteArray goodLabels = idx(0x801, {3}, QByteArray("\x00\x09\x04", 3));

void writeGoodFolder(const QTemporaryDir& folder) {
    write(folder.filePath("train-images-idx3-ubyte"), goodImages);
    write(folder.filePath("train-labels-idx1-ubyte"), goodLabels);
    write(folder.filePath("t10k-images-idx3-ubyte.gz"), gzipped(goodImages));
    write(folder.filePath("t10k-labels-idx1-ubyte.gz"), gzipped(goodLabels));
}

/// Test error of the classifier that takes the class with the nearest training mean.
double nearestMeanError(const ImageDataset& data) {
    Eigen::MatrixXf means = Eigen::MatrixXf::Zero(data.train.images.rows(), 10);
    Eigen::RowVectorXf counts = Eigen::RowVectorXf::Zero(10);
    for (Eigen::Index i = 0; i < data.train.count(); ++i) {
        const int label = data.train.labels[static_cast<std::size_t>(i)];
        means.col(label) += data.train.images.col(i);
        counts[label] += 1.0F;
    }
    means.array().rowwise() /= counts.array();
    int wrong = 0;
    for (Eigen::Index i = 0; i < data.test.count(); ++i) {
        Eigen::Index nearest = 0;
        (means.colwise() - data.test.images.col(i)).colwise().squaredNorm().minCoeff(&nearest);
        wrong += nearest != data.test.labels[static_cast<std::size_t>(i)] ? 1 : 0;
    }
    return wrong / static_cast<double>(data.test.count());
}

} // namespace

class ImageDatasetTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plainAndCompressedFilesGiveTheSameRows() {
        QTemporaryDir folder;
        writeGoodFolder(folder);
        const ImageDataset data = findFashionMnist(folder.path().toStdString());
        QVERIFY(!data.standIn);
        QCOMPARE(data.train.images.rows(), Eigen::Index{4});
        QCOMPARE(data.train.count(), Eigen::Index{3});
        QCOMPARE(data.train.images(1, 0), 0.2F); // 0x33 = 51 = 255/5
        QCOMPARE(data.train.images(2, 0), 1.0F);
        QCOMPARE(data.train.images(3, 2), 9.0F / 255.0F);
        QCOMPARE(data.train.labels, (std::vector<std::uint8_t>{0, 9, 4}));
        QVERIFY(data.train.images == data.test.images);
        QVERIFY(data.train.labels == data.test.labels);
    }

    void brokenFileIsRefusedByName_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content"); // null: the file is removed
        QTest::addColumn<QString>("found");
        const QString images = "train-images-idx3-ubyte";
        const QString labels = "train-labels-idx1-ubyte";
        const auto row = [](const char* name, const QString& file, const QByteArray& content,
                            const char* found) {
            QTest::newRow(name) << file << content << QString::fromUtf8(found);
        };
        const QByteArray pixels(12, '\1');
        row("missing images", images, {}, "has no file train-images-idx3-ubyte");
        row("missing labels", labels, {}, "has no file train-labels-idx1-ubyte");
        row("empty", images, "", "ends within its header");
        row("only a magic number", images, bigEndian(0x803), "ends within its header");
        row("labels in place of images", images, goodLabels, "has 1 dimensions");
        row("images in place of labels", labels, goodImages, "in 3 dimensions");
        row("floats", images, idx(0xd03, {3, 2, 2}, pixels), "00 00 0d 03");
        row("little endian", images, idx(0x03080000, {3, 2, 2}, pixels), "03 08 00 00");
        row("text", images, "this is a text of some length", "74 68 69 73");
        row("truncated", images, goodImages.chopped(1), "ends after 11 of the 12 bytes");
        row("huge dimensions", images, idx(0x803, {0xffffffff, 0xffffffff, 0xffffffff}, pixels),
            "dimensions 4294967295");
        row("product wraps to 0", images, idx(0x803, {0x10, 0x40000000, 0x40000000}, pixels),
            "dimensions 16 × 1073741824");
        row("no images", images, idx(0x803, {0, 2, 2}, {}), "dimensions 0");
        row("no images of enormous size", images, idx(0x803, {0, 0xffffffff, 0xffffffff}, {}),
            "dimensions 0");
        row("empty images", images, idx(0x803, {3, 0, 2}, {}), "dimensions 3 × 0");
        row("left over", images, goodImages + "x", "goes on after the 12 bytes");
        row("fewer labels than images", labels, idx(0x801, {2}, "\1\2"), "has 2 labels");
        row("label 10", labels, idx(0x801, {3}, "\1\2\n"), "the label 10 at position 2");
        row("test images of another size", images, idx(0x803, {3, 2, 3}, QByteArray(18, '\1')),
            "have 6 pixels and test images 4");
        const QByteArray gzip = gzipped(goodImages);
        row("gzip under a plain name, truncated", images, gzip.chopped(9), "damaged");
        QByteArray flipped = gzip;
        flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);
        row("gzip with a wrong checksum", images, flipped, "damaged");
        row("only the start of gzip", images, QByteArray("\x1f\x8b", 2), "ends early");
        row("compressed, huge dimensions", images, gzipped(idx(0x803, {1, 0x7fffffff, 1}, pixels)),
            "dimensions 1 × 2147483647");
    }

    void brokenFileIsRefusedByName() {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, found);
        QTemporaryDir folder;
        writeGoodFolder(folder);
        if (content.isNull())
            QFile::remove(folder.filePath(file));
        else
            write(folder.filePath(file), content);
        const QString sentence = refusalOf([&] { findFashionMnist(folder.path().toStdString()); });
        QVERIFY2(sentence.contains(folder.path()), qPrintable(sentence));
        QVERIFY2(sentence.contains(found), qPrintable(sentence));
        QVERIFY2(sentence.contains("expected") || sentence.contains("must"), qPrintable(sentence));
    }

    void notGzipUnderAGzipNameIsReadByContent() {
        QTemporaryDir folder;
        writeGoodFolder(folder);
        write(folder.filePath("t10k-labels-idx1-ubyte.gz"), "<html>Not found</html>");
        const QString sentence = refusalOf([&] { findFashionMnist(folder.path().toStdString()); });
        QVERIFY2(sentence.contains("t10k-labels-idx1-ubyte.gz") && sentence.contains("3c 68 74 6d"),
                 qPrintable(sentence));
    }

    void folderThatWasAskedForIsNeverReplacedByAStandIn() {
        QTemporaryDir empty;
        expectRefusal([&] { findFashionMnist(empty.path().toStdString()); },
                      "train-images-idx3-ubyte");
        expectRefusal([&] { findFashionMnist("/no/such/folder"); }, "/no/such/folder");
        qputenv("FASHION_MNIST_DIR", empty.path().toUtf8());
        const QString sentence = refusalOf([&] { findFashionMnist(); });
        qunsetenv("FASHION_MNIST_DIR");
        QVERIFY2(sentence.contains("FASHION_MNIST_DIR"), qPrintable(sentence));
    }

    void environmentVariableNamesTheFolder() {
        QTemporaryDir folder;
        writeGoodFolder(folder);
        qputenv("FASHION_MNIST_DIR", folder.path().toUtf8());
        const ImageDataset data = findFashionMnist();
        qunsetenv("FASHION_MNIST_DIR");
        QCOMPARE(data.train.count(), Eigen::Index{3});
    }

    void damagedBytesAreReadOrRefusedButNeverCrash() {
        QTemporaryDir folder;
        const QString path = folder.filePath("file");
        RandomStream stream({20, "damage"});
        for (const QByteArray& sound : {goodImages, gzipped(goodImages)})
            for (int repetition = 0; repetition < 400; ++repetition) {
                QByteArray bytes = sound;
                for (std::uint64_t i = 0, n = 1 + stream.integer(4); i < n; ++i)
                    bytes[static_cast<qsizetype>(
                        stream.integer(static_cast<std::uint64_t>(bytes.size())))] =
                        static_cast<char>(stream.integer(256));
                bytes.truncate(static_cast<qsizetype>(stream.integer(60)));
                write(path, bytes);
                try {
                    const IdxArray array = readIdx(path.toStdString());
                    QCOMPARE(array.values.size(),
                             array.dimensions[0] * array.dimensions[1] * array.dimensions[2]);
                } catch (const InputError& error) {
                    QVERIFY(QString(error.what()).contains(path));
                }
            }
    }

    void fashionMnistHasItsPublishedShapeAndClassesInEqualNumbers() {
        if (!QFile::exists(systemFolder))
            QSKIP("Fashion-MNIST is not installed (package dataset-fashion-mnist)");
        const ImageDataset data = findFashionMnist();
        QVERIFY(!data.standIn);
        QCOMPARE(data.train.count(), Eigen::Index{60000});
        QCOMPARE(data.train.images.rows(), Eigen::Index{784});
        QCOMPARE(data.test.count(), Eigen::Index{10000});
        for (std::uint8_t label = 0; label < 10; ++label) {
            QCOMPARE(std::count(data.train.labels.begin(), data.train.labels.end(), label), 6000);
            QCOMPARE(std::count(data.test.labels.begin(), data.test.labels.end(), label), 1000);
        }
        // Mean 0.2860 and deviation 0.3530 of the training pixels are in wide use.
        const double mean = data.train.images.cast<double>().mean();
        expectNear(mean, 0.2860, 1e-4);
        const double square = data.train.images.cast<double>().squaredNorm() /
                              static_cast<double>(data.train.images.size());
        expectNear(std::sqrt(square - mean * mean), 0.3530, 1e-4);
    }

    void standInSaysWhatItIs() {
        const ImageDataset data = standInImages(200, 100, 7);
        QVERIFY(data.standIn);
        QVERIFY(QString::fromStdString(data.source).contains("stand-in"));
        QCOMPARE(data.train.count(), Eigen::Index{200});
        QCOMPARE(data.test.count(), Eigen::Index{100});
        QCOMPARE(data.train.images.rows(), Eigen::Index{784});
        QVERIFY((data.train.images.array() >= 0.0F).all());
        QVERIFY((data.train.images.array() <= 1.0F).all());
    }

    void standInDependsOnlyOnTheSeed() {
        const ImageDataset many = standInImages(200, 100, 7);
        const ImageDataset few = standInImages(50, 100, 7);
        QVERIFY(few.train.images == many.train.images.leftCols(50));
        QVERIFY(few.test.images == many.test.images);
        QVERIFY(few.test.labels == many.test.labels);
        QVERIFY(standInImages(50, 100, 8).train.images != few.train.images);
        QVERIFY(few.train.images != few.test.images.leftCols(50));
    }

    void standInIsLearnableButNotTrivial() {
        for (const std::uint64_t seed : {0U, 1U, 2U}) {
            const double error = nearestMeanError(standInImages(5000, 2000, seed));
            QVERIFY2(error > 0.03 && error < 0.5,
                     qPrintable(QString("seed %1: test error %2").arg(seed).arg(error)));
        }
    }
};

REGISTER_TEST(ImageDatasetTest)
#include "image_dataset_test.moc"
