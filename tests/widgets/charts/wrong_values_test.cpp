#include <QTest>

#include <array>
#include <cmath>

#include "core/experiment/not_applicable.h"
#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"
#include "widgets/charts/chart_content.h"

using namespace convergence;

namespace {

/// The chart of a recording of three rows a trial, to whose first trial further values of y were
/// appended, an iteration each.
ChartContent chartOf(const std::vector<double>& further, ChartState state = {}) {
    const auto recording = sampleRecording(3);
    double iteration = 3.0;
    for (const double y : further)
        recording->traceForWriting(0).append(std::array{iteration++, y, 1.0});
    ChartModel model(errorView(), sampleDescription());
    model.setRuns({{"", recording}});
    model.update();
    return layoutChart(model, state, {QSizeF(600, 400), Theme::load("light"), QFont()});
}

constexpr double inf = std::numeric_limits<double>::infinity();

} // namespace

/// What is not a number is seen where it happened.
class WrongValuesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void notANumberStandsAtTheEdge() {
        const ChartContent chart = chartOf({NAN, 0.5, inf, 0.5, -inf, 0.5});
        QCOMPARE(chart.wrongValues.size(), std::size_t{3});
        const QRectF& plot = chart.frame.plot;
        const double iterations[] = {3, 5, 7};
        for (int i = 0; i < 3; ++i) {
            const auto& mark = chart.wrongValues[i];
            QCOMPARE(mark.at.x(), chart.frame.toPixel(iterations[i], 1.0).x());
            QCOMPARE(mark.isAtTop, i == 1);
            QCOMPARE(mark.at.y(), i == 1 ? plot.top() : plot.bottom());
        }
    }

    void whatDoesNotApplyIsNotMarked() {
        QVERIFY(chartOf({notApplicable, 0.5, notApplicable}).wrongValues.empty());
        QVERIFY(chartOf({0.5, 0.25}).wrongValues.empty());
    }

    /// Joined over the two replicates of an arm, of which one ends before the other.
    void whatAppliesToNoReplicateIsNotMarked() {
        const auto marksOf = [](double first, double second) {
            const auto recording = sampleRecording(3);
            for (const double iteration : {3.0, 4.0, 5.0}) {
                recording->traceForWriting(0).append(std::array{iteration, first, 1.0});
                if (iteration < 5.0)
                    recording->traceForWriting(1).append(std::array{iteration, second, 1.0});
            }
            View view = errorView();
            view.aggregate = Aggregate::medianAndQuartiles;
            ChartModel model(view, sampleDescription());
            model.setRuns({{"", recording}});
            model.update();
            return layoutChart(model, {}, {QSizeF(600, 400), Theme::load("light"), QFont()})
                .wrongValues.size();
        };
        QCOMPARE(marksOf(notApplicable, notApplicable), std::size_t{0});
        QCOMPARE(marksOf(0.5, notApplicable), std::size_t{0});
        QCOMPARE(marksOf(0.5, 0.25), std::size_t{0});
        QCOMPARE(marksOf(NAN, notApplicable), std::size_t{3});
    }

    void aNumberBetweenTwoThatAreNoneIsAPoint() {
        const ChartContent chart = chartOf({NAN, 0.5, NAN, 0.4, 0.3});
        QCOMPARE(chart.curves.front().points.size(), 1);
        QCOMPARE(chart.curves.front().points[0], chart.frame.toPixel(4.0, 0.5));
        QVERIFY(chart.curves.front().marker >= 0);
    }

    void theCursorNamesValueAndIteration() {
        ChartState state;
        state.cursor = ChartState::Cursor{.curve = 0, .row = 4};
        const ChartContent chart = chartOf({0.5, NAN, 0.5}, state);
        QVERIFY(chart.cursor);
        QVERIFY2(chart.cursor->text.contains("= 4") && chart.cursor->text.contains("NaN"),
                 qPrintable(chart.cursor->text));
        QVERIFY(!chartOf({0.5, notApplicable, 0.5}, state).cursor);
    }

    void manyThatLieTogetherAreOneMark() {
        const std::size_t marks = chartOf(std::vector<double>(5000, NAN)).wrongValues.size();
        QVERIFY2(marks > 10 && marks <= 100, qPrintable(QString::number(marks)));
    }
};

REGISTER_GUI_TEST(WrongValuesTest)
#include "wrong_values_test.moc"
