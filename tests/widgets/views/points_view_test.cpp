#include <cmath>

#include <QPainter>
#include <QSignalSpy>

#include "core/experiment/view_words.h"
#include "core/math/random.h"
#include "tests/core/experiment/view_frames.h"
#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

View pointsSpec() {
    return Points{.id = "cloud",
                  .title = "Cloud",
                  .frames = {"frame"},
                  .xLabel = "first",
                  .yLabel = "second",
                  .gesture = GestureSpec{"px", "py", "Click a point"}};
}

/// A lone point far from another one, of colors of their own.
PointsFrame twoPoints() {
    return {.x = {0.0F, 4.0F},
            .y = {0.0F, 2.0F},
            .classes = {0, 1},
            .classLabels = {"even", "odd"},
            .names = {"left", "right"}};
}

PointsFrame manyPoints(std::size_t count, std::uint64_t seed) {
    PointsFrame frame{.label = "many"};
    RandomStream stream({.seed = seed, .purpose = "points test"});
    for (std::size_t i = 0; i < count; ++i) {
        frame.x.push_back(float(stream.normal()));
        frame.y.push_back(float(stream.normal()));
        frame.values.push_back(frame.x.back());
    }
    frame.valueLabel = "abscissa";
    return frame;
}

} // namespace

class PointsViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aClickOnAPointGivesItsCoordinates() {
        const auto view = shownView(pointsSpec(), twoPoints());
        QWidget& canvas = canvasOf(*view);
        QSignalSpy gestures(view.get(), &ViewWidget::gestureMade);
        // The legend has the color too: look below it.
        QImage image = canvas.grab().toImage();
        QPainter(&image).fillRect(0, 0, image.width(), 24, Qt::white);
        const QPointF at = middleOf(image, Theme::load("light").seriesColor(1), 14);
        QVERIFY(at.x() > 0.0);
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, at.toPoint() + QPoint(2, 1));
        QCOMPARE(gestures.size(), 1);
        QCOMPARE(gestures[0][1].toDouble(), 4.0);
        QCOMPARE(gestures[0][3].toDouble(), 2.0);
        // Beside points it is the place itself.
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, at.toPoint() + QPoint(-120, 60));
        QCOMPARE(gestures.size(), 2);
        QVERIFY(gestures[1][1].toDouble() > 0.5 && gestures[1][1].toDouble() < 3.9);
        QVERIFY(gestures[1][3].toDouble() < 1.9);
        // A drag is none.
        QTest::mousePress(&canvas, Qt::LeftButton, {}, at.toPoint());
        QTest::mouseMove(&canvas, at.toPoint() + QPoint(40, 0));
        QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at.toPoint() + QPoint(40, 0));
        QCOMPARE(gestures.size(), 2);
    }

    void hoveringMarksAndNamesAPoint() {
        const auto view = shownView(pointsSpec(), twoPoints());
        QWidget& canvas = canvasOf(*view);
        const QImage before = canvas.grab().toImage();
        QImage below = before;
        QPainter(&below).fillRect(0, 0, below.width(), 24, Qt::white);
        const QPointF at = middleOf(below, Theme::load("light").seriesColor(1), 14);
        QTest::mouseMove(&canvas, at.toPoint());
        QApplication::processEvents();
        const QImage after = canvas.grab().toImage();
        QVERIFY(countOf(after, Theme::load("light").accent, 10) >
                countOf(before, Theme::load("light").accent, 10));
    }

    void hundredThousandPointsAreDrawnAndKept() {
        const auto view = shownView(pointsSpec(), manyPoints(100'000, 3));
        const QImage first = canvasOf(*view).grab().toImage();
        QCOMPARE(canvasOf(*view).grab().toImage(), first);
        // Nearly every pixel in the middle is colored.
        const QImage middle = first.copy(first.width() / 2 - 40, first.height() / 2 - 40, 60, 60);
        QVERIFY(countOf(middle, Theme::load("light").surface) < 600);
        QCOMPARE(view->csv().count("\r\n"), 100'001);
    }

    void contoursAndThumbnailsAreDrawn() {
        PointsFrame cloud = manyPoints(2000, 4);
        const auto view = shownView(pointsSpec(), cloud);
        const QImage without = canvasOf(*view).grab().toImage();
        cloud.contours = PointsFrame::Contours::ofPoints;
        setFrame(*view, cloud);
        QVERIFY(canvasOf(*view).grab().toImage() != without);

        PointsFrame pictures = twoPoints();
        pictures.classes.clear();
        pictures.classLabels.clear();
        pictures.thumbnailWidth = pictures.thumbnailHeight = 2;
        pictures.thumbnails.assign(24, 0);
        for (std::size_t i = 0; i < 12; i += 3)
            pictures.thumbnails[i] = 250; // the first picture is red
        setFrame(*view, pictures);
        QVERIFY(countOf(canvasOf(*view).grab().toImage(), QColor(250, 0, 0)) > 400);
    }

    void aCloudOnALineHasNoContoursAndNoTrouble() {
        PointsFrame line = twoPoints();
        line.y = {1.0F, 1.0F};
        line.contours = PointsFrame::Contours::ofPoints;
        const auto view = shownView(pointsSpec(), line);
        QVERIFY(!canvasOf(*view).grab().isNull());
    }

    void keysZoomAndHomeShowsEverything() {
        const auto view = shownView(pointsSpec(), fourPoints());
        QWidget& canvas = canvasOf(*view);
        const QImage before = canvas.grab().toImage();
        QTest::keyClick(&canvas, Qt::Key_Plus);
        QTest::keyClick(&canvas, Qt::Key_Up);
        QVERIFY(canvas.grab().toImage() != before);
        QTest::keyClick(&canvas, Qt::Key_Home);
        QCOMPARE(canvas.grab().toImage(), before);
    }

    void itIsDrawnInAllThemesAndFiles() {
        PointsFrame frame = fourPoints();
        const auto view = shownView(pointsSpec(), frame);
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "points"), QString());
        frame.classes.clear();
        frame.thumbnails.clear();
        setFrame(*view, frame); // by value, with a bar of colors
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "points-by-value"), QString());
        const QStringList lines = view->csv().split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines[0], "cloud,point,x,y,value,class,name");
        QCOMPARE(lines[1], "data,1,0.5,1,,,");
        QCOMPARE(lines[3], "samples,2,1,0,2,,b");
    }

    void viewsBesideEachOtherHaveTheSameAxesAndColors() {
        PointsFrame near = fourPoints(), far = fourPoints();
        near.classes.clear();
        far.classes.clear();
        near.thumbnails.clear();
        far.thumbnails.clear();
        far.x[1] = 9.0F;
        far.values[3] = 40.0F;
        const auto one = shownView(pointsSpec(), near), other = shownView(pointsSpec(), far);
        const QImage alone = canvasOf(*one).grab().toImage();
        one->pairWith(*other);
        other->pairWith(*one);
        QVERIFY(canvasOf(*one).grab().toImage() != alone);
    }

    void framesThatCannotBeDrawnSayWhy() {
        PointsFrame bad = fourPoints();
        bad.x[0] = NAN;
        const auto view = shownView(pointsSpec(), bad);
        QVERIFY(!canvasOf(*view).grab().isNull());
        QCOMPARE(view->csv(), "cloud,point,x,y\r\n");
        setFrame(*view, PointsFrame());
        QVERIFY(!canvasOf(*view).grab().isNull());
    }
};

REGISTER_GUI_TEST(PointsViewTest)
#include "points_view_test.moc"
