#include <QTest>

#include <cmath>
#include <random>
#include <set>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/ticks.h"

using namespace convergence;

namespace {

constexpr unsigned seed = 20240611;

QStringList labels(const AxisTicks& ticks) {
    QStringList list;
    for (const Tick& tick : ticks.major)
        list << QString::fromStdString(tick.label);
    return list;
}

/// Reads a label back, as a person would.
double valueOf(QString label) {
    label.replace("−", "-").remove(',');
    static const QString digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    double mantissa = 1.0;
    QString power = label;
    if (const auto times = label.indexOf("×10"); times >= 0) {
        mantissa = label.left(times).toDouble();
        power = label.mid(times + 1);
    }
    if (power.size() > 2 && power.startsWith("10") &&
        (power[2] == QChar(0x207b) || digits.contains(power[2]))) {
        QString exponent;
        for (const QChar letter : power.mid(2))
            exponent +=
                letter == QChar(0x207b) ? QString("-") : QString::number(digits.indexOf(letter));
        return mantissa * std::pow(10.0, exponent.toInt());
    }
    return label.toDouble();
}

void check(AxisRange range, Scale scale) {
    const AxisTicks ticks = chooseTicks(range, scale);
    const QByteArray where = QByteArray::number(range.minimum, 'g', 17) + " to " +
                             QByteArray::number(range.maximum, 'g', 17) + ": " +
                             labels(ticks).join(" | ").toUtf8();
    QVERIFY2(ticks.major.size() >= 4 && ticks.major.size() <= 8, where);
    const double slack = 1e-6 * (range.maximum - range.minimum);
    std::set<std::string> different;
    double previous = -INFINITY;
    for (const Tick& tick : ticks.major) {
        QVERIFY2(tick.value > previous, where);
        QVERIFY2(tick.value >= range.minimum - slack && tick.value <= range.maximum + slack, where);
        previous = tick.value;
        different.insert(tick.label);
        const double read = valueOf(QString::fromStdString(tick.label));
        const double resolution = scale == Scale::logarithmic
                                      ? 1e-9 * tick.value
                                      : 1e-6 * (range.maximum - range.minimum);
        expectNear(read, tick.value, resolution, where);
    }
    QCOMPARE(different.size(), ticks.major.size());
}

} // namespace

class TicksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void binsOfAHistogramHaveRoundTicksAtTheirPlaces() {
        // 24 bins of width 1.2027 from 0 on, named after their middles.
        std::vector<std::string> names;
        constexpr double width = 1.2027;
        for (int bin = 0; bin < 24; ++bin)
            names.push_back(QString::number((bin + 0.5) * width, 'g', 5).toStdString());
        const AxisTicks ticks = categoryTicks(names);
        QCOMPARE(labels(ticks), QStringList({"0", "5", "10", "15", "20", "25"}));
        for (const Tick& tick : ticks.major) // a value v is v / width bins from the left border
            expectNear(tick.value, valueOf(QString::fromStdString(tick.label)) / width - 0.5, 0.01);
    }

    void namesStayWhereTheyAreNoScale_data() {
        QTest::addColumn<QStringList>("names");
        QTest::newRow("names") << QStringList{"a", "b", "c", "d", "e", "f", "g", "h", "i"};
        QTest::newRow("few numbers") << QStringList{"1", "2", "3"};
        QTest::newRow("uneven numbers") << QStringList{"1", "2", "4", "8", "16", "32", "64", "128"};
        QTest::newRow("falling") << QStringList{"8", "7", "6", "5", "4", "3", "2", "1"};
        QTest::newRow("equal") << QStringList{"1", "1", "1", "1", "1", "1", "1", "1"};
        QTest::newRow("one is none") << QStringList{"1", "2", "3", "4", "5", "6", "7", "nan"};
        QTest::newRow("units") << QStringList{"1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s", "8"};
        QTest::newRow("none") << QStringList();
    }
    void namesStayWhereTheyAreNoScale() {
        QFETCH(QStringList, names);
        std::vector<std::string> texts;
        for (const QString& name : names)
            texts.push_back(name.toStdString());
        QCOMPARE(labels(categoryTicks(texts)), names);
    }

    void initTestCase() { qInfo("seed %u", seed); }

    void linearRangesHaveFourToEightReadableLabels() {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> exponent(-12, 12), offset(-20, 20);
        for (int i = 0; i < 20000; ++i) {
            const double width = std::pow(10.0, exponent(random));
            const double low = offset(random) * width;
            check({low, low + width}, Scale::linear);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void logarithmicRangesHaveFourToEightReadableLabels() {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> exponent(-200, 200), decades(-1.5, 2.3);
        for (int i = 0; i < 20000; ++i) {
            const double low = exponent(random) / 10.0;
            check({std::pow(10.0, low), std::pow(10.0, low + std::pow(10.0, decades(random)))},
                  Scale::logarithmic);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void labelsAreThoseAPersonWouldWrite() {
        QCOMPARE(labels(chooseTicks({0, 1}, Scale::linear)),
                 QStringList({"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"})
                     .replaceInStrings(QRegularExpression("^0\\.0$"), "0"));
        QCOMPARE(labels(chooseTicks({-30000, 30000}, Scale::linear)),
                 QStringList({"−30,000", "−20,000", "−10,000", "0", "10,000", "20,000", "30,000"}));
        QCOMPARE(labels(chooseTicks({1e-3, 1e3}, Scale::logarithmic)),
                 QStringList({"10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³"}));
        QCOMPARE(labels(chooseTicks({1e-16, 1}, Scale::logarithmic)).front(), QString("10⁻¹⁵"));
        QCOMPARE(labels(chooseTicks({0.2, 0.9}, Scale::logarithmic)).front(), QString("0.2"));
        QCOMPARE(labels(chooseTicks({1, 100}, Scale::logarithmic)),
                 QStringList({"1", "3", "10", "30", "100"}));
    }

    void minorTicksAvoidMajorOnes() {
        for (const AxisRange range : {AxisRange{1, 1e4}, {2, 30}, {1e-20, 1e5}}) {
            const AxisTicks ticks = chooseTicks(range, Scale::logarithmic);
            QVERIFY(!ticks.minor.empty());
            for (const double minor : ticks.minor)
                for (const Tick& tick : ticks.major)
                    QVERIFY(std::abs(minor / tick.value - 1.0) > 1e-6);
        }
    }

    void rangesTooNarrowForDoublesGiveOneTick() {
        QCOMPARE(chooseTicks({5.0, 5.0}, Scale::linear).major.size(), 1U);
        QVERIFY_EXCEPTION_THROWN(chooseTicks({2.0, 1.0}, Scale::linear), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(chooseTicks({-1.0, 1.0}, Scale::logarithmic), std::logic_error);
    }

    void niceRangesHoldTheDataAndChangeSeldom() {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> uniform(0, 1);
        for (const Scale scale : {Scale::linear, Scale::logarithmic}) {
            AxisRange range{0, 0};
            int changes = 0;
            for (double high = 1.0; high < 1000.0; high += uniform(random)) {
                const AxisRange nice = niceRange({0.5, high}, scale);
                QVERIFY(nice.minimum <= 0.5 && nice.maximum >= high * (1 - 1e-9));
                QVERIFY(nice.maximum <= (scale == Scale::linear ? 1.7 : 10.1) * high + 1.0);
                changes += nice == range ? 0 : 1;
                range = nice;
            }
            QVERIFY2(changes < 100, qPrintable(QString::number(changes)));
        }
    }

    void equalOrUnusableEndsGiveARangeAround() {
        for (const Scale scale : {Scale::linear, Scale::logarithmic})
            for (const AxisRange data : {AxisRange{3, 3}, {NAN, 1}, {2, 1}, {-1, -1}, {0, 0}}) {
                const AxisRange nice = niceRange(data, scale);
                QVERIFY(nice.minimum < nice.maximum);
                QVERIFY(!chooseTicks(nice, scale).major.empty());
            }
    }

    void numbersAreReadable() {
        QCOMPARE(readableNumber(0.00123456), std::string("0.001235"));
        QCOMPARE(readableNumber(20000), std::string("20,000"));
        QCOMPARE(readableNumber(-3.14e-7, 3), std::string("−3.14×10⁻⁷"));
        QCOMPARE(readableNumber(0), std::string("0"));
        QCOMPARE(readableNumber(NAN), std::string("–"));
    }
};

REGISTER_TEST(TicksTest)
#include "ticks_test.moc"
