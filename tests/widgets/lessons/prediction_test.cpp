#include <cmath>

#include <QSignalSpy>
#include <QtTest>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"
#include "widgets/lessons/prediction.h"
#include "widgets/lessons/prediction_canvas.h"

using namespace convergence;

namespace {

const PredictionAxes logAxes{.xLabel = "t",
                             .yLabel = "e",
                             .xScale = Scale::logarithmic,
                             .yScale = Scale::logarithmic,
                             .xMinimum = 1.0,
                             .xMaximum = 1000.0,
                             .yMinimum = 1e-4,
                             .yMaximum = 1.0};

PredictedCurve powerLaw(double scale, double exponent) {
    PredictedCurve curve;
    for (double t = 1.0; t <= 1000.0; t *= 1.1) {
        curve.x.push_back(t);
        curve.y.push_back(scale * std::pow(t, exponent));
    }
    curve.x.push_back(1000.0);
    curve.y.push_back(scale * std::pow(1000.0, exponent));
    return curve;
}

} // namespace

class PredictionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRightCurveScoresAHundred() {
        const auto score = scoreOfCurve(powerLaw(1, -1), powerLaw(1, -1), logAxes);
        QVERIFY(score);
        expectNear(*score, 100.0, 1e-9);
    }

    /// A tenth instead of one is a quarter of four decades everywhere.
    void aDecadeOfFourCostsAQuarter() {
        const auto score = scoreOfCurve(powerLaw(0.1, -0.5), powerLaw(1.0, -0.5), logAxes);
        QVERIFY(score);
        expectNear(*score, 75.0, 1e-6);
    }

    /// Flat against 1/t: the gap grows from 0 to 3 of 4 decades, its mean is 3/8.
    void aWrongSlopeCostsTheAreaBetween() {
        const auto score = scoreOfCurve(powerLaw(1, 0), powerLaw(1, -1), logAxes);
        QVERIFY(score);
        expectNear(*score, 62.5, 0.01);
    }

    void measurementsBelowTheAxisCountAsItsEnd() {
        PredictedCurve bottom{{1.0, 1000.0}, {1e-4, 1e-4}};
        const auto score = scoreOfCurve(bottom, powerLaw(1e-9, 0), logAxes);
        QVERIFY(score);
        expectNear(*score, 100.0, 1e-9);
    }

    void curvesThatDoNotMeetHaveNoScore() {
        PredictedCurve early{{1.0, 2.0}, {1.0, 1.0}};
        PredictedCurve late{{500.0, 1000.0}, {1.0, 1.0}};
        QVERIFY(!scoreOfCurve(early, late, logAxes));
        QVERIFY(!scoreOfCurve({}, late, logAxes));
    }

    void armsAreRankedByTheirMean() {
        const auto recording = sampleTrials();
        // rex is five below linear in every trial.
        const auto least = rankArms(*recording, "test");
        QCOMPARE(least.size(), 2U);
        QCOMPARE(least[0].arm, std::string("rex"));
        expectNear(least[1].mean - least[0].mean, 5.0, 1e-12);
        QCOMPARE(rankArms(*recording, "test", {.mostWins = true})[0].arm, std::string("linear"));
        QVERIFY(rankArms(*recording, "nothing").empty());
    }

    /// By hand: at its best factors (budget 100, rate 0.1) rex has 1 + ½, linear 5 more.
    void armsAreRankedAtTheirBestFactorsOrAtGivenOnes() {
        const auto recording = sampleTrials();
        const auto tuned = rankArms(*recording, "test", {.tuned = true});
        QCOMPARE(tuned[0].arm, std::string("rex"));
        expectNear(tuned[0].mean, 1.5, 1e-12);
        const auto given = rankArms(*recording, "test", {.where = {{"budget", 10.0}}});
        expectNear(given[0].mean, 10.0 + 0.5 + 2.0, 1e-12);
    }

    void aRunThatHasNotEndedIsRankedByItsTraces() {
        const auto ranked = rankArms(*sampleRecording(501), "error");
        QCOMPARE(ranked[0].arm, std::string("exponential")); // e⁻¹⁰ < 10/500
        expectNear(ranked[1].mean, 1.05 * 0.02, 1e-12);
    }

    void theMeasuredCurveIsTheArmsOwn() {
        const auto curve = measuredCurve(*sampleRecording(100), errorView(), "power");
        QCOMPARE(curve.x.size(), 100U);
        QCOMPARE(curve.y[10], 1.0);
        QVERIFY(measuredCurve(*sampleRecording(100), errorView(), "nobody").x.empty());
        const auto other =
            measuredCurve(*sampleRecording(100), errorView(), "power", "predicted_error");
        QCOMPARE(other.y[10], 2.0);
        QVERIFY(measuredCurve(*sampleRecording(100), errorView(), "power", "nothing").x.empty());
    }

    /// Over two rates and two replicates: 5 + 100/budget + 2.5.
    void theMeasuredCurveOfTrialsIsTheirMeanAtEachPlace() {
        View view = errorView();
        view.fromTrials = true;
        view.x.column = "budget";
        view.series = {{"test", ""}};
        const auto curve = measuredCurve(*sampleTrials(), view, "linear");
        QCOMPARE(curve.x, (std::vector<double>{1.0, 10.0, 100.0}));
        QCOMPARE(curve.y, (std::vector<double>{107.5, 17.5, 8.5}));
        QVERIFY(measuredCurve(*sampleTrials(), view, "nobody").x.empty());
    }

    /// Drawn from the top left to the bottom right of log–log axes: slope −4/3 decades.
    void whatIsDrawnIsWhatIsRead() {
        PredictionCanvas canvas(Theme::load("light"));
        canvas.resize(400, 300);
        canvas.setAxes(logAxes);
        canvas.show();
        QSignalSpy edited(&canvas, &PredictionCanvas::edited);
        QVERIFY(!canvas.isComplete());
        QTest::mousePress(&canvas, Qt::LeftButton, {}, QPoint(1, 1));
        QTest::mouseMove(&canvas, QPoint(399, 299));
        QMouseEvent move(QEvent::MouseMove, QPointF(399, 299), QPointF(399, 299), Qt::NoButton,
                         Qt::LeftButton, {});
        QApplication::sendEvent(&canvas, &move);
        QVERIFY(canvas.isComplete());
        QVERIFY(!edited.isEmpty());
        const PredictedCurve drawn = canvas.prediction();
        expectNear(std::log10(drawn.x.front()), 0.0, 0.02);
        expectNear(std::log10(drawn.y.front()), 0.0, 0.1);
        expectNear(std::log10(drawn.x.back()), 3.0, 0.02);
        expectNear(std::log10(drawn.y.back()), -4.0, 0.1);
        canvas.reveal(powerLaw(1, -1));
        const std::size_t before = canvas.prediction().x.size();
        QTest::mousePress(&canvas, Qt::LeftButton, {}, QPoint(200, 20));
        QCOMPARE(canvas.prediction().x.size(), before); // drawing has ended
    }

    void theKeyboardDrawsToo() {
        PredictionCanvas canvas(Theme::load("light"));
        canvas.resize(400, 300);
        canvas.setAxes(logAxes);
        canvas.show();
        for (int i = 0; i < 12; ++i)
            QTest::keyClick(&canvas, Qt::Key_Right, Qt::ShiftModifier);
        QVERIFY(canvas.isComplete());
        QTest::keyClick(&canvas, Qt::Key_Delete);
        QVERIFY(!canvas.isComplete());
    }
};

REGISTER_GUI_TEST(PredictionTest)
#include "prediction_test.moc"
