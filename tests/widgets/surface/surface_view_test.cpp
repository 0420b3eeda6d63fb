// Surfaces in space: where things are, and that they can be seen. Without OpenGL the pictures are
// skipped.

#include <cmath>

#include <QApplication>
#include <QSignalSpy>
#include <QSurfaceFormat>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <vtkRenderer.h>

#include "tests/expectations.h"
#include "tests/widgets/sample_recording.h"
#include "tests/widgets/vtk_test.h"
#include "widgets/surface/surface_scene.h"
#include "widgets/surface/surface_view.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/orbit_control.h"
#include "widgets/volume/vtk_widget.h"

using namespace convergence;

namespace {

/// x² + 2y on [0, 4] × [−1, 1].
FieldFrame sampleField() {
    FieldFrame field{
        .xMinimum = 0, .xMaximum = 4, .yMinimum = -1, .yMaximum = 1, .xCount = 41, .yCount = 21};
    for (int j = 0; j < 21; ++j)
        for (int i = 0; i < 41; ++i) {
            const double x = 0.1 * i, y = -1.0 + 0.1 * j;
            field.values.push_back(float(x * x + 2.0 * y));
        }
    return field;
}

PathFrame samplePath() {
    PathFrame path;
    for (int t = 0; t <= 20; ++t) {
        path.x.push_back(3.5 - 0.15 * t);
        path.y.push_back(0.5 - 0.05 * t);
        path.iteration.push_back(t);
    }
    return path;
}

int pixelsNear(const QImage& image, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            const int hue = std::abs(pixel.hsvHue() - color.hsvHue());
            count += pixel.hsvSaturation() > 120 && std::min(hue, 360 - hue) < 8;
        }
    return count;
}

View surfaceSpec() {
    return {.id = "surface",
            .title = "Surface",
            .help = "Paths on the ground.",
            .kind = ViewKind::surface,
            .x = {.label = "x"},
            .y = {.label = "f"},
            .frames = {"path", "field"},
            .gesture = GestureSpec{"start_x", "start_y", "Click"}};
}

} // namespace

class SurfaceViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLongerSideSpansTheBox() {
        const FieldFrame field = sampleField();
        const SurfaceMap map(field, Scale::linear);
        QCOMPARE(map.corner(0, 0), Eigen::Vector3d(-1.0, -0.5, 0.0));
        QCOMPARE(map.corner(1, 1), Eigen::Vector3d(1.0, 0.5, 0.0));
        QCOMPARE(map.minimum(), -2.0);
        QCOMPARE(map.maximum(), 18.0);
        const auto top = map.toSpace(field, 4.0, 1.0);
        QVERIFY(top);
        expectNear(*top, Eigen::Vector3d(1.0, 0.5, 1.0), 1e-6);
        QVERIFY(!map.toSpace(field, 4.1, 0.0));
    }

    void logarithmicHeightsSpreadTheBottom() {
        const SurfaceMap map(sampleField(), Scale::logarithmic);
        QCOMPARE(map.height(-2.0), 0.0);
        expectNear(map.height(18.0), 1.0, 1e-12);
        // A tenth of the range is halfway down in decades: 1000 of 10,000 floors.
        expectNear(map.height(0.0), std::log(1001.0) / std::log(10001.0), 1e-9);
    }

    void aClickFindsThePointItWasProjectedFrom() {
        const FieldFrame field = sampleField();
        const SurfaceMap map(field, Scale::linear);
        const Viewpoint viewpoint = SurfaceScene::home();
        for (const auto& [x, y] : {std::pair{1.0, -0.8}, {2.5, 0.0}, {3.5, -0.5}}) {
            const Eigen::Vector3d seen = viewpoint.project(*map.toSpace(field, x, y), 600.0, 500.0);
            const auto found = pointAt(field, map, viewpoint, {600.0, 500.0}, {seen.x(), seen.y()});
            QVERIFY(found);
            expectNear(*found, Eigen::Vector2d(x, y), 0.11);
        }
        QVERIFY(!pointAt(field, map, viewpoint, {600.0, 500.0}, {1.0, 1.0}));
    }

    void pathsAreSeenOnTheSurface() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP("no OpenGL off-screen");
        const PathFrame path = samplePath();
        const QColor red(230, 30, 30);
        OffscreenWindow window;
        SurfaceScene scene(window.renderer());
        Theme theme = Theme::load("light");
        theme.surface = Qt::white;
        scene.update(sampleField(), Scale::linear, {}, theme);
        const QImage bare = window.picture(QSize(400, 300), SurfaceScene::home());
        scene.update(sampleField(), Scale::linear, {{red, &path}}, theme);
        const QImage with = window.picture(QSize(400, 300), SurfaceScene::home());
        QCOMPARE(pixelsNear(bare, red), 0);
        QVERIFY2(pixelsNear(with, red) > 100, qPrintable(QString::number(pixelsNear(with, red))));
        int surface = 0;
        for (int y = 0; y < bare.height(); ++y)
            for (int x = 0; x < bare.width(); ++x)
                surface += bare.pixelColor(x, y) != QColor(Qt::white);
        QVERIFY(surface > 400 * 300 / 10);
        QCOMPARE(bare.pixelColor(2, 2), QColor(Qt::white));
    }

    void theViewShowsExportsAndSetsTheStart() {
        auto view = std::unique_ptr<ViewWidget>(
            ViewWidget::create(surfaceSpec(), sampleDescription(), Theme::load("light")));
        view->resize(500, 400);
        auto frames = std::make_shared<Frames>();
        frames->shared["field"] = sampleField();
        frames->trials.resize(4);
        frames->trials[0]["path"] = samplePath();
        view->setRuns({{"run", sampleRecording(3)}});
        view->setFrames(frames);
        view->show();
        QVERIFY(QTest::qWaitForWindowExposed(view.get()));
        view->refresh();
        QCOMPARE(view->csv().count("\r\n"), 1 + 41 * 21);
        QVERIFY(view->pgfplots().contains("\\addplot3[surf"));
        auto& surface = dynamic_cast<SurfaceView&>(*view);
        view->findChild<QToolButton*>("heights")->click();
        QCOMPARE(surface.heights(), Scale::logarithmic);
        surface.setHeights(Scale::linear);
        if (!surface.orbit())
            QSKIP("no OpenGL on the display");
        QSignalSpy gestures(view.get(), &ViewWidget::gestureMade);
        auto* live = view->findChild<VtkWidget*>();
        const SurfaceMap map(sampleField(), Scale::linear);
        const Eigen::Vector3d seen = surface.orbit()->viewpoint().project(
            *map.toSpace(sampleField(), 2.5, 0.0), live->width(), live->height());
        QTest::mouseClick(live, Qt::LeftButton, {}, QPoint(int(seen.x()), int(seen.y())));
        QTRY_COMPARE(gestures.count(), 1);
        expectNear(gestures[0][1].toDouble(), 2.5, 0.25);
        expectNear(gestures[0][3].toDouble(), 0.0, 0.25);
    }
};

REGISTER_VTK_TEST(SurfaceViewTest)
#include "surface_view_test.moc"
