// The volume view on a real (virtual) display; where there is none, off-screen.

#include <QApplication>
#include <QCheckBox>
#include <QDockWidget>
#include <QFile>
#include <QMainWindow>
#include <QPainter>
#include <QSignalSpy>
#include <QSlider>
#include <QSurfaceFormat>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/widgets/sample_recording.h"
#include "tests/widgets/volume/sample_volume.h"
#include "tests/widgets/vtk_test.h"
#include "widgets/volume/camera_geometry.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/orbit_control.h"
#include "widgets/volume/volume_controls.h"
#include "widgets/volume/volume_view.h"
#include "widgets/volume/vtk_widget.h"

using namespace convergence;

namespace {

const View spec{.id = "volume",
                .title = "Radiance field",
                .help = "The field.",
                .kind = ViewKind::volume,
                .frames = {"field", "cameras"}};

std::shared_ptr<const Frames> framesOf(VolumeFrame volume, int cameras = 0) {
    auto frames = std::make_shared<Frames>();
    frames->trials.resize(4);
    frames->trials[0]["field"] = std::move(volume);
    if (cameras > 0)
        frames->shared["cameras"] = sampleCameras(cameras);
    return frames;
}

std::unique_ptr<VolumeView> makeView(const QString& theme = "light", QWidget* parent = nullptr) {
    auto* view = ViewWidget::create(spec, sampleDescription(), Theme::load(theme), parent);
    view->setRuns({{QString(), sampleRecording(3)}});
    std::unique_ptr<VolumeView> result(dynamic_cast<VolumeView*>(view));
    VolumeSettings settings;
    settings.showsOutlines = false; // its color is the sphere's
    settings.showsThumbnails = false;
    result->controls().setSettings(settings);
    return result;
}

void take(VolumeView& view, std::shared_ptr<const Frames> frames) {
    view.setFrames(std::move(frames));
    view.refresh();
    view.finishPreparing();
    QApplication::processEvents();
}

/// Shares of pixels that are torus (orange), sphere (blue) or plate (green), by their hue.
struct Parts {
    double torus = 0.0, sphere = 0.0, plate = 0.0;
    double sphereHeight = 0.0, plateHeight = 0.0; ///< mean row as share of the height, from the top
    [[nodiscard]] bool isEmpty() const { return torus + sphere + plate < 1e-4; }
    [[nodiscard]] bool hasAll() const { return torus > 0.01 && sphere > 0.005 && plate > 0.01; }
};
Parts partsOf(const QImage& image) {
    Parts parts;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor color = image.pixelColor(x, y);
            if (color.hsvSaturation() < 40 || color.value() < 150) // text and lines are dark
                continue;
            parts.torus += color.hsvHue() > 5 && color.hsvHue() < 40;
            const bool isSphere = color.hsvHue() > 205 && color.hsvHue() < 235;
            const bool isPlate = color.hsvHue() > 90 && color.hsvHue() < 150;
            parts.sphere += isSphere;
            parts.plate += isPlate;
            parts.sphereHeight += isSphere * y;
            parts.plateHeight += isPlate * y;
        }
    const double pixels = double(image.width()) * image.height();
    return {parts.torus / pixels, parts.sphere / pixels, parts.plate / pixels,
            parts.sphereHeight / std::max(1.0, parts.sphere) / image.height(),
            parts.plateHeight / std::max(1.0, parts.plate) / image.height()};
}
QImage shot(VolumeView& view) {
    return view.findChild<QWidget*>("canvas")->grab().toImage();
}

bool hasAnyOpenGl() {
    return VtkWidget::problem().isEmpty() || OffscreenWindow::problem().isEmpty();
}

} // namespace

class VolumeViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fieldAppearsAndStaysAfterResizingAndDockingElsewhere() {
        if (!hasAnyOpenGl())
            QSKIP("There is no OpenGL here.");
        QMainWindow window;
        window.resize(900, 600);
        window.setCentralWidget(new QWidget(&window));
        auto* dock = new QDockWidget(&window);
        VolumeView* view = makeView("light", dock).release();
        dock->setWidget(view);
        window.addDockWidget(Qt::LeftDockWidgetArea, dock);
        window.resizeDocks({dock}, {600}, Qt::Horizontal);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QSignalSpy settled(view, &VolumeView::settled);

