#include <QSignalSpy>

#include "core/experiment/view_words.h"
#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

View curvesSpec() {
    return FrameView{.id = "curves",
                     .title = "Curves",
                     .kind = ViewKind::curves,
                     .frames = {"frame"},
                     .xLabel = "x",
                     .yLabel = "y",
                     .gesture = GestureSpec{"px", "py", "Click a place"}};
}

/// Four lines of one family from the corner, and a line by itself.
CurvesFrame fan() {
    CurvesFrame frame;
    for (const double slope : {1.0, 2.0, 3.0, 4.0})
        frame.curves.push_back({.label = "fan", .x = {0.0, 10.0}, .y = {0.0, slope}});
    frame.curves.push_back({.label = "alone", .x = {0.0, 10.0}, .y = {8.0, 8.0}});
    return frame;
}

} // namespace

class CurvesViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // One color and one name; the last is the strongest.
    void curvesOfOneLabelAreAFamily() {
        const auto view = shownView(curvesSpec(), fan());
        const QString drawn = view->pgfplots();
        QCOMPARE(drawn.count("\\addplot"), 5);
        QCOMPARE(drawn.count("\\addlegendentry"), 2);
        QCOMPARE(drawn.count("\\definecolor{curve0}"), 1);
        QCOMPARE(drawn.count("\\addplot[curve0"), 4);
        QCOMPARE(drawn.count("\\addplot[curve1, thick]"), 1);
        QCOMPARE(drawn.count("forget plot"), 3);
        const auto first = drawn.indexOf("opacity=0.15"), last = drawn.indexOf("opacity=0.75");
        QVERIFY(first > 0 && last > first);
    }

    void twoCurvesAreBothStrong() {
        CurvesFrame frame = fan();
        frame.curves.erase(frame.curves.begin(), frame.curves.begin() + 2);
        QCOMPARE(shownView(curvesSpec(), frame)->pgfplots().count("opacity"), 0);
    }

    void aClickGivesItsPlace() {
        const auto view = shownView(curvesSpec(), fan());
        QWidget& canvas = canvasOf(*view);
        QSignalSpy gestures(view.get(), &ViewWidget::gestureMade);
        const QPoint middle = canvas.rect().center();
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, middle);
        QCOMPARE(gestures.size(), 1);
        QCOMPARE(gestures[0][0].toString(), QString("px"));
        QVERIFY(gestures[0][1].toDouble() > 3.0 && gestures[0][1].toDouble() < 7.0);
        QVERIFY(gestures[0][3].toDouble() > 2.0 && gestures[0][3].toDouble() < 7.0);
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, middle + QPoint(60, 40));
        QVERIFY(gestures[1][1].toDouble() > gestures[0][1].toDouble());
        QVERIFY(gestures[1][3].toDouble() < gestures[0][3].toDouble());
        // Beside the axes, and a drag, are none.
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, {2, 2});
        QTest::mousePress(&canvas, Qt::LeftButton, {}, middle);
        QTest::mouseMove(&canvas, middle + QPoint(40, 0));
        QTest::mouseRelease(&canvas, Qt::LeftButton, {}, middle + QPoint(40, 0));
        QCOMPARE(gestures.size(), 2);
    }
};

REGISTER_GUI_TEST(CurvesViewTest)
#include "curves_view_test.moc"
