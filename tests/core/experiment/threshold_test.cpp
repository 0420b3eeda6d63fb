#include <cmath>
#include <limits>
#include <stdexcept>

#include <QtTest>

#include "core/experiment/threshold.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

} // namespace

class ThresholdTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTextIsWhatIsTested_data() {
        QTest::addColumn<int>("row");
        for (int row = 0; row < 6; ++row)
            QTest::addRow("%d", row) << row;
    }

    /// Each threshold beside its text, a number that satisfies it and one that does not.
    void theTextIsWhatIsTested() {
        QFETCH(int, row);
        struct Case {
            Threshold threshold;
            std::string text;
            double inside, outside;
        };
        const Case cases[] = {
            {Within{.of = "slope of e²", .center = -2.0, .tolerance = 0.1}, "slope of e² −2 ± 0.1",
             -2.1, -2.11},
            {AtLeast{.of = "gain", .bound = 10.0}, "gain ≥ 10", 10.0, 9.999},
            {AtMost{.of = "R", .bound = 1e-12}, "R ≤ 1e-12", 1e-12, 1.1e-12},
            {Above{.of = "R²", .bound = 0.99}, "R² > 0.99", 0.991, 0.99},
            {Below{.bound = 1.3}, "< 1.3", 1.29, 1.3},
            {Between{.of = "rank", .low = -1.0, .high = 2.5}, "rank from −1 to 2.5", 2.5, 2.6}};
        const Case& tested = cases[row];
        QCOMPARE(tested.threshold.text(), tested.text);
        QVERIFY(tested.threshold.holds(tested.inside));
        QVERIFY(!tested.threshold.holds(tested.outside));
        QVERIFY(!tested.threshold.holds(notANumber));
    }

    void aFactorWidensTheTolerance() {
        const Threshold threshold = WithinByFactor{.of = "ratio",
                                                   .center = 1.0,
                                                   .tolerance = 0.03,
                                                   .factor = "initial_scale",
                                                   .symbol = "α",
                                                   .limit = 0.6,
                                                   .toleranceAbove = 0.12};
        QCOMPARE(threshold.text(), std::string("ratio 1 ± 0.03 (± 0.12 where α > 0.6)"));
        QVERIFY(!threshold.holds(1.1, 0.6));
        QVERIFY(threshold.holds(1.1, 0.9));
        QVERIFY(!threshold.holds(notANumber, 0.9));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(threshold.holds(1.0)), std::logic_error);
    }

    void anIntervalThatStraddlesDecidesNothing() {
        const Threshold positive = DifferenceAbove{.of = "loss A − loss B"};
        QCOMPARE(positive.text(), std::string("loss A − loss B > 0 (paired, 95 %)"));
        QCOMPARE(positive.decide({1.0, 0.5, 1.5}), Verdict::holds);
        QCOMPARE(positive.decide({0.1, -0.5, 0.7}), Verdict::notEnoughData);
        QCOMPARE(positive.decide({-1.0, -1.5, -0.5}), Verdict::fails);
        QCOMPARE(positive.decide({1.0, notANumber, notANumber}), Verdict::notEnoughData);
        // No difference in any pair is not a difference above zero, nor one below.
        QVERIFY(positive.decide({0.0, 0.0, 0.0}) == Verdict::fails);
        QVERIFY(Threshold(DifferenceBelow{}).decide({0.0, 0.0, 0.0}) == Verdict::fails);
        QVERIFY(positive.decide({0.1, 0.0, 0.2}) == Verdict::notEnoughData);
        // Wider than the band on both sides, with an estimate beside it.
        const Threshold band = Within{.center = 0.0, .tolerance = 0.1};
        QCOMPARE(band.decide({0.5, -1.0, 2.0}), Verdict::notEnoughData);
        QCOMPARE(band.decide({0.5, 0.2, 0.8}), Verdict::fails);
        QCOMPARE(band.decide({0.0, -0.05, 0.05}), Verdict::holds);
    }

    void wordsDecideNothing() {
        const Threshold words = Stated{"exact", identity("both count the same draws")};
        QCOMPARE(words.text(), std::string("exact"));
        QVERIFY(words.origin().kind == OriginKind::identity);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(words.holds(0.0)), std::logic_error);
    }
};

REGISTER_TEST(ThresholdTest)
#include "threshold_test.moc"
