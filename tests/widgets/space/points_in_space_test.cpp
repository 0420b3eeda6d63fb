// Points in space: where they are drawn, and that they can be seen and named. Without OpenGL the
// pictures are skipped.

#include <cmath>

#include <QSignalSpy>
#include <vtkRenderer.h>

#include "core/experiment/view_words.h"
#include "core/math/random.h"
#include "tests/core/experiment/view_frames.h"
#include "tests/expectations.h"
#include "tests/widgets/views/shown_view.h"
#include "tests/widgets/vtk_test.h"
#include "widgets/space/points_in_space_view.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/orbit_control.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

View spaceSpec() {
    return PointsInSpace{.id = "cloud",
                         .title = "Cloud",
                         .frames = {"frame"},
                         .xLabel = "first",
                         .yLabel = "second",
                         .z = {.label = "height", .unit = "m"},
                         .gesture = GestureSpec{"px", "py", "Click a point"}};
}

CloudAxes axesOf(std::array<AxisRange, 3> ranges, Scale zScale = Scale::linear) {
    return CloudAxes({plotAxis("x", Scale::linear, ranges[0]),
                      plotAxis("y", Scale::linear, ranges[1]), plotAxis("z", zScale, ranges[2])});
}

/// A row along x, in one plane; colored by value.
PointsFrame row(std::size_t count) {
    PointsFrame frame;
    for (std::size_t i = 0; i < count; ++i) {
        frame.x.push_back(float(i));
        frame.y.push_back(0.0F);
        frame.z.push_back(float(i % 2));
        frame.values.push_back(float(i));
    }
    return frame;
}

} // namespace

class PointsInSpaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aUnitIsEquallyLongOnLinearAxes() {
        const CloudAxes axes = axesOf({{{0.0, 10.0}, {-2.5, 2.5}, {0.0, 1.0}}});
        expectNear(axes.half(), Eigen::Vector3d(1.0, 0.5, CloudAxes::leastSide), 1e-12);
        expectNear(*axes.toSpace({10.0, 2.5, 1.0}), Eigen::Vector3d(1.0, 0.5, CloudAxes::leastSide),
                   1e-12);
        expectNear(*axes.toSpace({5.0, 0.0, 0.5}), Eigen::Vector3d(0.0, 0.0, 0.0), 1e-12);
        QVERIFY(!axes.toSpace({5.0, NAN, 0.5}));
    }

    void logarithmicHeightsMakeACube() {
        const CloudAxes axes = axesOf({{{0.0, 10.0}, {0.0, 1.0}, {1e-2, 1e2}}}, Scale::logarithmic);
        expectNear(axes.half(), Eigen::Vector3d(1.0, 1.0, 1.0), 0.0);
        expectNear(*axes.toSpace({0.0, 1.0, 1.0}), Eigen::Vector3d(-1.0, 1.0, 0.0), 1e-12);
        QVERIFY(!axes.toSpace({0.0, 1.0, -1.0}));
    }

    void thePointInFrontIsPointedAt() {
        // Two on one line of sight: the nearer one hides the other.
        PointsFrame frame{.x = {0.0F, 0.0F, 1.0F}, .y = {1.0F, -1.0F, 0.0F}};
        frame.z = {0.0F, 0.0F, 0.0F};
        const CloudAxes axes = axesOf({{{-1.0, 1.0}, {-1.0, 1.0}, {-1.0, 1.0}}});
        const Viewpoint front = Viewpoint::around({0.0, 0.0, 0.0}, 2.0, 0.0, 0.0);
        const QSizeF size(400.0, 300.0);
        QCOMPARE(*cloudPointAt(frame, axes, front, size, {200.0, 151.0}), std::size_t{1});
        const Eigen::Vector3d seen = front.project({1.0, 0.0, 0.0}, 400.0, 300.0);
        QCOMPARE(*cloudPointAt(frame, axes, front, size, {seen.x() + 3.0, seen.y()}),
                 std::size_t{2});
        QVERIFY(!cloudPointAt(frame, axes, front, size, {20.0, 20.0}));
    }

    void ballsHaveTheirColorsAndHeights() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP("no OpenGL off-screen");
        Theme theme = Theme::load("light");
        theme.surface = Qt::white;
        theme.series = {QColor(220, 20, 20), QColor(20, 20, 220)};
        PointsFrame frame{.x = {0.0F, 0.0F}, .y = {0.0F, 0.0F}};
        frame.z = {0.8F, -0.8F};
        frame.classes = {0, 1};
        frame.classLabels = {"above", "below"};
        const CloudAxes axes = axesOf({{{-1.0, 1.0}, {-1.0, 1.0}, {-1.0, 1.0}}});
        OffscreenWindow window;
        CloudScene scene(window.renderer());
        scene.update(frame, axes, colorsOf(frame, static_cast<PointsFrame*>(nullptr), theme), theme,
                     2.0);
        const QImage image = window.picture(QSize(300, 300), CloudScene::home());
        const QPointF red = middleOf(image, QColor(200, 18, 18), 60);
        const QPointF blue = middleOf(image, QColor(18, 18, 200), 60);
        QVERIFY(red.y() > 0.0 && blue.y() > red.y() + 60.0);
        for (const auto& [at, z] : {std::pair{red, 0.8}, {blue, -0.8}}) {
            const Eigen::Vector3d seen = CloudScene::home().project({0.0, 0.0, z}, 300.0, 300.0);
            QVERIFY(std::hypot(at.x() - seen.x(), at.y() - seen.y()) < 4.0);
        }
        scene.update(row(100'000), axesOf({{{0.0, 1e5}, {-1.0, 1.0}, {0.0, 1.0}}}),
                     colorsOf(row(100'000), static_cast<PointsFrame*>(nullptr), theme), theme, 1.0);
        QVERIFY(!window.picture(QSize(300, 300), CloudScene::home()).isNull());
    }

    void keysTellPointsAndHomeGoesBack() {
        const auto view = shownView(spaceSpec(), fourPointsInSpace());
        QWidget& canvas = canvasOf(*view);
        QCOMPARE(canvas.accessibleName(), "Cloud");
        QTest::keyClick(&canvas, Qt::Key_N);
        QVERIFY(canvas.accessibleDescription().startsWith("a (even)"));
        QVERIFY(canvas.accessibleDescription().endsWith("height [m] = −1"));
        QTest::keyClick(&canvas, Qt::Key_N, Qt::ShiftModifier);
        QVERIFY(canvas.accessibleDescription().startsWith("d (odd)"));
        auto* orbit = dynamic_cast<PointsInSpaceView&>(*view).orbit();
        if (!orbit)
            QSKIP("no OpenGL on the display");
        QTest::keyClick(&canvas, Qt::Key_Left);
        QVERIFY(!(orbit->viewpoint() == CloudScene::home()));
        QTest::keyClick(&canvas, Qt::Key_Home);
        QVERIFY(orbit->viewpoint() == CloudScene::home());
    }

    void aClickOnAPointGivesItsCoordinates() {
        const auto view = shownView(spaceSpec(), fourPointsInSpace());
        auto& space = dynamic_cast<PointsInSpaceView&>(*view);
        if (!space.orbit())
            QSKIP("no OpenGL on the display");
        QSignalSpy gestures(view.get(), &ViewWidget::gestureMade);
        QWidget& canvas = canvasOf(*view);
        const Eigen::Vector3d seen = space.orbit()->viewpoint().project(
            *space.axes().toSpace({1.0, 2.0, 3.0}), canvas.width(), canvas.height());
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, QPoint(int(seen.x()), int(seen.y())));
        QCOMPARE(gestures.size(), 1);
        QCOMPARE(gestures[0][1].toDouble(), 1.0);
        QCOMPARE(gestures[0][3].toDouble(), 2.0);
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, QPoint(3, 3));
        QCOMPARE(gestures.size(), 1);
    }

    void viewsBesideEachOtherHaveTheSameAxesAndViewpoint() {
        PointsFrame far = fourPointsInSpace();
        far.z[3] = 30.0F;
        const auto one = shownView(spaceSpec(), fourPointsInSpace());
        const auto other = shownView(spaceSpec(), far);
        one->pairWith(*other);
        other->pairWith(*one);
        auto& left = dynamic_cast<PointsInSpaceView&>(*one);
        auto& right = dynamic_cast<PointsInSpaceView&>(*other);
        QCOMPARE(left.axes().axis(2).range, right.axes().axis(2).range);
        QVERIFY(left.axes().axis(2).range.maximum >= 30.0);
        if (!left.orbit())
            QSKIP("no OpenGL on the display");
        QTest::keyClick(&canvasOf(*other), Qt::Key_Up);
        QVERIFY(left.orbit()->viewpoint() == right.orbit()->viewpoint());
        QVERIFY(!(left.orbit()->viewpoint() == CloudScene::home()));
    }

    void itIsDrawnInAllThemesAndFiles() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP("no OpenGL off-screen");
        PointsFrame frame = fourPointsInSpace();
        const auto view = shownView(spaceSpec(), frame);
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "points-in-space"), QString());
        frame.classes.clear();
        setFrame(*view, frame); // by value, with a bar of colors
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "points-in-space-by-value"), QString());
        const QStringList lines = view->csv().split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines[0], "cloud,point,x,y,z,value,class,name");
        QCOMPARE(lines[1], "data,1,0.5,1,0.5,,,");
        QCOMPARE(lines[5], "samples,4,1,2,3,4,,d");
    }

    void framesThatCannotBeDrawnSayWhy() {
        PointsFrame flat = fourPoints(); // no heights
        const auto view = shownView(spaceSpec(), flat);
        QVERIFY(!canvasOf(*view).grab().isNull());
        QCOMPARE(view->csv(), "cloud,point,x,y\r\n");
        PointsFrame bad = fourPointsInSpace();
        bad.z[0] = INFINITY;
        setFrame(*view, bad);
        QVERIFY(!canvasOf(*view).grab().isNull());
        QCOMPARE(view->csv(), "cloud,point,x,y\r\n");
        PointsFrame lone{.x = {1.0F}, .y = {1.0F}};
        lone.z = {1.0F};
        setFrame(*view, lone);
        QVERIFY(!canvasOf(*view).grab().isNull());
    }
};

REGISTER_VTK_TEST(PointsInSpaceTest)
#include "points_in_space_test.moc"