        take(*view, framesOf(sampleVolume(40, 1e-6)));
        QVERIFY(partsOf(shot(*view)).isEmpty());
        take(*view, framesOf(sampleVolume(40)));
        QVERIFY(settled.wait(20000));
        const Parts before = partsOf(shot(*view));
        QVERIFY2(
            before.hasAll(),
            qPrintable(QString("%1 %2 %3").arg(before.torus).arg(before.sphere).arg(before.plate)));

        window.resize(700, 420);
        QVERIFY(settled.wait(20000));
        QVERIFY(partsOf(shot(*view)).hasAll());
        dock->setFloating(true);
        dock->resize(500, 400);
        QVERIFY(settled.wait(20000));
        QVERIFY(partsOf(shot(*view)).hasAll());
        dock->setFloating(false);
        window.addDockWidget(Qt::RightDockWidgetArea, dock);
        view->orbit()->setViewpoint(Viewpoint::around({0, 0, 0}, 1.6, 0.2, 0.5));
        QVERIFY(settled.wait(20000));
        QVERIFY(partsOf(shot(*view)).hasAll());
    }

    void frontAndTopShowWhatIsThere() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
        const auto view = makeView();
        view->resize(500, 400);
        view->show();
        take(*view, framesOf(sampleVolume(48)));
        // From above the plate (2.3 wide) is a square around the middle; its corners are green.
        const auto picture = [&](const char* action) {
            view->findChild<QAction*>(action)->trigger();
            QImage image(400, 400, QImage::Format_RGB32);
            QPainter painter(&image);
            static_cast<ViewWidget&>(*view).render(painter, QRectF(0, 0, 400, 400));
            painter.end();
            return image;
        };
        const Parts above = partsOf(picture("viewTop"));
        QVERIFY(above.plate > 0.02 && above.torus > 0.04);
        expectNear(above.plateHeight, above.sphereHeight, 0.01);
        // From the front the plate lies below the sphere.
        const Parts front = partsOf(picture("viewFront"));
        QVERIFY(front.plate > 0.01 && front.sphere > 0.001);
        QVERIFY(front.plateHeight > front.sphereHeight + 0.05);
    }

    void controlsChangeThePicture() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
        const auto view = makeView();
        view->resize(800, 500);
        view->show();
        take(*view, framesOf(sampleVolume(40), 12));
        const auto picture = [&] {
            view->finishPreparing();
            QImage image(320, 240, QImage::Format_RGB32);
            QPainter painter(&image);
            static_cast<ViewWidget&>(*view).render(painter, QRectF(0, 0, 320, 240));
            painter.end();
            return image;
        };
        const auto toggle = [&](const char* name) {
            view->controls().findChild<QCheckBox*>(name)->toggle();
        };
        const QImage cameras = picture();
        toggle("showCameras");
        const QImage volume = picture();
        QVERIFY(volume != cameras);
        QVERIFY(partsOf(volume).hasAll());
        toggle("showVolume");
        QVERIFY(partsOf(picture()).torus < 0.002);
        toggle("showSurface");
        const Parts surface = partsOf(picture());
        QVERIFY(surface.torus > 0.005 && surface.sphere > 0.003 && surface.plate > 0.003);
        toggle("showSurface");
        toggle("slice_z");
        view->controls().findChild<QSlider*>("slicePosition_z")->setValue(500);
        QVERIFY(partsOf(picture()).torus > 0.01); // the torus lies in the middle plane
        toggle("slice_z");
        QVERIFY(partsOf(picture()).isEmpty());
        toggle("showVolume");
        view->controls().findChild<QSlider*>("threshold")->setValue(1000);
        QVERIFY(partsOf(picture()).torus < partsOf(volume).torus);
    }

    void clickOnACameraChoosesItAndLookingThroughItGoesThere() {
        if (!hasAnyOpenGl())
            QSKIP("There is no OpenGL here.");
        const auto view = makeView();
        view->resize(600, 500);
        view->show();
        QVERIFY(QTest::qWaitForWindowExposed(view.get()));
        take(*view, framesOf(sampleVolume(16), 12));
        QWidget& canvas = *view->findChild<QWidget*>("canvas");
        view->orbit()->setViewpoint(Viewpoint::around({0, 0, 0}, 6.0, 0.3, 0.4));
        const auto cameras = sampleCameras(12).cameras;
        const Eigen::Vector3d at = view->orbit()->viewpoint().project(
            cameraPosition((*cameras)[4]), canvas.width(), canvas.height());
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, QPoint(int(at.x()), int(at.y())));
        const int chosen = view->controls().settings().camera;
        QVERIFY(chosen >= 0); // another may lie in front of it
        view->findChild<QAction*>("viewCamera")->trigger();
        expectNear(view->orbit()->viewpoint().position,
                   cameraPosition((*cameras)[std::size_t(chosen)]), 1e-9);
        // Such a camera looks at the origin.
        const Eigen::Vector3d origin = view->orbit()->viewpoint().project({0, 0, 0}, 200, 100);
        expectNear(origin.head<2>(), Eigen::Vector2d(100, 50), 1e-6);
    }

    void allFormatsAreWritten() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
        const auto view = makeView();
        view->resize(500, 400);
        view->show();
        const QTemporaryDir folder;
        QVERIFY_EXCEPTION_THROWN(view->exportTo(folder.filePath("early.vti"), {400, 300}),
                                 InputError);
        take(*view, framesOf(sampleVolume(24), 6));
        for (const char* name : {"a.png", "a.svg", "a.pdf", "a.csv", "a.tex", "a.vti", "a.ply"}) {
            view->exportTo(folder.filePath(name), {400, 300});
            QVERIFY2(QFile(folder.filePath(name)).size() > 2000, name);
        }
        const QImage png(folder.filePath("a.png"));
        QCOMPARE(png.size(), QSize(400, 300));
        QVERIFY(partsOf(png).hasAll());
        expectRefusal(
            [&] {
                view->exportTo(folder.filePath("a.xyz"), {400, 300});
            },
            ".vti or .ply");
    }

    void malformedAndMissingVolumesLeaveAHint() {
        const auto view = makeView();
        view->resize(400, 300);
        view->show();
        VolumeFrame broken = sampleVolume(8);
        broken.opacity.pop_back();
        take(*view, framesOf(broken));
        QVERIFY(partsOf(shot(*view)).isEmpty());
        QVERIFY(view->csv().isEmpty());
        take(*view, std::make_shared<Frames>());
        VolumeFrame unknown = sampleVolume(8);
        std::fill(unknown.opacity.begin(), unknown.opacity.end(), std::nanf(""));
        take(*view, framesOf(unknown));
        QVERIFY(partsOf(shot(*view)).isEmpty());
    }

    /// Writes pictures to look at: LOOK=folder test_volume_view lookAtIt
    void lookAtIt() {
        const QString folder = qEnvironmentVariable("LOOK");
        if (folder.isEmpty())
            QSKIP("Only with LOOK=folder.");
        for (const QString theme : {"light", "dark", "projector"}) {
            const auto view = makeView(theme);
            view->resize(1000, 640);
            view->show();
            QVERIFY(QTest::qWaitForWindowExposed(view.get()));
            view->controls().setSettings({});
            QSignalSpy settled(view.get(), &VolumeView::settled);
            take(*view, framesOf(sampleVolume(64), 30));
            settled.wait(20000);
            view->grab().save(folder + "/" + theme + ".png");
            view->exportTo(folder + "/" + theme + "-export.png", {800, 600});
            VolumeSettings layer = view->controls().settings();
            layer.quantity = {1, false};
            layer.density = 0.1;
            layer.showsSlice = {true, false, true};
            layer.camera = 3;
            view->controls().setSettings(layer);
            view->finishPreparing();
            settled.wait(20000);
            view->grab().save(folder + "/" + theme + "-layer.png");
        }
    }
};

REGISTER_VTK_TEST(VolumeViewTest)
#include "volume_view_test.moc"
