// The OpenGL bridge on a real (virtual) display. Where there is none, the tests are skipped.

#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QPainter>
#include <QSignalSpy>
#include <QSurfaceFormat>
#include <QTest>
#include <vtkActor.h>
#include <vtkNew.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkSphereSource.h>

#include "tests/expectations.h"
#include "tests/widgets/vtk_test.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/orbit_control.h"
#include "widgets/volume/vtk_widget.h"

using namespace convergence;

namespace {

/// A red sphere of radius 1 at the origin, unlit, on a white background.
void addSphere(vtkRenderer& renderer) {
    vtkNew<vtkSphereSource> sphere;
    sphere->SetRadius(1.0);
    sphere->SetThetaResolution(64);
    sphere->SetPhiResolution(64);
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputConnection(sphere->GetOutputPort());
    vtkNew<vtkActor> actor;
    actor->SetMapper(mapper);
    actor->GetProperty()->SetColor(1, 0, 0);
    actor->GetProperty()->LightingOff();
    renderer.AddActor(actor);
    renderer.SetBackground(1, 1, 1);
}

const Viewpoint home = Viewpoint::around({0, 0, 0}, 2.0, 0.3, 0.4);

/// Share of red pixels, and of those that are neither red nor white nor a mix of both.
struct Statistics {
    double red = 0.0, other = 0.0;
};
Statistics statistics(const QImage& image) {
    Statistics count;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QRgb pixel = image.pixel(x, y);
            count.red += qRed(pixel) > 240 && qGreen(pixel) < 30 && qBlue(pixel) < 30;
            count.other += qRed(pixel) < 240 || std::abs(qGreen(pixel) - qBlue(pixel)) > 8 ||
                           qAlpha(pixel) != 255;
        }
    const double pixels = double(image.width()) * image.height();
    return {count.red / pixels, count.other / pixels};
}

/// The sphere fills half the height: its silhouette has the radius tan(asin(1/d)) · f.
double expectedRed(QSize size) {
    const double height = size.height();
    const double focal = 0.5 * height / std::tan(0.5 * home.verticalAngle);
    const double radius = focal * std::tan(std::asin(1.0 / home.distance()));
    return std::numbers::pi * radius * radius / (double(size.width()) * height);
}

} // namespace

class VtkWidgetTest : public QObject {
    Q_OBJECT

private:
    void checkShowsSphere(VtkWidget& widget) {
        QTRY_VERIFY(widget.isVisible());
        QApplication::processEvents();
        const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_ARGB32);
        const Statistics found = statistics(image);
        expectNear(found.red, expectedRed(widget.size()), 0.01);
        QVERIFY2(found.other < 0.005, qPrintable(QString::number(found.other)));
    }

