// The built-in scene against what its formulas say, and cameras against their definition.

#include <cmath>

#include <Eigen/Dense>
#include <QtTest>
#include <tbb/global_control.h>

#include "core/error.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/radiance/analytic_scene.h"
#include "core/radiance/scene_cameras.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;
using Eigen::Vector3d;
using Body = AnalyticScene::Body;

namespace {

constexpr std::uint64_t seed = 11;

} // namespace

class AnalyticSceneTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void distancesAtKnownPoints() {
        // Above the sphere, on the torus' outer equator, over the middle of the plate's edge, and
        // off a corner of the plate.
        QCOMPARE(AnalyticScene::distance({0, 0, 1.0}).value, 1.0 - 0.67);
        QCOMPARE(AnalyticScene::distance({1.03, 0, 0}).value, 0.0);
        expectNear(AnalyticScene::distance({0.0, -1.5, -0.45}).value, 0.35, 1e-12);
        expectNear(AnalyticScene::distance({1.45, 1.55, -0.45}).value, 0.5, 1e-12);
        QVERIFY(AnalyticScene::distance({0, 0, -0.45}).value < 0.0);
    }

    void normalsAreTheGradientOfTheDistance() {
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        RandomStream stream({.seed = seed, .purpose = "test points"});
        int compared = 0;
        for (int i = 0; i < 500; ++i) {
            Vector3d point(stream.uniform(-1.6, 1.6), stream.uniform(-1.6, 1.6),
                           stream.uniform(-0.8, 0.9));
            const Body body = AnalyticScene::distance(point).body;
            bool switched = false; // where the nearest body changes there is no gradient
            const auto distance = [&] {
                const auto seen = AnalyticScene::distance(point);
                switched = switched || seen.body != body;
                return seen.value;
            };
            const GradientCheck check =
                checkGradient(distance, point, AnalyticScene::normal(body, point));
            if (switched)
                continue;
            expectNear(check.error, 0.0, 5e-5, fmt::format("point {}: {}", i, check.text()));
            ++compared;
        }
        QVERIFY(compared > 490);
    }

    void albedoAlternates() {
        expectNear(AnalyticScene::albedo(Body::torus, {0.75, 0.05, 0.28}),
                   Eigen::Vector3d(.95, .75, .3), 0.0);
        expectNear(AnalyticScene::albedo(Body::torus, {0.6, 0.35, 0.28}),
                   Eigen::Vector3d(.85, .25, .2), 0.0);
        expectNear(AnalyticScene::albedo(Body::torus, {0.75, -0.05, 0.28}),
                   Eigen::Vector3d(.85, .25, .2), 0.0);
        expectNear(AnalyticScene::albedo(Body::plate, {0.1, 0.1, -0.37}),
                   Eigen::Vector3d(.2, .35, .25), 0.0);
        expectNear(AnalyticScene::albedo(Body::plate, {-0.1, 0.1, -0.37}),
                   Eigen::Vector3d(.9, .9, .9), 0.0);
        expectNear(AnalyticScene::albedo(Body::plate, {-0.1, -0.1, -0.37}),
                   Eigen::Vector3d(.2, .35, .25), 0.0);
    }

    void lightingIsLambertPlusHighlight() {
        const Vector3d light = Vector3d(0.5, 0.3, 0.8).normalized();
        // Where the sphere faces the light and the eye lies in the light's direction the highlight
        // is full; on the far side only the ambient part is left.
        const Vector3d center(0, 0, 0.25);
        expectNear(AnalyticScene::shade(Body::sphere, center + 0.42 * light, -light),
                   Vector3d(0.55, 0.8, 1.0), 1e-12);
        expectNear(AnalyticScene::shade(Body::sphere, center - 0.42 * light, light),
                   0.35 * Vector3d(.2, .45, .85), 1e-12);
        // The plate has no highlight: n = z.
        const double diffuse = 0.35 + 0.65 * light.z();
        expectNear(AnalyticScene::shade(Body::plate, {0.1, 0.1, -0.37}, -light),
                   diffuse * Vector3d(.2, .35, .25), 1e-12);
    }

    void raysMeetTheSphereWhereAlgebraSays() {
        // From straight above, the highest point of the sphere; beside everything, white.
        const Vector3d down(0, 0, -1);
        const Vector3d expected = AnalyticScene::shade(Body::sphere, {0, 0, 0.67}, down);
        expectNear(AnalyticScene::trace({0, 0, 4}, down), expected, 1e-9);
        QCOMPARE(AnalyticScene::trace({3, 0, 4}, down), Vector3d(1, 1, 1));
    }

    void camerasAreWhereTheyAreSaidToBe() {
        const auto cameras = trainingCameras(200, 64, seed);
        double lowest = 1.0;
        double highest = 0.0;
        for (const Camera& camera : cameras) {
            expectNear(camera.position().norm(), 4.03, 1e-12);
            const double sine = camera.position().z() / 4.03;
            lowest = std::min(lowest, sine);
            highest = std::max(highest, sine);
            // The middle of the picture shows the origin.
            expectNear(camera.pose.col(2) * 4.03, camera.position(), 1e-12);
            expectNear(camera.horizontalAngle(), 0.6911112, 1e-12);
            const Eigen::Matrix3d rotation = camera.pose.leftCols<3>();
            QVERIFY(rotation.isUnitary(1e-12) && rotation.determinant() > 0.0);
        }
        QVERIFY(lowest >= 0.05 && lowest < 0.1 && highest <= 0.95 && highest > 0.9);
        const auto fewer = trainingCameras(3, 64, seed);
        QCOMPARE(fewer[2].pose, cameras[2].pose);
        const auto heldOut = heldOutCameras(64);
        QCOMPARE(heldOut.size(), std::size_t{6});
        expectNear(heldOut[0].position(), 4.03 * Vector3d(std::sqrt(0.75), 0, 0.5), 1e-12);
    }

    void picturesDoNotDependOnThreads() {
        const SceneOptions options{.imageSize = 24, .trainingViews = 2, .seed = seed};
        const Scene parallel = analyticScene(options);
        const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
        const Scene serial = analyticScene(options);
        for (std::size_t k = 0; k < 2; ++k)
            QCOMPARE(parallel.training[k].picture.rgb, serial.training[k].picture.rgb);
        QCOMPARE(serial.heldOut.size(), std::size_t{6});
        // A corner sees past the scene, the middle does not.
        const auto& rgb = serial.heldOut[0].picture.rgb;
        QCOMPARE(int(rgb[0]), 255);
        QVERIFY(rgb[3 * (12 * 24 + 12)] < 250 || rgb[3 * (12 * 24 + 12) + 1] < 250);
    }

    void sourcesAreTold() {
        QCOMPARE(sceneKindOf("analytic"), SceneKind::analytic);
        expectRefusal([&] { sceneKindOf("nowhere"); }, "'nowhere'");
        expectRefusal([&] { loadScene("analytic", {.trainingViews = 0}); }, "training views is 0");
        int calls = 0;
        const SceneOptions options{.imageSize = 8, .trainingViews = 3};
        const Scene scene =
            loadScene("analytic", options, [&](std::size_t done, std::size_t total) {
                ++calls;
                QCOMPARE(int(done), calls);
                QCOMPARE(total, std::size_t{9});
            });
        QCOMPARE(calls, 9);
        QCOMPARE(scene.bytes(), sceneMemory("analytic", options));
        StopToken stop;
        stop.requestStop();
        expectRefusal([&] { loadScene("analytic", options, {}, stop); }, "was stopped");
    }
};

REGISTER_TEST(AnalyticSceneTest)
#include "analytic_scene_test.moc"
