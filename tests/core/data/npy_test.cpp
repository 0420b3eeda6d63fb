#include <cmath>
#include <cstring>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <zlib.h>

#include "core/data/npy.h"
#include "core/error.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// A file of version 1 with the given header text, padded as NumPy does, and values.
QByteArray npy(QByteArray header, const QByteArray& values, char version = 1) {
    QByteArray file("\x93NUMPY");
    file += version;
    file += '\0';
    const qsizetype before = version == 1 ? 10 : 12;
    while ((before + header.size() + 1) % 64 != 0)
        header += ' ';
    header += '\n';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
        file += static_cast<char>(header.size() >> 8 * i & 0xff);
    return file + header + values;
}

template <typename T>
QByteArray bytesOf(std::initializer_list<T> values, bool swapped = false) {
    QByteArray bytes;
    for (const T value : values) {
        QByteArray item(reinterpret_cast<const char*>(&value), sizeof(T));
        if (swapped)
            std::reverse(item.begin(), item.end());
        bytes += item;
    }
    return bytes;
}

class OneFile {
public:
    explicit OneFile(const QByteArray& content = {}) { replace(content); }

    void replace(const QByteArray& content) {
        QFile file(folder_.filePath("array.npy"));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write a file");
    }
    [[nodiscard]] std::string path() const { return folder_.filePath("array.npy").toStdString(); }

private:
    QTemporaryDir folder_;
};

NpyArray arrayOf(const QByteArray& content) {
    return readNpy(OneFile(content).path());
}

using Shape = std::vector<std::size_t>;
using Values = std::vector<double>;

} // namespace

class NpyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeGivesItsNumbers_data() {
        QTest::addColumn<QByteArray>("descr");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QList<double>>("values");
        const auto row = [](const char* descr, const QByteArray& bytes,
                            const QList<double>& values) {
            QTest::newRow(descr) << QByteArray(descr) << bytes << values;
        };
        row("<f8", bytesOf({0.1, -2.5e300, 5e-324}), {0.1, -2.5e300, 5e-324});
        row(">f8", bytesOf({0.1, 1.0, -0.5}, true), {0.1, 1.0, -0.5});
        row("<f4", bytesOf({0.1F, 1.0F, -3.5F}), {0.1F, 1.0, -3.5});
        row(">f4", bytesOf({0.1F, 1.0F, -3.5F}, true), {0.1F, 1.0, -3.5});
        row("|i1", bytesOf<std::int8_t>({-128, 0, 127}), {-128, 0, 127});
        row("|u1", bytesOf<std::uint8_t>({0, 128, 255}), {0, 128, 255});
        row("<i2", bytesOf<std::int16_t>({-32768, 1, 32767}), {-32768, 1, 32767});
        row(">u2", bytesOf<std::uint16_t>({1, 256, 65535}, true), {1, 256, 65535});
        row("<i4", bytesOf<std::int32_t>({-2147483647, 0, 5}), {-2147483647, 0, 5});
        row("<u4", bytesOf<std::uint32_t>({4294967295U, 0, 5}), {4294967295.0, 0, 5});
        row("<i8", bytesOf<std::int64_t>({-9007199254740991, 0, 9007199254740991}),
            {-9007199254740991.0, 0, 9007199254740991.0});
        row(">u8", bytesOf<std::uint64_t>({1, 2, 3}, true), {1, 2, 3});
        row("|b1", bytesOf<std::uint8_t>({1, 0, 1}), {1, 0, 1});
    }

    void everyTypeGivesItsNumbers() {
        QFETCH(QByteArray, descr);
        QFETCH(QByteArray, bytes);
        QFETCH(QList<double>, values);
        const NpyArray array = arrayOf(
            npy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (3,), }", bytes));
        QCOMPARE(array.shape, Shape{3});
        QCOMPARE(array.values, Values(values.begin(), values.end()));
    }

    /// Bit patterns and their values from the table of examples of IEEE 754 binary16.
    void halvesHaveTheirValues() {
        const auto halves = [](bool swapped) {
            return arrayOf(npy(swapped
                                   ? "{'descr': '>f2', 'fortran_order': False, 'shape': (9,), }"
                                   : "{'descr': '<f2', 'fortran_order': False, 'shape': (9,), }",
                               bytesOf<std::uint16_t>({0x0001, 0x03ff, 0x0400, 0x3555, 0x3c00,
                                                       0xc000, 0x7bff, 0xfc00, 0x7e00},
                                                      swapped)))
                .values;
        };
        for (const bool swapped : {false, true}) {
            const Values values = halves(swapped);
            const Values expected{0x1p-24, 1023 * 0x1p-24, 0x1p-14, 0.333251953125,
                                  1.0,     -2.0,           65504.0, -INFINITY};
            for (std::size_t i = 0; i < expected.size(); ++i)
                QVERIFY2(values[i] == expected[i], qPrintable(QString::number(values[i], 'g', 17)));
            QVERIFY(std::isnan(values[8]));
        }
    }

    void fortranOrderIsTurnedIntoCOrder() {
        // a[i][j][k] = 100 i + 10 j + k, stored with the first index fastest.
        QByteArray bytes;
        Values expected;
        for (int k = 0; k < 4; ++k)
            for (int j = 0; j < 3; ++j)
                for (int i = 0; i < 2; ++i)
                    bytes += bytesOf({100.0 * i + 10.0 * j + k});
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 3; ++j)
                for (int k = 0; k < 4; ++k)
                    expected.push_back(100.0 * i + 10.0 * j + k);
        const NpyArray array =
            arrayOf(npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3, 4), }", bytes));
        QCOMPARE(array.shape, (Shape{2, 3, 4}));
        QCOMPARE(array.values, expected);
    }

    void versionsOrderOfKeysAndSpacingDoNotMatter() {
        const QByteArray values = bytesOf({1.0, 2.0});
        for (const char version : {1, 2, 3})
            for (const QByteArray header :
                 {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
                  "{\"shape\":(1,2),\"fortran_order\":False,\"descr\":\"<f8\"}",
                  "{ 'shape' : ( 2 , 1 ) , 'descr' : '<f8' , 'fortran_order' : False }"})
                QCOMPARE(arrayOf(npy(header, values, version)).values, (Values{1.0, 2.0}));
    }

    void scalarsAndEmptyArraysAreArrays() {
        const NpyArray scalar =
            arrayOf(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", bytesOf({7.0})));
        QVERIFY(scalar.shape.empty());
        QCOMPARE(scalar.values, Values{7.0});
        const NpyArray empty =
            arrayOf(npy("{'descr': '<f8', 'fortran_order': True, 'shape': (3, 0), }", {}));
        QCOMPARE(empty.shape, (Shape{3, 0}));
        QVERIFY(empty.values.empty());
    }

    void writtenFileIsWhatNumpyWrites() {
        QTemporaryDir folder;
        const QString path = folder.filePath("out.npy");
        const Shape shape{2, 2};
        writeNpy(path.toStdString(), shape, Values{1.0, 2.0, 3.0, 0.1});
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        // numpy.save of the same array: a header of 118 bytes, so that values begin at 128.
        QCOMPARE(content.size(), 128 + 32);
        QVERIFY(content.startsWith(QByteArray("\x93NUMPY\x01\x00\x76\x00", 10)));
        QVERIFY(content.mid(10).startsWith(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }  "));
        QCOMPARE(content[127], '\n');
        QCOMPARE(content.mid(128), bytesOf({1.0, 2.0, 3.0, 0.1}));
    }

    void whatIsWrittenReadsBack() {
        QTemporaryDir folder;
        const std::string path = folder.filePath("back.npy").toStdString();
        RandomStream stream({41, "values"});
        for (const Shape& shape :
             {Shape{}, Shape{5}, Shape{3, 4}, Shape{2, 3, 4, 5}, Shape{0, 7}}) {
            std::size_t count = 1;
            for (const std::size_t dimension : shape)
                count *= dimension;
            Values values(count);
            stream.fillNormal(values);
            if (count > 2)
                values[1] = INFINITY;
            writeNpy(path, shape, values);
            const NpyArray back = readNpy(path);
            QCOMPARE(back.shape, shape);
            QCOMPARE(back.values, values);
        }
        QVERIFY_EXCEPTION_THROWN(writeNpy(path, Shape{2, 2}, Values{1.0}), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(writeNpy("/no/such/folder/a.npy", Shape{1}, Values{1.0}),
                                 InputError);
    }

    void compressedFilesAreRead() {
        QTemporaryDir folder;
        const std::string path = folder.filePath("array.npy.gz").toStdString();
        const QByteArray content =
            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", bytesOf({1.0, 2.0}));
        gzFile file = gzopen(path.c_str(), "wb");
        QCOMPARE(gzwrite(file, content.data(), static_cast<unsigned>(content.size())),
                 static_cast<int>(content.size()));
        gzclose(file);
        QCOMPARE(readNpy(path).values, (Values{1.0, 2.0}));
    }

    void brokenFilesAreRefusedByName_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("found");
        const auto row = [](const char* name, const QByteArray& content, const char* found) {
            QTest::newRow(name) << content << QString(found);
        };
        const auto header = [](const char* descr, const char* order, const QByteArray& shape) {
            return QByteArray("{'descr': ") + descr + ", 'fortran_order': " + order +
                   ", 'shape': " + shape + ", }";
        };
        const QByteArray good = npy(header("'<f8'", "False", "(2,)"), bytesOf({1.0, 2.0}));
        row("empty", "", "ends within its first 8 bytes");
        row("text", "1.0,2.0,3.0\n", "does not start with the NPY mark");
        row("archive", QByteArray("PK\3\4............"), "does not start with the NPY mark");
        row("version 4", npy(header("'<f8'", "False", "(2,)"), {}, 4), "version 4");
        row("no header length", good.left(9), "ends within its header length");
        row("cut header", good.left(40), "ends within its header");
        row("one value missing", good.chopped(8), "ends after 1 of the 2 values");
        row("a byte missing", good.chopped(1), "ends after 1 of the 2 values");
        row("a byte too many", good + 'x', "goes on after the 2 values");
        row("quadruple precision", npy(header("'<g8'", "False", "(2,)"), "1234"), "<g8");
        row("complex", npy(header("'<c16'", "False", "(1,)"), QByteArray(16, '1')), "<c16");
        row("text elements", npy(header("'<U5'", "False", "(1,)"), QByteArray(20, 'x')), "<U5");
        row("objects", npy(header("'|O'", "False", "(1,)"), "x"), "|O");
        row("records", npy(header("[('a', '<f8')]", "False", "(1,)"), bytesOf({1.0})), "[('a'");
        row("order neither true nor false", npy(header("'<f8'", "0", "(2,)"), {}),
            "header '{'descr'");
        row("no shape", npy("{'descr': '<f8', 'fortran_order': False, }", {}), "header '{");
        row("negative dimension", npy(header("'<f8'", "False", "(-1,)"), {}), "(-1,)");
        row("not a dictionary", npy("('<f8', False, (2,))", {}), "header '(");
        row("unknown key", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), 'x': 1}", {}),
            "'x'");
        row("huge shape", npy(header("'<f8'", "False", "(4000000000, 4000000000)"), {}),
            "shape (4000000000, 4000000000)");
        row("product wraps to 0",
            npy(header("'<f8'", "False", "(4294967296, 4294967296)"), bytesOf({1.0})),
            "shape (4294967296, 4294967296)");
        row("dimension beyond 64 bits",
            npy(header("'<f8'", "False", "(99999999999999999999,)"), {}), "99999999999999999999");
        row("integer that a double cannot hold",
            npy(header("'<i8'", "False", "(1,)"), bytesOf<std::int64_t>({9007199254740993})),
            "at position 0");
        // Each value would be put in its place by as many dimensions as the header has room for.
        row("a thousand dimensions",
            npy(header("'<f8'", "True", "(" + QByteArray("1,").repeated(1000) + ")"),
                bytesOf({1.0})),
            "at most 64 dimensions");
        QByteArray longHeader("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12);
        row("header of 2 GiB", longHeader, "2147483647 bytes");
    }

    void brokenFilesAreRefusedByName() {
        QFETCH(QByteArray, content);
        QFETCH(QString, found);
        const OneFile file(content);
        expectRefusal([&] { readNpy(file.path()); }, QString::fromStdString(file.path()), found,
                      "expected");
    }

    void damagedBytesAreReadOrRefusedButNeverCrash() {
        const QByteArray sound = npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }",
                                     bytesOf({1.0, 2.0, 3.0, 4.0}));
        RandomStream stream({42, "damage"});
        OneFile file;
        for (int i = 0; i < 1000; ++i) {
            QByteArray bytes = sound;
            for (std::uint64_t n = 1 + stream.integer(3); n > 0; --n)
                bytes[static_cast<qsizetype>(stream.integer(80))] =
                    static_cast<char>(stream.integer(128));
            file.replace(bytes);
            try {
                const NpyArray array = readNpy(file.path());
                std::size_t count = 1;
                for (const std::size_t dimension : array.shape)
                    count *= dimension;
                QCOMPARE(array.values.size(), count);
            } catch (const InputError& error) {
                QVERIFY(QString(error.what()).contains("array.npy"));
            }
        }
    }
};

REGISTER_TEST(NpyTest)
#include "npy_test.moc"
