#include <cmath>
#include <functional>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/csv.h"
#include "core/error.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// A folder with one file of given content.
class OneFile {
public:
    explicit OneFile(const QByteArray& content = {}) : path_(folder_.filePath("table.csv")) {
        replace(content);
    }

    void replace(const QByteArray& content) {
        QFile file(path_);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path_));
    }

    [[nodiscard]] std::string path() const { return path_.toStdString(); }

private:
    QTemporaryDir folder_;
    QString path_;
};

NumericTable tableOf(const QByteArray& content, const std::vector<std::string>& only = {}) {
    return readCsv(OneFile(content).path(), only);
}

std::vector<std::vector<std::string>> recordsOf(const QByteArray& content) {
    const OneFile file(content);
    CsvReader reader(file.path());
    std::vector<std::vector<std::string>> records{reader.columns()};
    for (std::vector<std::string> cells; reader.next(cells);)
        records.push_back(cells);
    return records;
}

using Records = std::vector<std::vector<std::string>>;

} // namespace

class CsvTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsAreFoundByName() {
        const NumericTable table = tableOf("iteration,error\r\n0,1\r\n1,0.5\r\n2,2.5e-1\r\n");
        QCOMPARE(table.names, (std::vector<std::string>{"iteration", "error"}));
        QCOMPARE(table.rows(), std::size_t{3});
        QCOMPARE(table.column("error"), (std::vector<double>{1.0, 0.5, 0.25}));
        QVERIFY_EXCEPTION_THROWN((void)table.column("loss"), InputError);
    }

    void linesMayEndWithLineFeedAlone() {
        QCOMPARE(tableOf("a,b\n1,2\n3,4").column("b"), (std::vector<double>{2.0, 4.0}));
    }

    void quotesProtectCommasQuotesAndLineEnds() {
        QCOMPARE(recordsOf("\"a, b\",\"say \"\"so\"\"\"\r\n\"two\r\nlines\",\"\"\r\n"),
                 (Records{{"a, b", "say \"so\""}, {"two\r\nlines", ""}}));
    }

    void byteOrderMarkIsNoPartOfTheFirstName() {
        QCOMPARE(tableOf("\xEF\xBB\xBF"
                         "η,β₁\n1,2\n")
                     .names,
                 (std::vector<std::string>{"η", "β₁"}));
    }

    void numbersMayHaveSignsBlanksAndExponents() {
        const NumericTable table = tableOf("x\n +1.5 \n-2E3\n.5\n7.\n\"8\"\n-inf\nnan\n\n");
        const std::vector<double> expected{1.5, -2000.0, 0.5, 7.0, 8.0, -INFINITY};
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(table.columns[0][i], expected[i]);
        QVERIFY(std::isnan(table.columns[0][6]));
        QCOMPARE(table.rows(), std::size_t{7});
    }

    void emptyLinesOfOneColumnAreCellsButForThoseAtTheEnd() {
        const NumericTable table = tableOf("x\n\n1\n\n \n2\n\n\n");
        QCOMPARE(table.rows(), std::size_t{5});
        for (const std::size_t empty : {0, 2, 3})
            QVERIFY(std::isnan(table.columns[0][empty]));
        QCOMPARE(table.columns[0][1], 1.0);
        QCOMPARE(table.columns[0][4], 2.0);
    }

    void separatorsAreFoundInTheFirstRecord() {
        const Records expected{{"a, b", "c"}, {"1", "2"}};
        QCOMPARE(recordsOf("\"a, b\",c\n1,2\n"), expected);
        QCOMPARE(recordsOf("# x;y\n\na, b;c\r\n1;2\r\n"), expected);
        QCOMPARE(recordsOf("a, b\tc\n1\t2"), expected);
        QCOMPARE(recordsOf("\"a, b\";c\n# a comment; of no account\n1;2"), expected);
    }

    void commasAreDecimalWhereTheyDoNotSeparate() {
        QCOMPARE(tableOf("a;b\n1,5;-2,5e-1\n2.5;3\n").columns,
                 (std::vector<std::vector<double>>{{1.5, 2.5}, {-0.25, 3.0}}));
        QVERIFY_EXCEPTION_THROWN(tableOf("a;b\n1.000,5;2\n"), InputError);
        QVERIFY_EXCEPTION_THROWN(tableOf("a;b\n1,000,5;2\n"), InputError);
    }

    void utf16WithAMarkIsRead() {
        const QString text = QString::fromUtf8("η;𝄞\n1;2\n");
        QByteArray little("\xff\xfe"), big("\xfe\xff");
        for (const QChar unit : text) {
            little.append(char(unit.unicode() & 0xff)).append(char(unit.unicode() >> 8));
            big.append(char(unit.unicode() >> 8)).append(char(unit.unicode() & 0xff));
        }
        const Records expected{{"η", "𝄞"}, {"1", "2"}};
        QCOMPARE(recordsOf(little), expected);
        QCOMPARE(recordsOf(big), expected);
        // Through several buffers, with half of a character at their ends.
        QString longText = "x";
        for (int i = 0; i < 40000; ++i)
            longText += QString::fromUtf8("\n𝄞");
        QByteArray bytes("\xff\xfe");
        for (const QChar unit : longText)
            bytes.append(char(unit.unicode() & 0xff)).append(char(unit.unicode() >> 8));
        const Records records = recordsOf(bytes);
        QCOMPARE(records.size(), std::size_t{40001});
        QCOMPARE(records.back(), (std::vector<std::string>{"𝄞"}));
        for (const QByteArray& broken : {little.chopped(1), QByteArray("\xff\xfe\0\xd8", 4),
                                         QByteArray("\xff\xfe\0\xdc"
                                                    "a\0",
                                                    6)})
            QVERIFY_EXCEPTION_THROWN(recordsOf(broken), InputError);
    }

    void columnsWithoutANameOrWithOneTwiceGetOne() {
        QCOMPARE(recordsOf(",loss,\n0,1,2\n")[0],
                 (std::vector<std::string>{"index", "loss", "column 3"}));
        const OneFile file("a,a,a (2),a\n1,2,3,4\n");
        const CsvReader reader(file.path());
        QCOMPARE(reader.columns(), (std::vector<std::string>{"a", "a (3)", "a (2)", "a (4)"}));
        QCOMPARE(reader.notes().size(), std::size_t{2});
        QVERIFY(reader.notes()[1].find("column 4 is called 'a (4)'") != std::string::npos);
    }

    void numbersAloneHaveNoHeader() {
        const NumericTable table = tableOf("1,2\n3,4\n");
        QCOMPARE(table.names, (std::vector<std::string>{"column 1", "column 2"}));
        QCOMPARE(table.columns[1], (std::vector<double>{2.0, 4.0}));
        // In quotes they are names: what was written reads back.
        QCOMPARE(tableOf("\"1\",\"2\"\n3,4\n").names, (std::vector<std::string>{"1", "2"}));
    }

    void strangeNamesReadBack() {
        for (const char* name : {"1", "1,5", "a;b", "# a", "a\tb", "nan", "\"", "a\r\nb"}) {
            const NumericTable one{{name}, {{1.0, NAN}}};
            const NumericTable two{{name, "b;c"}, {{1.0}, {2.0}}};
            for (const NumericTable* table : {&one, &two}) {
                const NumericTable back = tableOf(QByteArray::fromStdString(toCsv(*table)));
                QCOMPARE(back.names, table->names);
                QCOMPARE(back.rows(), table->rows());
            }
        }
    }

    void emptyLinesInTablesOfSeveralColumnsAreSkipped() {
        QCOMPARE(tableOf("a,b\n\n1,2\n\n\n3,4\n\n").column("a"), (std::vector<double>{1.0, 3.0}));
    }

    void headerAloneIsAnEmptyTable() {
        QCOMPARE(tableOf("a,b").rows(), std::size_t{0});
        QCOMPARE(tableOf("a,b\r\n").columns.size(), std::size_t{2});
    }

    void onlyTheNamedColumnsNeedBeNumbers() {
        const NumericTable table =
            tableOf("dur,proto,rate\n0.1,udp,9\n0.2,tcp,8\n", {"rate", "dur"});
        QCOMPARE(table.names, (std::vector<std::string>{"rate", "dur"}));
        QCOMPARE(table.columns[0], (std::vector<double>{9.0, 8.0}));
    }

    void linesAreCountedThroughQuotedLineEnds() {
        const OneFile file("a,b\n\"x\ny\",1\nz,2\n");
        CsvReader reader(file.path());
        std::vector<std::string> cells;
        QVERIFY(reader.next(cells));
        QCOMPARE(reader.line(), std::size_t{2});
        QVERIFY(reader.next(cells));
        QCOMPARE(reader.line(), std::size_t{4});
        QVERIFY(!reader.next(cells));
    }

    void recordsAcrossBufferBoundariesAreWhole() {
        QByteArray content = "number,text\r\n";
        for (int i = 0; i < 30000; ++i)
            content +=
                QByteArray::number(i) + ",\"cell \"\"" + QByteArray::number(i) + "\"\"\"\r\n";
        const Records records = recordsOf(content);
        QCOMPARE(records.size(), std::size_t{30001});
        for (std::size_t i = 0; i < 30000; ++i)
            QCOMPARE(records[i + 1], (std::vector<std::string>{
                                         std::to_string(i), "cell \"" + std::to_string(i) + "\""}));
    }

    void mistakesAreNamedWithFileAndLine_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("found");
        const auto row = [](const char* name, const QByteArray& content, const char* place,
                            const char* found) {
            QTest::newRow(name) << content << QString(place) << QString::fromUtf8(found);
        };
        row("empty file", "", "line 1", "no table");
        row("comments alone", "# a\n\n# b", "line 1", "no table");
        row("too few cells", "a,b\n1,2\n3\n", "line 3", "1 cells; 2 are expected");
        row("too many cells", "a,b\n1,2,3\n", "line 2", "3 cells; 2 are expected");
        row("decimal comma", "a\n1,5\n", "line 2", "2 cells");
        row("text", "a,b\n1,2\n3,fast\n", "line 3", "'fast' of column 'b'");
        row("number with a unit", "a,b\n1,2 s\n", "line 2", "'2 s'");
        row("hexadecimal", "a\n0x10\n", "line 2", "'0x10'");
        row("two signs", "a\n+-1\n", "line 2", "'+-1'");
        row("too large", "a\n1e999\n", "line 2", "double precision can hold");
        row("quote never closed", "a,b\n1,2\n\"3,4\n5,6\n", "line 3", "never ends");
        row("quote within a cell", "a,b\n1,2\"\n", "line 2", "a quote within a cell");
        row("text after a quote", "a,b\n\"1\"2,3\n", "line 2", "follows a closing quote");
        row("carriage return alone", "a,b\r1,2\r", "line 1", "carriage return");
        row("Latin-1", "a,b\n1,caf\xe9\n", "line 2", "UTF-8");
        row("UTF-16 without a mark", QByteArray("a\0,\0b\0", 6), "line 1", "zero byte");
        row("surrogate in UTF-8", "a\n\xed\xa0\x80\n", "line 2", "UTF-8");
        row("overlong UTF-8", "a\n\xc0\xaf\n", "line 2", "UTF-8");
        row("zero byte", QByteArray("a\n1\0\n", 5), "line 2", "zero byte");
        row("zero byte in quotes", QByteArray("\"a\0\"\n1\n", 7), "line 1", "zero byte");
        row("half a byte order mark",
            "\xEF\xBB"
            "a\n",
            "line 1", "UTF-8");
    }

    void mistakesAreNamedWithFileAndLine() {
        QFETCH(QByteArray, content);
        QFETCH(QString, place);
        QFETCH(QString, found);
        const OneFile file(content);
        const QString sentence = refusalOf([&] { readCsv(file.path()); });

        QVERIFY2(sentence.startsWith(QString::fromStdString(file.path()) + ", " + place),
                 qPrintable(sentence));
        QVERIFY2(sentence.contains(found), qPrintable(sentence));
        QVERIFY2(sentence.contains("expected"), qPrintable(sentence));
    }

    /// Whose first byte is that of a byte order mark.
    void aTableMayBeginWithFullWidthLetters() {
        QCOMPARE(tableOf("ｌｏｓｓ,b\n1,2\n").names[0], std::string("ｌｏｓｓ"));
        QCOMPARE(tableOf("\xEF\xBB\x80,b\n1,2\n").names[0], std::string("\xEF\xBB\x80"));
    }

    /// What it takes grows with the number of columns, not with its square.
    void manyColumnsOfOneNameAreKeptApart() {
        constexpr int count = 60000;
        const OneFile file(QByteArray("a,").repeated(count) + "a (7)\n");
        const CsvReader reader(file.path());
        QCOMPARE(reader.columns().size(), std::size_t{count + 1});
        QCOMPARE(reader.columns()[5], std::string("a (6)"));
        QCOMPARE(reader.columns()[6], std::string("a (8)"));
        QCOMPARE(reader.columns()[count - 1], std::string("a (60001)"));
        QCOMPARE(reader.notes().size(), std::size_t{11});
        QVERIFY(reader.notes().back().starts_with("59989 more columns of "));
    }

    void tablesOfMoreColumnsOrNumbersThanAcceptedAreRefused() {
        expectRefusal([] { tableOf(QByteArray(1 << 16, ',') + "\n"); }, "more than 65536 cells",
                      "expected");
        const OneFile file("a,b\n1,2\n3,4\n5,6\n");
        QCOMPARE(readCsv(file.path(), {}, 6).rows(), std::size_t{3});
        QCOMPARE(readCsv(file.path(), {"b"}, 3).rows(), std::size_t{3});
        expectRefusal([&] { readCsv(file.path(), {}, 5); }, "more than 5 numbers in 2 columns",
                      "expected");
    }

    void missingColumnsAndFilesAreNamed() {
        expectRefusal([] { tableOf("a,b\n1,2\n", {"rate"}); }, "no column 'rate'; it has a, b");
        expectRefusal([] { readCsv("/no/such/table.csv"); }, "/no/such/table.csv");
        expectRefusal([] { readCsv("/tmp"); }, "/tmp is not a file");
    }

    void endlessRecordIsRefusedBeforeItFillsTheMemory() {
        expectRefusal([] { tableOf("a,b\n\"" + QByteArray(20 << 20, 'x') + "\",1\n"); }, "16 MiB");
    }

    void writtenNumbersReadBackExactly() {
        NumericTable table{{"plain", "with, comma", "with \"quote\""}, {{}, {}, {}}};
        RandomStream stream({31, "numbers"});
        for (int i = 0; i < 2000; ++i) {
            table.columns[0].push_back(stream.normal());
            // Any bit pattern that is a number.
            double any = std::bit_cast<double>(stream.bits());
            table.columns[1].push_back(std::isnan(any) ? 0.0 : any);
            table.columns[2].push_back(i % 7 == 0 ? NAN : static_cast<double>(i));
        }
        for (const double special : {0.0, -0.0, 5e-324, 1.7976931348623157e308, 0.1, 1.0 / 3.0}) {
            table.columns[0].push_back(special);
            table.columns[1].push_back(-special);
            table.columns[2].push_back(INFINITY);
        }
        QTemporaryDir folder;
        const std::string path = folder.filePath("out.csv").toStdString();
        writeCsv(path, table);
        QVERIFY(!QFile::exists(folder.filePath("out.csv.part")));
        const NumericTable back = readCsv(path);
        QCOMPARE(back.names, table.names);
        QCOMPARE(back.rows(), table.rows());
        for (std::size_t c = 0; c < 3; ++c)
            for (std::size_t r = 0; r < table.rows(); ++r) {
                const double written = table.columns[c][r], read = back.columns[c][r];
                QVERIFY2(std::isnan(written) ? std::isnan(read)
                                             : std::bit_cast<std::uint64_t>(written) ==
                                                   std::bit_cast<std::uint64_t>(read),
                         qPrintable(QString::number(written, 'g', 17)));
            }
    }

    void writtenTextIsRfc4180() {
        QCOMPARE(QByteArray::fromStdString(
                     toCsv({{"x", "a \"b\", c"}, {{0.1, NAN}, {1e300, -INFINITY}}})),
                 QByteArray("x,\"a \"\"b\"\", c\"\r\n0.1,1e+300\r\n,-inf\r\n"));
        QVERIFY_EXCEPTION_THROWN(toCsv({{"x", "y"}, {{1.0}, {}}}), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(toCsv({{"x"}, {}}), std::logic_error);
    }

    void oneColumnWithMissingValuesReadsBack() {
        QTemporaryDir folder;
        const std::string path = folder.filePath("one.csv").toStdString();
        writeCsv(path, {{"x"}, {{1.0, NAN, 3.0, NAN}}});
        const NumericTable back = readCsv(path);
        QCOMPARE(back.rows(), std::size_t{4});
        QVERIFY(std::isnan(back.columns[0][3]));
    }

    void fileThatCannotBeWrittenIsNamed() {
        expectRefusal(
            [&] {
                writeCsv("/no/such/folder/out.csv", {{"x"}, {{1.0}}});
            },
            "/no/such/folder/out.csv");
    }

    void anyBytesAreReadOrRefused() {
        const QByteArray alphabet("a1,\"\r\n .e\xc3\xa9\0;-", 15);
        RandomStream stream({32, "bytes"});
        OneFile file;
        int read = 0;
        for (int i = 0; i < 2000; ++i) {
            QByteArray content = stream.integer(2) == 0 ? "a,b\n" : "";
            for (std::uint64_t n = stream.integer(30); n > 0; --n)
                content += alphabet[static_cast<qsizetype>(stream.integer(15))];
            file.replace(content);
            try {
                const NumericTable table = readCsv(file.path());
                QVERIFY(!table.names.empty());
                ++read;
            } catch (const InputError& error) {
                QVERIFY(QString(error.what()).contains("table.csv"));
            }
        }
        QVERIFY(read > 0);
    }
};

REGISTER_TEST(CsvTest)
#include "csv_test.moc"
