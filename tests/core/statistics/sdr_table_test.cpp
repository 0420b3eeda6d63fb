// A person's own table of predictors and responses.

#include <cmath>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/statistics/sdr_table.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;
using Eigen::Index;

namespace {

/// 40 rows; `cells` writes those of row k.
QByteArray tableOf(const char* header, const std::function<QByteArray(int)>& cells) {
    QByteArray text = QByteArray(header) + "\n";
    for (int k = 0; k < 40; ++k)
        text += cells(k) + "\n";
    return text;
}
QByteArray text(double number) {
    return QByteArray::number(number, 'g', 17);
}

SdrTable readTable(const QByteArray& content, std::string_view wanted = {},
                   TableResponse response = TableResponse::numbers) {
    const QTemporaryDir folder;
    QFile file(folder.filePath("own.csv"));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write the table");
    file.close();
    return readSdrTable(file.fileName().toStdString(), wanted, response);
}

/// Predictors a and b, text, a constant, and two numbers.
const QByteArray mixed = tableOf("a,city,b,one,u,v", [](int k) {
    return text(k) + ",Ulm," + text(k * k) + ",1," + text(2 * k) + "," + text(0.01 * (k % 7));
});

} // namespace

class SdrTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLastColumnIsTheResponseUnlessAnotherIsWanted() {
        const SdrTable table = readTable(mixed);
        QCOMPARE(table.predictors, (std::vector<std::string>{"a", "b", "u"}));
        QCOMPARE(table.responses, (std::vector<std::string>{"v"}));
        QCOMPARE(table.x.rows(), Index{40});
        QCOMPARE(table.x(5, 1), 25.0);
        QCOMPARE(table.objects(0, 5), 0.05);
        QCOMPARE(table.notes, (std::vector<std::string>{"Columns of text are left out: city.",
                                                        "Constant columns are left out: one."}));
        QCOMPARE(readTable(mixed, " b ").responses, (std::vector<std::string>{"b"}));
        QCOMPARE(readTable(mixed, "1").responses, (std::vector<std::string>{"a"}));
        const QByteArray odd = QByteArray(mixed).replace("u,v\n", "u,\"v, w\"\n");
        QCOMPARE(readTable(odd, "v, w").responses, (std::vector<std::string>{"v, w"}));
    }

    // None of several numbers decides by its unit alone, and the note says so.
    void severalNumbersHaveOneDeviation() {
        const SdrTable table = readTable(mixed, "u, v");
        QCOMPARE(table.responses, (std::vector<std::string>{"u", "v"}));
        for (Index c = 0; c < 2; ++c) {
            const Eigen::VectorXd off =
                table.objects.row(c).transpose().array() - table.objects.row(c).mean();
            expectNear(off.squaredNorm() / 39.0, 1.0, 1e-12);
        }
        QCOMPARE(table.notes.back(),
                 std::string("Each response is divided by its standard deviation."));
    }

    void labelsAreAnyText() {
        const auto table = readTable(
            tableOf("x,kind", [](int k) { return text(k) + (k % 2 ? ", red " : ",blue"); }), "kind",
            TableResponse::labels);
        QCOMPARE(table.labels, (std::vector<std::string>{"blue", "red"}));
        QCOMPARE(table.objects(0, 0), 0.0);
        QCOMPARE(table.objects(0, 1), 1.0);
        QVERIFY(metricOf(TableResponse::labels) == ObjectMetric::labels);
    }

    void directionsHaveLengthOne() {
        const SdrTable table = readTable(mixed, "u,one", TableResponse::directions);
        QCOMPARE(table.predictors, (std::vector<std::string>{"a", "b", "v"}));
        expectNear(table.objects(0, 1), 2.0 / std::sqrt(5.0), 1e-14);
        expectNear(table.objects(1, 1), 1.0 / std::sqrt(5.0), 1e-14);
    }

    void rowsWithAnEmptyCellAreLeftOutAndCounted() {
        const SdrTable table = readTable(tableOf("x,text,y", [](int k) {
            return (k == 3 ? "" : text(k)) + (k == 4 ? ",," : ",t,") + (k == 5 ? "" : text(k % 5));
        }));
        QCOMPARE(table.x.rows(), Index{38}); // a missing text takes no row away
        QVERIFY(table.notes.back().starts_with("2 rows"));
    }

    void anIndexWithoutANameIsNoPredictor() {
        const SdrTable table = readTable(
            tableOf(",x,y", [](int k) { return text(k) + "," + text(k % 3) + "," + text(k); }));
        QCOMPARE(table.predictors, (std::vector<std::string>{"x"}));
    }

    void whatCannotBeLearnedFromIsRefused() {
        const auto reading = [](const QByteArray& content, const char* wanted = "",
                                TableResponse response = TableResponse::numbers) {
            return [=] { readTable(content, wanted, response); };
        };
        expectRefusal(reading("x,y\n1,2\n3,4\n"), "2 rows", "at least 30");
        expectRefusal(reading(mixed, "w"), "'w'", "a, city, b, one, u, v");
        expectRefusal(reading(mixed, "city"), "own.csv", "Ulm");
        expectRefusal(reading(mixed, "one"), "same response");
        expectRefusal(reading(mixed, "u", TableResponse::quantiles), "at least two");
        expectRefusal(reading(mixed, "u,v", TableResponse::labels), "one for labels");
        expectRefusal(reading(mixed, "u,v", TableResponse::quantiles), "quantiles that fall");
        expectRefusal(reading(mixed, "u,b", TableResponse::directions), "length 0", "line 2");
        expectRefusal(reading(tableOf("x,y", [](int k) { return text(k) + ",inf"; })), "'y'",
                      "line 2");
        expectRefusal(reading(tableOf("name,y", [](int k) { return "a," + text(k); })),
                      "0 columns of numbers", "1 to 200");
    }
};

REGISTER_TEST(SdrTableTest)
#include "sdr_table_test.moc"
