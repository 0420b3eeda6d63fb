#include <cmath>

#include <QPainter>
#include <QSignalSpy>
#include <QThread>
#include <QToolButton>

#include "tests/core/experiment/view_frames.h"
#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"
#include "widgets/views/episode_clock.h"
#include "widgets/views/scene_view.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

View sceneSpec() {
    return {.id = "pendulum",
            .title = "Pendulum",
            .kind = ViewKind::scene,
            .frames = {"frame"},
            .gesture = GestureSpec{"x0", "y0", "Click to start from here"}};
}

SceneFrame fitted() {
    SceneFrame frame = pendulum();
    frame.camera = SceneFrame::Camera::fits;
    return frame;
}

SceneView& sceneOf(ViewWidget& view) {
    return dynamic_cast<SceneView&>(view);
}

/// Counts paint events of a widget.
class PaintCounter : public QObject {
public:
    int paints = 0;
    bool eventFilter(QObject*, QEvent* event) override {
        paints += event->type() == QEvent::Paint ? 1 : 0;
        return false;
    }
};

} // namespace

class SceneViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theClockRunsRestsAndBeginsAgain() {
        EpisodeClock clock;
        clock.setLength(20.0);
        QCOMPARE(clock.share(), 1.0); // the end, until it is played
        clock.play();
        QVERIFY(clock.share() < 0.5);
        QThread::msleep(60);
        const double share = clock.share();
        QVERIFY2(share >= 0.0029, qPrintable(QString::number(share)));
        clock.pause();
        QThread::msleep(10);
        QVERIFY(std::abs(clock.share() - clock.share()) < 1e-12);
        clock.seek(0.25);
        QCOMPARE(clock.share(), 0.25);
        clock.setLength(2.0); // another episode at the same place
        QVERIFY(std::abs(clock.share() - 0.25) < 1e-12);
    }

    void itPlaysByItselfWhileItIsVisible() {
        const auto view = shownView(sceneSpec(), fitted());
        QVERIFY(sceneOf(*view).isPlaying());
        PaintCounter counter;
        canvasOf(*view).installEventFilter(&counter);
        QTRY_VERIFY_WITH_TIMEOUT(counter.paints >= 20, 10'000);
        view->hide();
        QApplication::processEvents();
        const int before = counter.paints;
        QTest::qWait(60);
        QCOMPARE(counter.paints, before);
    }

    void pAndTheButtonPauseAndCommaAndPeriodStep() {
        const auto view = shownView(sceneSpec(), fitted());
        QWidget& canvas = canvasOf(*view);
        QTest::keyClick(&canvas, Qt::Key_P);
        QVERIFY(!sceneOf(*view).isPlaying());
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(&canvas, Qt::Key_Comma);
        QCOMPARE(sceneOf(*view).share(), 0.0);
        QTest::keyClick(&canvas, Qt::Key_Period);
        QCOMPARE(sceneOf(*view).share(), 0.5);
        QTest::keyClick(&canvas, Qt::Key_Period);
        QCOMPARE(sceneOf(*view).share(), 1.0);
        QTest::keyClick(&canvas, Qt::Key_Period);
        QCOMPARE(sceneOf(*view).share(), 1.0);
        QTest::keyClick(&canvas, Qt::Key_Comma);
        QCOMPARE(sceneOf(*view).share(), 0.5);
        auto* button = view->findChild<QToolButton*>("playEpisode");
        QVERIFY(!button->accessibleName().isEmpty());
        button->click();
        QVERIFY(sceneOf(*view).isPlaying());
        // A pause lasts when the next episode comes.
        button->click();
        setFrame(*view, fitted());
        QVERIFY(!sceneOf(*view).isPlaying());
    }

    void bodiesAreWhereTheirPosesSay() {
        SceneFrame frame = fitted();
        frame.hasTrail.clear();
        frame.shapes[2].isFilled = true;
        const auto view = shownView(sceneSpec(), frame);
        QWidget& canvas = canvasOf(*view);
        QTest::keyClick(&canvas, Qt::Key_P);
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(&canvas, Qt::Key_Comma);
        const QColor bob = Theme::load("light").seriesColor(0);
        const auto place = [&] {
            QImage image = canvas.grab().toImage();
            QPainter(&image).fillRect(0, 0, image.width(), 26, Qt::white); // the legend
            return middleOf(image, bob);
        };
        const QPointF start = place();
        QTest::keyClick(&canvas, Qt::Key_Period);
        QTest::keyClick(&canvas, Qt::Key_Period);
        const QPointF end = place();
        // From (1, 0) to (0, 1): as far to the left as upward.
        QVERIFY(start.x() - end.x() > 40.0);
        QVERIFY2(
            std::abs((start.x() - end.x()) - (start.y() - end.y())) < 3.0,
            qPrintable(
                QString("%1, %2; %3, %4").arg(start.x()).arg(start.y()).arg(end.x()).arg(end.y())));
    }

    void aCameraThatFollowsKeepsItsBodyInTheMiddle() {
        SceneFrame frame = pendulum();
        frame.hasTrail.clear();
        frame.shapes[2].isFilled = true;
        const auto view = shownView(sceneSpec(), frame);
        QWidget& canvas = canvasOf(*view);
        QTest::keyClick(&canvas, Qt::Key_P);
        const auto place = [&] {
            QImage image = canvas.grab().toImage();
            QPainter(&image).fillRect(0, 0, image.width(), 26, Qt::white);
            return middleOf(image, Theme::load("light").seriesColor(0));
        };
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(&canvas, Qt::Key_Comma);
        const QPointF start = place();
        QTest::keyClick(&canvas, Qt::Key_Period);
        QVERIFY((place() - start).manhattanLength() < 4.0);
        QVERIFY(std::abs(start.x() - 0.5 * canvas.width()) < 6.0);
    }

    void aClickIsAGestureInTheWorld() {
        const auto view = shownView(sceneSpec(), fitted());
        QWidget& canvas = canvasOf(*view);
        QSignalSpy gestures(view.get(), &ViewWidget::gestureMade);
        const QPoint middle = canvas.rect().center();
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, middle);
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, middle + QPoint(50, 0));
        QCOMPARE(gestures.size(), 2);
        QVERIFY(gestures[1][1].toDouble() > gestures[0][1].toDouble());
        QCOMPARE(gestures[1][3].toDouble(), gestures[0][3].toDouble());
    }

    void viewsBesideEachOtherPlayTogether() {
        const auto one = shownView(sceneSpec(), fitted()), other = shownView(sceneSpec(), fitted());
        one->pairWith(*other);
        other->pairWith(*one);
        QTest::keyClick(&canvasOf(*one), Qt::Key_P);
        QVERIFY(!sceneOf(*one).isPlaying() && !sceneOf(*other).isPlaying());
        QCOMPARE(sceneOf(*one).share(), sceneOf(*other).share());
        QTest::keyClick(&canvasOf(*other), Qt::Key_Comma);
        QCOMPARE(sceneOf(*one).share(), sceneOf(*other).share());
    }

    void itIsDrawnInAllThemesAndFiles() {
        const auto view = shownView(sceneSpec(), fitted());
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "scene"), QString());
        const QStringList lines = view->csv().split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + 6);
        QCOMPARE(lines[0], "time,body,label,x,y,angle");
        QCOMPARE(lines[2], "0,2,bob,1,0,0");
    }

    void stillAndDamagedScenesAreNoTrouble() {
        SceneFrame still{
            .shapes = {
                {.kind = SceneFrame::ShapeKind::circle, .x = {0.0}, .y = {0.0}, .radius = 1.0}}};
        const auto view = shownView(sceneSpec(), still);
        QVERIFY(!view->findChild<QToolButton*>("playEpisode")->isVisible());
        QVERIFY(!canvasOf(*view).grab().isNull());
        SceneFrame bad = pendulum();
        bad.poses[0].x = NAN;
        setFrame(*view, bad);
        QVERIFY(!canvasOf(*view).grab().isNull());
        QCOMPARE(view->csv().count("\r\n"), 1);
        setFrame(*view, SceneFrame());
        QVERIFY(!canvasOf(*view).grab().isNull());
    }
};

REGISTER_GUI_TEST(SceneViewTest)
#include "scene_view_test.moc"
