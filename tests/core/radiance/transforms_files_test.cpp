// transforms.json as instant-ngp and nerfstudio write it: cameras, lenses, pictures, what is
// refused.

#include <cmath>
#include <functional>

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "core/radiance/scene_cameras.h"
#include "core/radiance/scene_files.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;

namespace {

const SceneOptions whole{.imageSize = 0, .trainingViews = 100};

/// A folder with twelve frames whose pictures are 24 × 16.
class Folder {
public:
    Folder() {
        QJsonArray frames;
        for (int k = 0; k < 12; ++k) {
            const QString name = QString("f_%1.png").arg(k);
            savePicture(name, {24, 16});
            QJsonArray rows;
            for (int i = 0; i < 3; ++i) {
                const auto row = cameras[std::size_t(k)].pose.row(i);
                rows.append(QJsonArray{row[0], row[1], row[2], row[3]});
            }
            frames.append(QJsonObject{{"file_path", name}, {"transform_matrix", rows}});
        }
        json = {{"fl_x", 30.0}, {"frames", frames}};
    }
    void savePicture(const QString& name, QSize size) const {
        QImage image(size, QImage::Format_RGB888);
        image.fill(QColor(10, 20, 30));
        if (!image.save(folder_.filePath(name), "PNG"))
            qFatal("no picture");
    }
    void changeFrame(int k, const QString& key, const QJsonValue& value) {
        QJsonArray frames = json["frames"].toArray();
        QJsonObject frame = frames[k].toObject();
        frame[key] = value;
        frames[k] = frame;
        json["frames"] = frames;
    }
    [[nodiscard]] std::string path() const { return folder_.path().toStdString(); }
    [[nodiscard]] Scene load(const SceneOptions& options = whole) const {
        QFile out(folder_.filePath("transforms.json"));
        if (!out.open(QIODevice::WriteOnly))
            qFatal("no transforms");
        out.write(QJsonDocument(json).toJson());
        out.close();
        return loadScene(path(), options);
    }
    [[nodiscard]] QString refusal() const {
        return refusalOf([this] { return load(); });
    }

    QJsonObject json;
    std::vector<Camera> cameras = trainingCameras(12, 24, 7);

private:
    QTemporaryDir folder_;
};

/// Where a direction is seen, in pixels from the upper left corner: the camera model forward.
Eigen::Vector2d projected(const Camera& camera, const Eigen::Vector3d& direction, double fx,
                          double fy, double cx, double cy, const LensDistortion& lens) {
    const Eigen::Vector3d local = camera.pose.leftCols<3>().transpose() * direction;
    const double x = local.x() / -local.z(), y = -local.y() / -local.z(), r2 = x * x + y * y;
    const double radial = 1.0 + lens.k1 * r2 + lens.k2 * r2 * r2;
    const double u = x * radial + 2.0 * lens.p1 * x * y + lens.p2 * (r2 + 2.0 * x * x);
    const double v = y * radial + lens.p1 * (r2 + 2.0 * y * y) + 2.0 * lens.p2 * x * y;
    return {fx * u + cx, fy * v + cy};
}

} // namespace

class TransformsFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The unit ball, whose color at p is (p + 1)/2, on white: what each pixel has to show follows
    /// from its ray.
    void scenesOfOtherProgramsShowTheBall_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("tolerance"); // of the mean error of a channel
        QTest::newRow("instant-ngp") << "instant_ngp" << 0.6;
        QTest::newRow("nerfstudio, JPEG") << "nerfstudio_jpeg" << 8.0;
        QTest::newRow("backslashes") << "backslashes" << 0.6;
    }
    void scenesOfOtherProgramsShowTheBall() {
        QFETCH(QString, name);
        QFETCH(double, tolerance);
        const std::string folder = (TEST_DATA "/cases/scenes/" + name).toStdString();
        QCOMPARE(sceneKindOf(folder), SceneKind::transforms);
        const Scene scene = loadScene(folder, whole);
        QCOMPARE(scene.training.size(), std::size_t{14});
        QCOMPARE(scene.heldOut.size(), std::size_t{2});
        double error = 0.0;
        int compared = 0, hits = 0;
        for (const auto* pictures : {&scene.training, &scene.heldOut})
            for (const PosedPicture& posed : *pictures)
                for (int row = 0; row < 16; ++row)
                    for (int column = 0; column < 16; ++column) {
                        const Eigen::Vector3d o = posed.camera.position();
                        const Eigen::Vector3d d = posed.camera.direction(column, row).normalized();
                        const double b = o.dot(d), closest = std::sqrt(o.dot(o) - b * b);
                        if (std::abs(closest - 1.0) < 0.15)
                            continue; // a rim, which may be smoothed
                        Eigen::Vector3d color = Eigen::Vector3d::Ones();
                        if (closest < 1.0) {
                            const double t = -b - std::sqrt(1.0 - closest * closest);
                            color = 0.5 * ((o + t * d).array() + 1.0).matrix();
                            ++hits;
                        }
                        for (int channel = 0; channel < 3; ++channel)
                            error += std::abs(
                                255.0 * color[channel] -
                                posed.picture.rgb[std::size_t(3 * (16 * row + column) + channel)]);
                        compared += 3;
                    }
        QVERIFY(hits > 16 * 20);
        QVERIFY2(error / compared < tolerance, qPrintable(QString::number(error / compared)));
        // All of the ball lies within the depth that is taken.
        QVERIFY(scene.nearest < 3.0 && scene.farthest > 5.0);
        QVERIFY(scene.notes.at(0).find("neither scaled nor centered") != std::string::npos);
        QCOMPARE(scene.notes.size(), std::size_t(name == "instant_ngp" ? 2 : 1));
        if (name == "instant_ngp")
            QCOMPARE(scene.notes[1], std::string("Not used: aabb_scale."));
    }

    void raysGoThroughThePixelsThatTheLensShowsThemAt() {
        const LensDistortion lens{.k1 = -0.2, .k2 = 0.05, .p1 = 0.004, .p2 = -0.003};
        Folder folder;
        folder.json["fl_y"] = 33.0;
        folder.json["cx"] = 11.0;
        folder.json["cy"] = 9.5;
        folder.json["k1"] = lens.k1;
        folder.json["k2"] = lens.k2;
        folder.json["p1"] = lens.p1;
        folder.json["p2"] = lens.p2;
        folder.json["camera_model"] = "OPENCV";
        const Scene scene = folder.load();
        double moved = 0.0;
        for (const PosedPicture& posed : scene.training)
            for (int row = 0; row < 16; ++row)
                for (int column = 0; column < 24; ++column) {
                    const Eigen::Vector3d direction = posed.camera.direction(column, row);
                    const Eigen::Vector2d pixel =
                        projected(posed.camera, direction, 30.0, 33.0, 11.0, 9.5, lens);
                    expectNear(pixel, Eigen::Vector2d(column + 0.5, row + 0.5), 1e-9);
                    const double shift =
                        (pixel - projected(posed.camera, direction, 30.0, 33.0, 11.0, 9.5, {}))
                            .norm();
                    QVERIFY(std::isfinite(shift));
                    moved = std::max(moved, shift);
                }
        QVERIFY(moved > 0.5); // the lens mattered
    }

    /// Against the fixed-point iteration that is usual for this model.
    void undistortedPointsAgreeWithFixedPointIteration() {
        const LensDistortion lens{.k1 = 0.1, .k2 = -0.02, .p1 = -0.001, .p2 = 0.002};
        for (double x = -0.6; x <= 0.6; x += 0.1)
            for (double y = -0.4; y <= 0.4; y += 0.1) {
                double u = x, v = y;
                for (int i = 0; i < 200; ++i) {
                    const double r2 = u * u + v * v;
                    const double radial = 1.0 + lens.k1 * r2 + lens.k2 * r2 * r2;
                    const double du = 2.0 * lens.p1 * u * v + lens.p2 * (r2 + 2.0 * u * u);
                    const double dv = lens.p1 * (r2 + 2.0 * v * v) + 2.0 * lens.p2 * u * v;
                    u = (x - du) / radial;
                    v = (y - dv) / radial;
                }
                const auto found = lens.undistorted({x, y});
                QVERIFY(found.has_value());
                expectNear(*found, Eigen::Vector2d(u, v), 1e-10);
            }
        QVERIFY(!LensDistortion{.k1 = -1.0}.undistorted({0.6, 0.0})); // beyond the fold at 0.385
        QVERIFY(LensDistortion{.k1 = -1.0}.undistorted({0.38, 0.0}));
    }

    /// Neither frames nor keys may cost the square of their number.
    void hugeListsAreRefusedOrReadInTime() {
        Folder folder;
        QJsonArray frames;
        for (int i = 0; i <= 20000; ++i)
            frames << QJsonObject();
        const QJsonValue before = folder.json["frames"];
        folder.json["frames"] = frames;
        const QString refusal = folder.refusal();
        QVERIFY2(refusal.contains("20001 frames; expected at most 20000"), qPrintable(refusal));

        folder.json["frames"] = before;
        QJsonObject keys;
        for (int i = 0; i < 50000; ++i) // in the order that Qt keeps them in
            keys.insert(QString("%1").arg(i, 6, 10, QChar('0')), i);
        folder.json["what nobody reads"] = keys;
        QVERIFY(!folder.load().training.empty());
    }

    void framesMayHaveTheirOwnCameraAndSize() {
        Folder folder;
        folder.savePicture("large.png", {48, 32});
        folder.changeFrame(1, "file_path", "large");
        folder.changeFrame(1, "fl_x", 90.0);
        folder.changeFrame(2, "camera_angle_x", 1.0); // a focal length comes first
        folder.json["camera_angle_x"] = 0.5;
        const Scene scene = folder.load();
        // Frames 0 and 8 are held out.
        QCOMPARE(scene.training[0].camera.width, 48);
        QCOMPARE(scene.training[0].camera.focal, 90.0);
        QCOMPARE(scene.training[1].camera.focal, 30.0);
        QCOMPARE(scene.heldOut[0].camera.pose, folder.cameras[0].pose);
        QCOMPARE(scene.heldOut[1].camera.pose, folder.cameras[8].pose);
        // Averaged down, both are 12 wide: focal lengths shrink with their pictures.
        const Scene small = folder.load({.imageSize = 12, .trainingViews = 100});
        QCOMPARE(small.training[0].camera.focal, 90.0 / 4);
        QCOMPARE(small.training[1].camera.focal, 15.0);
        QVERIFY(small.training[1].camera.isPlain());
    }

    void anglesAndLargerOriginalsGiveTheFocalLength() {
        Folder folder;
        folder.json.remove("fl_x");
        folder.json["camera_angle_x"] = 0.8;
        QCOMPARE(folder.load().training[0].camera.focal, 12.0 / std::tan(0.4));
        // The numbers are those of pictures twice as large.
        folder.json["fl_x"] = 60.0;
        folder.json["fl_y"] = 64.0;
        folder.json["cx"] = 20.0;
        folder.json["w"] = 48;
        folder.json["h"] = 32;
        folder.json["near"] = 1.5;
        folder.json["far"] = 7.5;
        const Scene scene = folder.load();
        const Camera& camera = scene.training[0].camera;
        QCOMPARE(camera.focal, 30.0);
        QCOMPARE(camera.focalRatio, 64.0 / 60.0);
        expectNear(camera.center, Eigen::Vector2d(-2.0, 0.0), 1e-12);
        QCOMPARE(scene.nearest, 1.5);
        QCOMPARE(scene.farthest, 7.5);
        QVERIFY(scene.notes[0].find("as the file says") != std::string::npos);
        expectRefusal([&] { exportNerfSynthetic(scene, folder.path() + "/out"); },
                      "only one pinhole");
    }

    void whatIsNotUnderstoodIsRefused() {
        const auto refuses = [](const char* key, const QJsonValue& value, const char* sentence) {
            Folder folder;
            folder.json[key] = value;
            const QString found = folder.refusal();
            QVERIFY2(found.contains(QString::fromUtf8(sentence)) && found.contains("frame 0 of"),
                     qPrintable(found));
        };
        refuses("camera_model", "OPENCV_FISHEYE", "expected one of OPENCV, PINHOLE");
        refuses("is_fisheye", true, "is_fisheye");
        refuses("k3", 0.1, "k1, k2, p1 and p2 are understood");
        refuses("k1", -4.0, "folds the picture over");
        refuses("k1", "a", "finite number");
        refuses("fl_x", 0.0, "above 0");
        refuses("fl_x", "30", "finite number");
        refuses("fl_x", 1e-300, "times the size of the picture");
        refuses("fl_y", 1e300, "times the size of the picture");
        refuses("cx", 80.0, "cx");
        refuses("h", 20, "24 × 16");
        Folder folder;
        folder.json.remove("fl_x");
        QVERIFY(folder.refusal().contains("expected an angle in radians between 0 and π, or fl_x"));
        folder = Folder();
        folder.changeFrame(3, "file_path", "absent");
        QVERIFY(folder.refusal().contains("expected a PNG or JPEG"));
    }
};

REGISTER_TEST(TransformsFilesTest)
#include "transforms_files_test.moc"
