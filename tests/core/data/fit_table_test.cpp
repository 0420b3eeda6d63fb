#include "core/data/fit_table.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Kind = FitTable::Kind;

FitTable tableOf(const QByteArray& content, Kind kind, std::string_view columns = {}) {
    const QTemporaryDir folder;
    QFile file(folder.filePath("own.csv"));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write the table");
    file.close();
    return readFitTable(file.fileName().toStdString(), kind, columns);
}

using Numbers = std::vector<double>;

} // namespace

class FitTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsAreFound() {
        const FitTable xy = tableOf("z,Y,X\n7,2,1\n8,4,3\n", Kind::line);
        QCOMPARE(xy.first, (Numbers{1, 3}));
        QCOMPARE(xy.second, (Numbers{2, 4}));
        const FitTable two = tableOf("hours;points\n1,5;2\n3;4\n", Kind::line);
        QCOMPARE(two.firstName, std::string("hours"));
        QCOMPARE(two.first, (Numbers{1.5, 3}));
        const FitTable pandas = tableOf(",a,b\n0,1,2\n1,3,4\n", Kind::line);
        QCOMPARE(pandas.first, (Numbers{1, 3}));
        const FitTable plain = tableOf("1 \t2\n3\t4\n", Kind::line);
        QCOMPARE(plain.second, (Numbers{2, 4}));
        const FitTable classes = tableOf("label,u,v\ncat,1,2\ndog,3,4\n cat ,5,6\n", Kind::classes);
        QCOMPARE(classes.firstName, std::string("u"));
        QCOMPARE(classes.className, std::string("label"));
        QCOMPARE(classes.classes[0], std::string("cat"));
        QCOMPARE(classes.inSecond, (std::vector<std::uint8_t>{0, 1, 0}));
        QCOMPARE(classes.second, (Numbers{2, 4, 6}));
        const FitTable last = tableOf("a,b,species\n1,2,s\n3,4,t\n", Kind::classes);
        QCOMPARE(last.className, std::string("species"));
    }

    void classesAreInTheOrderOfNumbers() {
        const FitTable table = tableOf("a,b,class\n1,2,10\n3,4,9\n", Kind::classes);
        QCOMPARE(table.classes[0], std::string("9"));
        QCOMPARE(table.inSecond, (std::vector<std::uint8_t>{1, 0}));
    }

    void columnsCanBeNamed() {
        const QByteArray wide = "id,a,b,c\nx,1,2,yes\ny,3,4,no\n";
        QCOMPARE(tableOf(wide, Kind::line, "b, a").first, (Numbers{2, 4}));
        QCOMPARE(tableOf(wide, Kind::line, "2,3").second, (Numbers{2, 4}));
        QCOMPARE(tableOf(wide, Kind::classes, "a,b,c").classes[0], std::string("no"));
        expectRefusal([&] { tableOf(wide, Kind::line, "a"); }, "1 columns were named", "x and y");
        expectRefusal([&] { tableOf(wide, Kind::line, "a,a"); }, "two different ones");
        expectRefusal([&] { tableOf(wide, Kind::line, "a,d"); }, "no column 'd'", "id, a, b, c");
    }

    void rowsWithEmptyCellsAreLeftOutAndTold() {
        const FitTable table = tableOf("x,y\n1,2\n,3\n4,nan\n5,6\n", Kind::line);
        QCOMPARE(table.first, (Numbers{1, 5}));
        QCOMPARE(table.notes.back(), std::string("2 rows with empty cells are left out."));
    }

    void badFilesAreOneSentence_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<bool>("isLine");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* content, bool isLine, const char* part) {
            QTest::newRow(part) << QByteArray(content) << isLine << QString(part);
        };
        row("a\n1\n", true, "has one column (a); expected columns x and y");
        row("a,b,c\n1,2,3\n", true, "has 3 columns (a, b, c); expected columns x and y");
        row("a,b\n1,2\n", false, "has 2 columns (a, b); expected two columns of features");
        row("x,y\n", true, "has no rows; expected at least two");
        row("x,y\n,1\n", true, "has no rows without empty cells");
        row("a,b,class\n1,2,s\n2,3,s\n", false, "has one class in column 'class': s");
        row("a,b,class\n1,2,p\n2,3,q\n4,5,r\n", false, "has 3 classes in column 'class': p, q, r");
        row("x,y\n1,two\n", true, "line 2");
        row("x,y\n1,1e200\n", true, "at most 1e+100 in size");
        row("x,y\ninf,2\n", true, "inf in column 'x'");
        row("x,y\n1,2,3\n", true, "line 2");
    }

    void badFilesAreOneSentence() {
        QFETCH(QByteArray, content);
        QFETCH(bool, isLine);
        QFETCH(QString, part);
        expectRefusal([&] { tableOf(content, isLine ? Kind::line : Kind::classes); }, "own.csv",
                      part);
    }

    void tooManyRowsAreRefused() {
        QByteArray content = "x,y\n";
        for (std::size_t i = 0; i <= FitTable::mostRows; ++i)
            content += "1,2\n";
        expectRefusal([&] { tableOf(content, Kind::line); }, "more than 20000 rows");
    }
};

REGISTER_TEST(FitTableTest)
#include "fit_table_test.moc"