private Q_SLOTS:
    void init() {
        if (!VtkWidget::problem().isEmpty())
            QSKIP(qPrintable(VtkWidget::problem()));
    }

    void sphereCoversWhatGeometrySaysAndStaysAfterResizing() {
        VtkWidget widget;
        addSphere(widget.renderer());
        widget.orbit().setHome(home);
        widget.resize(400, 300);
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
        checkShowsSphere(widget);
        for (const QSize size : {QSize(640, 480), QSize(231, 407), QSize(120, 100)}) {
            widget.resize(size);
            QTRY_COMPARE(widget.size(), size);
            checkShowsSphere(widget);
        }
        widget.hide();
        widget.show();
        checkShowsSphere(widget);
    }

    void dockThatFloatsAndComesBackKeepsThePicture() {
        QMainWindow window;
        window.resize(700, 500);
        window.setCentralWidget(new QWidget(&window));
        auto* dock = new QDockWidget(&window);
        auto* widget = new VtkWidget(dock);
        dock->setWidget(widget);
        window.addDockWidget(Qt::LeftDockWidgetArea, dock);
        addSphere(widget->renderer());
        widget->orbit().setHome(home);
        window.resizeDocks({dock}, {500}, Qt::Horizontal);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        checkShowsSphere(*widget);
        for (int time = 0; time < 2; ++time) {
            dock->setFloating(true);
            QVERIFY(QTest::qWaitForWindowExposed(dock));
            checkShowsSphere(*widget);
            dock->setFloating(false);
            window.addDockWidget(time == 0 ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea,
                                 dock);
            window.resizeDocks({dock}, {500}, Qt::Horizontal);
            checkShowsSphere(*widget);
        }
    }

    /// What one of them had made current is of no concern to the other.
    void twoSideBySideMayTakeTheirThingsAwayAtAnyTime() {
        QMainWindow window;
        window.resize(900, 400);
        auto* first = new QDockWidget(&window);
        auto* second = new QDockWidget(&window);
        std::vector<VtkWidget*> widgets;
        for (QDockWidget* dock : {first, second}) {
            widgets.push_back(new VtkWidget(dock));
            dock->setWidget(widgets.back());
            addSphere(widgets.back()->renderer());
            widgets.back()->orbit().setHome(home);
        }
        window.addDockWidget(Qt::LeftDockWidgetArea, first);
        window.addDockWidget(Qt::RightDockWidgetArea, second);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        for (int time = 0; time < 3; ++time) {
            for (VtkWidget* widget : widgets)
                checkShowsSphere(*widget);
            // Rendered, then taken away while the other's context is current, or none.
            for (VtkWidget* widget : widgets) {
                widget->renderer().RemoveAllViewProps();
                addSphere(widget->renderer());
                widget->update();
            }
            window.tabifyDockWidget(first, second);
            QTest::qWait(20);
            widgets[0]->renderer().RemoveAllViewProps();
            addSphere(widgets[0]->renderer());
            window.splitDockWidget(first, second, Qt::Horizontal);
            QTest::qWait(20);
        }
        delete second;
        widgets[0]->renderer().RemoveAllViewProps();
        addSphere(widgets[0]->renderer());
        checkShowsSphere(*widgets[0]);
    }

    void canBeAddedToAWindowThatIsAlreadyShown() {
        QMainWindow window;
        window.resize(600, 400);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto* widget = new VtkWidget(&window);
        addSphere(widget->renderer());
        widget->orbit().setHome(home);
        window.setCentralWidget(widget);
        checkShowsSphere(*widget);
        // What the window composes on the screen, not only what the widget holds.
        const QImage screen = window.grab().toImage();
        QVERIFY(statistics(screen).red > 0.05);
    }

    void draggingOrbitsAndAClickDoesNot() {
        VtkWidget widget;
        addSphere(widget.renderer());
        widget.orbit().setHome(home);
        widget.resize(300, 300);
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
        QSignalSpy clicked(&widget.orbit(), &OrbitControl::clicked);
        QSignalSpy moving(&widget.orbit(), &OrbitControl::movingChanged);
        QTest::mouseClick(&widget, Qt::LeftButton, {}, {100, 100});
        QCOMPARE(clicked.size(), 1);
        QVERIFY(widget.orbit().viewpoint() == home);
        QTest::mousePress(&widget, Qt::LeftButton, {}, {100, 100});
        QTest::mouseMove(&widget, {160, 100});
        QTest::mouseRelease(&widget, Qt::LeftButton, {}, {160, 100});
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(moving.size(), 2); // began and ended
        // A drag across the height is half a turn; to the right the scene follows the hand.
        expectNear(widget.orbit().viewpoint().azimuth(),
                   home.azimuth() - std::numbers::pi * 60 / 300, 1e-9);
        QTest::keyClick(&widget, Qt::Key_Up);
        QVERIFY(widget.orbit().viewpoint().elevation() > home.elevation());
        QTest::keyClick(&widget, Qt::Key_Home);
        QVERIFY(widget.orbit().viewpoint() == home);
    }

    void overlayAndStillAreDrawnOverThePicture() {
        VtkWidget widget;
        addSphere(widget.renderer());
        widget.orbit().setHome(home);
        widget.resize(300, 300);
        connect(&widget, &VtkWidget::overlayPainted, &widget, [](QPainter& painter, QRectF) {
            painter.fillRect(QRectF(0, 0, 20, 20), Qt::blue);
        });
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
        QImage image = widget.grab().toImage();
        QCOMPARE(image.pixelColor(10, 10), QColor(Qt::blue));
        QCOMPARE(image.pixelColor(150, 150), QColor(Qt::red));
        QImage green(300, 300, QImage::Format_RGB32);
        green.fill(Qt::green);
        widget.setStill(green);
        image = widget.grab().toImage();
        QCOMPARE(image.pixelColor(10, 10), QColor(Qt::blue));
        QCOMPARE(image.pixelColor(150, 150), QColor(Qt::green));
        widget.setStill({});
        QCOMPARE(widget.grab().toImage().pixelColor(150, 150), QColor(Qt::red));
    }

    void offscreenPictureAgreesWithTheWidget() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
        OffscreenWindow window;
        addSphere(window.renderer());
        for (const QSize size : {QSize(320, 240), QSize(500, 200)}) {
            const QImage image = window.picture(size, home);
            QCOMPARE(image.size(), size);
            expectNear(statistics(image).red, expectedRed(size), 0.01);
        }
    }
};

REGISTER_VTK_TEST(VtkWidgetTest)
#include "vtk_widget_test.moc"
