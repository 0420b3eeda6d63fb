#include "core/data/csv_column.h"

#include <cmath>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

NumericColumn columnOf(const QByteArray& content, std::string_view wanted = {},
                       std::size_t most = 100) {
    const QTemporaryDir folder;
    QFile file(folder.filePath("table.csv"));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write the table");
    file.close();
    return readColumn(file.fileName().toStdString(), wanted, most);
}

QString refusal(const QByteArray& content, std::string_view wanted = {}, std::size_t most = 100) {
    return refusalOf([&] { return columnOf(content, wanted, most); });
}

} // namespace

class CsvColumnTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theColumnOfNumbersIsFound_data() {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QString>("found");
        const auto row = [](const char* header, const char* found) {
            QTest::newRow(header) << QByteArray(header) << QString(found);
        };
        row("Wall time,Step,Value,x", "Value");
        row("loss,norm,gradient_norm,Value", "norm");
        row("loss,gradient_norm,Value,x", "gradient_norm");
        row("Step,a run - gnorm__MIN,a run - gnorm,b", "a run - gnorm");
        row("trainer/global_step,Relative Time (Process),_runtime,grad_norm", "grad_norm");
        row("epoch,step_norm,time,x", "step_norm");
        row(",iteration,_timestamp,l2", "l2");
        row("text,Index,gap,x", "gap");
    }
    void theColumnOfNumbersIsFound() {
        QFETCH(QByteArray, header);
        const bool text = header.startsWith("text");
        const NumericColumn column = columnOf(header + (text ? "\na,1,2,3\n" : "\n0,1,2,3\n"));
        QTEST(QString::fromStdString(column.name), "found");
        QCOMPARE(column.values.size(), std::size_t(1));
        QVERIFY(column.notes.back().find("1 numbers.") != std::string::npos);
    }

    void aColumnIsWantedByNameOrNumber() {
        const QByteArray table("step,2,norm\n5,6,7\n");
        QCOMPARE(columnOf(table, "step").values, (std::vector<double>{5}));
        QCOMPARE(columnOf(table, "2").values, (std::vector<double>{6})); // a name comes first
        QCOMPARE(columnOf(table, "1").values, (std::vector<double>{5}));
        QCOMPARE(columnOf("8\n9\n", "1").values, (std::vector<double>{8, 9}));
        for (const char* wanted : {"loss", "0", "4", "-1"})
            QVERIFY2(refusal(table, wanted).contains("expected one of step, 2, norm"),
                     qPrintable(refusal(table, wanted)));
    }

    void emptyCellsAreLeftOutAndCounted() {
        const NumericColumn column = columnOf("Step,a\n0,1\n1,\n2,nan\n3, \n");
        QCOMPARE(column.values.size(), std::size_t(2));
        QVERIFY(std::isnan(column.values[1]));
        QCOMPARE(column.lines, (std::vector<std::size_t>{2, 4}));
        QCOMPARE(column.notes.back(), std::string("2 empty cells of it are left out."));
    }

    void whatCannotBeTakenIsSaid() {
        QVERIFY(refusal("Step,name\n0,a\n1,b\n").contains("'name' is not a number"));
        QVERIFY(refusal("Step,name,kind\n0,a,b\n").contains("no column of numbers besides"));
        QVERIFY(refusal("Step,time\n0,1\n").contains("Step, time"));
        QVERIFY(refusal("x\n1\n2\n3\n", {}, 2).contains("more than 2 numbers"));
    }
};

REGISTER_TEST(CsvColumnTest)
#include "csv_column_test.moc"
