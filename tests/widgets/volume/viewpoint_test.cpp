#include <cmath>

#include <QTest>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/volume/camera_geometry.h"
#include "widgets/volume/fitted_view.h"
#include "widgets/volume/viewpoint_text.h"
#include "widgets/volume/volume_scene.h"

using namespace convergence;

class ViewpointTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void frontLooksAlongPlusYAndSideAlongMinusX() {
        const auto front = Viewpoint::around({1, 2, 3}, 1.0, 0.0, 0.0);
        QVERIFY(front.position.y() < 2.0);
        expectNear(front.position.x(), 1.0, 1e-12);
        const auto side = Viewpoint::around({1, 2, 3}, 1.0, std::numbers::pi / 2, 0.0);
        QVERIFY(side.position.x() > 1.0);
        expectNear(side.position.y(), 2.0, 1e-12);
    }

    void sphereAroundTheTargetFillsTheHeight() {
        const auto view = Viewpoint::around({0, 0, 0}, 2.0, 0.7, 0.4);
        // The tangent from the eye to the sphere has half the opening angle.
        expectNear(std::asin(2.0 / view.distance()), 0.5 * view.verticalAngle, 1e-12);
    }

    void orbitKeepsTheDistanceAndStaysShortOfThePole() {
        auto view = Viewpoint::around({0.5, 0, 0}, 1.0, 0.3, 0.2);
        const double distance = view.distance();
        view.orbit(0.5, 0.1);
        expectNear(view.azimuth(), 0.8, 1e-12);
        expectNear(view.elevation(), 0.3, 1e-12);
        view.orbit(0.0, 10.0);
        QVERIFY(view.elevation() < std::numbers::pi / 2);
        QVERIFY(view.elevation() > 1.5);
        expectNear(view.distance(), distance, 1e-12);
    }

    void panMovesTheTargetOutOfTheMiddleByThatShareOfTheHeight() {
        const auto before = Viewpoint::around({0, 0, 0}, 1.0, 1.1, 0.4);
        auto after = before;
        after.pan(0.25, 0.1);
        const Eigen::Vector3d at = after.project(before.target, 800, 600);
        expectNear(at.x(), 400 - 0.25 * 600, 1e-9);
        expectNear(at.y(), 300 + 0.1 * 600, 1e-9);
    }

    void zoomDividesTheDistance() {
        auto view = Viewpoint::around({1, 1, 1}, 1.0, 0.0, 0.5);
        const double distance = view.distance();
        view.zoom(4.0);
        expectNear(view.distance(), distance / 4.0, 1e-12);
    }

    void projectionAgreesWithSimilarTriangles() {
        Viewpoint view;
        view.position = {0, -10, 0};
        view.target = {0, 0, 0};
        view.verticalAngle = 2.0 * std::atan(0.5); // half a unit a unit of depth
        const Eigen::Vector3d at = view.project({1.0, 0.0, 2.0}, 200, 100);
        expectNear(at.x(), 100.0 + 1.0 * 10.0, 1e-9);
        expectNear(at.y(), 50.0 - 2.0 * 10.0, 1e-9);
        expectNear(at.z(), 10.0, 1e-12);
        QVERIFY(view.project({0, -11, 0}, 200, 100).z() < 0.0);
    }

    void withoutAVolumeCamerasAreLookedAt() {
        // Around (1, 2, 3), at distances up to 5.
        auto cameras = std::make_shared<std::vector<CamerasFrame::Camera>>();
        const Eigen::Vector3d middle(1, 2, 3);
        for (const Eigen::Vector3d& away :
             {Eigen::Vector3d(5, 0, 0), Eigen::Vector3d(0, 3, 4), Eigen::Vector3d(-2, 1, 2)}) {
            CamerasFrame::Camera camera;
            for (std::size_t axis = 0; axis < 3; ++axis) {
                camera.pose[4 * axis + 2] = away.normalized()[int(axis)]; // looks along −z
                camera.pose[4 * axis + 3] = (middle + away)[int(axis)];
            }
            cameras->push_back(camera);
        }
        VolumeContent content;
        content.cameras = cameras;
        const SceneExtent extent = sceneExtent(content);
        expectNear(extent.center, middle, 1e-6);
        expectNear(extent.radius, 5.0, 1e-6);
    }

    void aPictureOfAnotherShapeKeepsWhatFits() {
        const auto home = Viewpoint::around({0, 0, 0}, 1.0, 0.3, 0.2);
        const auto narrow = fittedInto(home, 200.0, 400.0);
        expectNear(narrow.distance(), 2.0 * home.distance(), 1e-12);
        expectNear(unfitted(narrow, 200.0, 400.0).distance(), home.distance(), 1e-12);
    }

    void textLeadsBackToTheSamePlace() {
        auto view = Viewpoint::around({0.5, -2.0, 0.125}, 1.5, 0.7, -0.4);
        const auto again = viewpointFrom(toText(view), {}, "a view");
        QVERIFY2((again.position - view.position).norm() < 1e-4 * view.distance(),
                 toText(view).c_str());
        QCOMPARE(again.up, view.up);
        // A camera that was rolled, with another opening.
        view.up = {0.0, 1.0, 1.0};
        view.verticalAngle = 1.0;
        const auto rolled = viewpointFrom(toText(view), {}, "a view");
        QVERIFY((rolled.up - view.up).norm() < 1e-5);
        expectNear(rolled.verticalAngle, 1.0, 1e-6);
        // Written again it is the same text, so that a figure that is made again is the same.
        QCOMPARE(toText(rolled), toText(view));
    }

    void whatIsNotSaidStaysAsItWas() {
        const auto home = Viewpoint::around({1, 2, 3}, 1.0, 0.3, 0.2);
        const auto turned = viewpointFrom("azimuth=90,elevation=0", home, "a view");
        QVERIFY(turned.position.x() > 1.0);
        expectNear(turned.position.z(), 3.0, 1e-9);
        expectNear(turned.distance(), home.distance(), 1e-9);
        QCOMPARE(turned.target, home.target);
    }

    void textThatIsNoViewpointIsRefused_data() {
        QTest::addColumn<QString>("word");
        QTest::newRow("azimut=3") << "did you mean 'azimuth'";
        QTest::newRow("") << "known are";
        QTest::newRow("azimuth") << "a number of degrees";
        QTest::newRow("elevation=91") << "from -90 to 90";
        QTest::newRow("distance=0") << "above 0";
        QTest::newRow("distance=nan") << "above 0";
        QTest::newRow("angle=180") << "from 1 to 150";
        QTest::newRow("target=1/2") << "three numbers";
        QTest::newRow("target=1/2/3/4") << "three numbers";
        QTest::newRow("azimuth=0,elevation=0,up=0/1/0") << "line of sight";
        QTest::newRow("up=0/0/0") << "line of sight";
        QTest::newRow("azimuth=1,") << "known are";
    }
    void textThatIsNoViewpointIsRefused() {
        QFETCH(QString, word);
        try {
            (void)viewpointFrom(QTest::currentDataTag(), {}, "The viewpoint of a view");
            QFAIL("accepted");
        } catch (const InputError& error) {
            QVERIFY2(QString(error.what()).contains(word), error.what());
            QVERIFY(QString(error.what()).startsWith("The viewpoint of a view"));
        }
    }
};

REGISTER_TEST(ViewpointTest)
#include "viewpoint_test.moc"
