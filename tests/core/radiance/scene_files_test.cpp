// Folders of posed pictures: written as other tools write them, read, exported, broken.

#include <cmath>

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/radiance/analytic_scene.h"
#include "core/radiance/picture_sampling.h"
#include "core/radiance/scene_cameras.h"
#include "core/radiance/scene_files.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;

namespace {

constexpr double angle = 0.6911112070083618;

QJsonArray matrixOf(const Eigen::Matrix<double, 3, 4>& pose) {
    QJsonArray rows;
    for (int i = 0; i < 3; ++i)
        rows.append(QJsonArray{pose(i, 0), pose(i, 1), pose(i, 2), pose(i, 3)});
    rows.append(QJsonArray{0.0, 0.0, 0.0, 1.0});
    return rows;
}

/// A folder as the Blender script of NeRF writes it: 10 × 8 RGBA pictures of one color each, half
/// transparent in the upper half.
class Folder {
public:
    Folder() {
        cameras = trainingCameras(12, 10, 5);
        write("train", 9, 0, false);
        write("test", 3, 9, true);
    }
    [[nodiscard]] std::string path() const { return folder_.path().toStdString(); }
    [[nodiscard]] QString file(const QString& name) const { return folder_.filePath(name); }
    [[nodiscard]] std::string transforms(const char* part = "train") const {
        return file(QString("transforms_%1.json").arg(part)).toStdString();
    }

    static QColor colorOf(int k) { return QColor(20 * k, 255 - 20 * k, 100); }
    static void savePicture(const QString& path, int k, QSize size = {10, 8}) {
        QImage image(size, QImage::Format_RGBA8888);
        for (int y = 0; y < size.height(); ++y)
            for (int x = 0; x < size.width(); ++x) {
                QColor color = colorOf(k);
                color.setAlpha(y < size.height() / 2 ? 51 : 255); // a fifth
                image.setPixelColor(x, y, color);
            }
        QVERIFY(image.save(path, "PNG"));
    }
    void write(const QString& part, int count, int first, bool withEnding) {
        QDir(folder_.path()).mkpath(part);
        QJsonArray frames;
        for (int k = 0; k < count; ++k) {
            const QString name = QString("./%1/r_%2").arg(part).arg(k);
            savePicture(file(name + ".png"), first + k);
            frames.append(
                QJsonObject{{"file_path", withEnding ? name + ".png" : name},
                            {"rotation", 0.012},
                            {"transform_matrix", matrixOf(cameras[std::size_t(first + k)].pose)}});
        }
        writeJson(part, {{"camera_angle_x", angle}, {"frames", frames}});
    }
    void writeJson(const QString& part, const QJsonObject& json) {
        writeText(QString("transforms_%1.json").arg(part), QJsonDocument(json).toJson());
    }
    [[nodiscard]] QJsonObject json(const QString& part = "train") const {
        QFile in(file(QString("transforms_%1.json").arg(part)));
        if (!in.open(QIODevice::ReadOnly))
            qFatal("no transforms");
        return QJsonDocument::fromJson(in.readAll()).object();
    }
    void writeText(const QString& name, const QByteArray& text) const {
        QFile out(file(name));
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(text), text.size());
    }
    /// transforms_train.json with one entry of frame 2 changed.
    void changeFrame(const QString& key, const QJsonValue& value) {
        QJsonObject changed = json();
        QJsonArray frames = changed["frames"].toArray();
        QJsonObject frame = frames[2].toObject();
        if (value.isUndefined())
            frame.remove(key);
        else
            frame[key] = value;
        frames[2] = frame;
        changed["frames"] = frames;
        writeJson("train", changed);
    }

    std::vector<Camera> cameras;

private:
    QTemporaryDir folder_;
};

const SceneOptions whole{.imageSize = 0, .trainingViews = 100};

void refuses(const std::string& source, const std::vector<std::string>& parts,
             const SceneOptions& options = whole) {
    const QString message = refusalOf([&] { return loadScene(source, options); });
    for (const std::string& part : parts)
        QVERIFY2(message.contains(QString::fromStdString(part)), qPrintable(message));
    QCOMPARE(message.count('\n'), 0);
}

} // namespace

class SceneFilesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsFoldersOfTheBlenderScript() {
        const Folder folder;
        QCOMPARE(sceneKindOf(folder.path()), SceneKind::nerfSynthetic);
        const Scene scene = loadScene(folder.path(), whole);
        QCOMPARE(scene.training.size(), std::size_t{9});
        QCOMPARE(scene.heldOut.size(), std::size_t{3});
        QCOMPARE(scene.nearest, 2.0);
        QCOMPARE(scene.farthest, 6.0);
        const PosedPicture& third = scene.training[3];
        QCOMPARE(third.camera.pose, folder.cameras[3].pose);
        QCOMPARE(third.camera.focal, 0.5 * 10 / std::tan(0.5 * angle));
        QCOMPARE(third.picture.width, 10);
        QCOMPARE(third.picture.height, 8);
        // A fifth of the color and four fifths of white above, the color itself below.
        const QColor color = Folder::colorOf(3);
        QCOMPARE(int(third.picture.rgb[0]), qRound(0.2 * color.red() + 0.8 * 255));
        QCOMPARE(int(third.picture.rgb[1]), qRound(0.2 * color.green() + 0.8 * 255));
        QCOMPARE(int(third.picture.rgb[3 * 75]), color.red());
        QCOMPARE(scene.heldOut[1].camera.pose, folder.cameras[10].pose);
    }

    void picturesAreChosenAndSkipped() {
        const Folder folder;
        const Scene scene =
            loadScene(folder.path(), {.imageSize = 0, .trainingViews = 3, .testSkip = 2});
        QCOMPARE(scene.training.size(), std::size_t{3});
        QCOMPARE(scene.training[1].camera.pose, folder.cameras[3].pose);
        QCOMPARE(scene.heldOut.size(), std::size_t{2});
        QCOMPARE(scene.heldOut[1].camera.pose, folder.cameras[11].pose);
    }

    void testMayBeMissing() {
        Folder folder;
        QVERIFY(
            QFile::rename(folder.file("transforms_test.json"), folder.file("transforms_val.json")));
        QCOMPARE(loadScene(folder.path(), whole).heldOut.size(), std::size_t{3});
        QVERIFY(QFile::remove(folder.file("transforms_val.json")));
        const Scene scene = loadScene(folder.path(), whole);
        QCOMPARE(scene.heldOut.size(), std::size_t{2}); // pictures 0 and 8
        QCOMPARE(scene.training.size(), std::size_t{7});
        QCOMPARE(scene.training[0].camera.pose, folder.cameras[1].pose);
        QCOMPARE(scene.heldOut[1].camera.pose, folder.cameras[8].pose);
    }

    void picturesAreAveragedDown() {
        const Folder folder;
        const Scene scene = loadScene(folder.path(), {.imageSize = 5, .trainingViews = 100});
        const PosedPicture& posed = scene.training[2];
        QCOMPARE(posed.picture.width, 5);
        QCOMPARE(posed.picture.height, 4);
        QCOMPARE(posed.camera.width, 5);
        expectNear(posed.camera.horizontalAngle(), angle, 1e-12);
        QCOMPARE(int(posed.picture.rgb[0]), qRound(0.2 * Folder::colorOf(2).red() + 0.8 * 255));
    }

    void averagesWeighAreas() {
        constexpr std::uint64_t seed = 8;
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        RgbaImage image{7, 6, {}};
        RandomStream stream({.seed = seed, .purpose = "test picture"});
        for (int i = 0; i < 4 * 7 * 6; ++i)
            image.rgba.push_back(static_cast<std::uint8_t>(stream.bits()));
        const Picture small = onWhite(image, 3, 4);
        // Twin: each new pixel as the mean of many points, of which the pixel they fall in counts.
        constexpr int points = 84; // a multiple of 7·3 and 6·4 over their common divisors
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 3; ++x)
                for (int channel = 0; channel < 3; ++channel) {
                    double sum = 0.0;
                    for (int i = 0; i < points; ++i)
                        for (int j = 0; j < points; ++j) {
                            const int column = int((x + (i + 0.5) / points) * 7 / 3);
                            const int row = int((y + (j + 0.5) / points) * 6 / 4);
                            const auto at = std::size_t(4 * (7 * row + column));
                            const double opacity = image.rgba[at + 3] / 255.0;
                            sum += opacity * image.rgba[at + std::size_t(channel)] +
                                   (1.0 - opacity) * 255.0;
                        }
                    const double mean = sum / (points * points);
                    expectNear(small.rgb[std::size_t(3 * (3 * y + x) + channel)], mean, 0.502);
                }
    }

    void exportedScenesOpenAgainBitForBit() {
        Scene scene = analyticScene({.imageSize = 20, .trainingViews = 5, .seed = 2});
        scene.nearest = 1.75;
        const QTemporaryDir folder;
        const std::string path = folder.filePath("new/scene").toStdString();
        exportNerfSynthetic(scene, path);
        const Scene again = loadScene(path, whole);
        QCOMPARE(again.name, std::string("scene"));
        QCOMPARE(again.nearest, scene.nearest);
        QCOMPARE(again.farthest, scene.farthest);
        for (const auto& [before, after] : {std::pair{&scene.training, &again.training},
                                            std::pair{&scene.heldOut, &again.heldOut}}) {
            QCOMPARE(after->size(), before->size());
            for (std::size_t k = 0; k < before->size(); ++k) {
                QCOMPARE((*after)[k].camera.pose, (*before)[k].camera.pose);
                expectNear((*after)[k].camera.focal / (*before)[k].camera.focal, 1.0, 1e-14);
                QCOMPARE((*after)[k].picture.rgb, (*before)[k].picture.rgb);
            }
        }
        // Other tools want the validation list too, and opacity.
        QVERIFY(QFile::exists(folder.filePath("new/scene/transforms_val.json")));
        QVERIFY(QImage(folder.filePath("new/scene/train/r_0.png")).hasAlphaChannel());
        scene.training[1].camera.focal += 1.0;
        expectRefusal([&] { exportNerfSynthetic(scene, path); }, "different sizes or focal");
        expectRefusal([&] { exportNerfSynthetic(again, "/proc/nowhere"); }, "/proc/nowhere");
    }

    void memoryIsToldBeforehand() {
        const Folder folder;
        // 12 pictures of 5 × 4 and eight of 10 × 8 with opacity while they are read.
        QCOMPARE(sceneMemory(folder.path(), {.imageSize = 5, .trainingViews = 100}),
                 12 * 3 * 20.0 + 8 * 4 * 80.0);
    }

    void readingTellsProgressAndStops() {
        const Folder folder;
        std::vector<std::size_t> done;
        StopToken stop;
        const auto progress = [&](std::size_t pictures, std::size_t total) {
            QCOMPARE(total, std::size_t{12});
            done.push_back(pictures);
            stop.requestStop();
        };
        expectRefusal([&] { loadScene(folder.path(), whole, progress, stop); }, "was stopped");
        QCOMPARE(done.size(), std::size_t{1});
        loadScene(folder.path(), whole, progress);
        QCOMPARE(done.back(), std::size_t{12});
    }

    void malformedTransformsAreRefused() {
        Folder folder;
        const QJsonObject good = folder.json();
        const auto withValue = [&](const QString& key, const QJsonValue& value) {
            QJsonObject json = good;
            if (value.isUndefined())
                json.remove(key);
            else
                json[key] = value;
            folder.writeJson("train", json);
        };
        withValue("camera_angle_x", QJsonValue::Undefined);
        refuses(folder.path(), {"camera_angle_x", "missing", folder.transforms(), "0 and π"});
        for (const QJsonValue& bad : {QJsonValue(0.0), QJsonValue(-1), QJsonValue(3.2),
                                      QJsonValue("wide"), QJsonValue(QJsonValue::Null)}) {
            withValue("camera_angle_x", bad);
            refuses(folder.path(), {"camera_angle_x", folder.transforms(), "0 and π"});
        }
        withValue("frames", QJsonValue::Undefined);
        refuses(folder.path(), {"frames", "missing"});
        for (const QJsonValue& bad :
             {QJsonValue(QJsonArray()), QJsonValue(3), QJsonValue(QJsonObject())}) {
            withValue("frames", bad);
            refuses(folder.path(), {"frames", folder.transforms()});
        }
        withValue("frames", QJsonArray{1});
        refuses(folder.path(), {"frame 0", "not an object"});
        for (const QByteArray& text : {QByteArray("{\"frames\": ["), QByteArray("[]"), QByteArray(),
                                       QByteArray("{\"camera_angle_x\": 1e999}")}) {
            folder.writeText("transforms_train.json", text);
            refuses(folder.path(), {folder.transforms(), "JSON"});
        }
        // A broken list of test pictures is no reason to fall back to another one silently.
        folder.writeJson("train", good);
        folder.writeText("transforms_test.json", "{}");
        refuses(folder.path(), {"transforms_test.json"});
        QVERIFY(QFile::remove(folder.file("transforms_test.json")));
        QVERIFY(QFile::remove(folder.file("transforms_train.json")));
        refuses(folder.path(), {folder.path(), "transforms_train.json", "analytic"});
        refuses(folder.path() + "/none", {"does not exist"});
    }

    void brokenFramesAreRefused() {
        Folder folder;
        const QJsonObject good = folder.json();
        const QString place = "frame 2 of " + QString::fromStdString(folder.transforms());
        const auto refusesFrame = [&](const QString& key, const QJsonValue& value,
                                      std::vector<std::string> parts) {
            folder.writeJson("train", good);
            folder.changeFrame(key, value);
            parts.push_back(place.toStdString());
            refuses(folder.path(), parts);
        };
        refusesFrame("file_path", QJsonValue::Undefined, {"file_path", "missing"});
        refusesFrame("file_path", 3, {"file_path"});
        refusesFrame("file_path", "./train/r_99", {"r_99", "does not exist"});
        refusesFrame("file_path", "./train/r_99.png", {"r_99.png", "does not exist"});
        refusesFrame("transform_matrix", QJsonValue::Undefined, {"transform_matrix", "missing"});
        refusesFrame("transform_matrix", QJsonArray{1, 2}, {"3 or 4 rows of 4 numbers"});
        QJsonArray rows = matrixOf(folder.cameras[2].pose);
        rows[1] = QJsonArray{0.0, "x", 0.0, 1.0};
        refusesFrame("transform_matrix", rows, {"3 or 4 rows of 4 numbers"});
        Eigen::Matrix<double, 3, 4> pose = folder.cameras[2].pose;
        pose.leftCols<3>() *= 1.01; // scaled
        refusesFrame("transform_matrix", matrixOf(pose), {"not a rigid pose"});
        pose = folder.cameras[2].pose;
        pose.col(0) *= -1.0; // mirrored
        refusesFrame("transform_matrix", matrixOf(pose), {"not a rigid pose", "det R = -1"});
        pose.leftCols<3>().setZero(); // singular
        refusesFrame("transform_matrix", matrixOf(pose), {"not a rigid pose"});
        rows = matrixOf(folder.cameras[2].pose);
        rows[3] = QJsonArray{0.0, 0.0, 0.0, 2.0};
        refusesFrame("transform_matrix", rows, {"not a rigid pose", "last row 0 0 0 2"});
    }

    void picturesMayDifferInSize() {
        const Folder folder;
        const double before = sceneMemory(folder.path(), whole);
        Folder::savePicture(folder.file("train/r_2.png"), 2, {20, 9});
        const Scene scene = loadScene(folder.path(), whole);
        const PosedPicture& other = scene.training[2];
        QCOMPARE(other.camera.width, 20);
        QCOMPARE(other.camera.height, 9);
        QCOMPARE(other.picture.rgb.size(), std::size_t{3 * 20 * 9});
        // One horizontal angle: twice the width, twice the focal length in pixels.
        QCOMPARE(other.camera.focal, 2.0 * scene.training[1].camera.focal);
        // Kept in full, and eight at once while they are read.
        QCOMPARE(sceneMemory(folder.path(), whole),
                 before + 3.0 * (20 * 9 - 10 * 8) + 8 * 4.0 * (20 * 9 - 10 * 8));
        expectRefusal([&] { exportNerfSynthetic(scene, folder.path() + "/out"); },
                      "only one pinhole");
    }

    void brokenPicturesAreRefused() {
        const Folder folder;
        const QString name = folder.file("train/r_2.png");
        folder.writeText("train/r_2.png", "not a picture at all");
        refuses(folder.path(), {name.toStdString(), "PNG"});
        Folder::savePicture(name, 2);
        QVERIFY(QFile::resize(name, QFileInfo(name).size() / 2));
        refuses(folder.path(), {name.toStdString(), "damaged"});
        QVERIFY(QFile::remove(name));
        refuses(folder.path(), {"train/r_2", "does not exist"});
    }

    void readsNsvfFolders() {
        const Folder source; // of poses and pictures
        QTemporaryDir folder;
        QDir(folder.path()).mkpath("pose");
        QDir(folder.path()).mkpath("rgb");
        const auto write = [&](const QString& name, const QByteArray& text) {
            QFile out(folder.filePath(name));
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(text);
        };
        const std::string path = folder.path().toStdString();
        write("intrinsics.txt", "12.5 5.0 4.0 0.\n0. 0. 0.\n1.\n8 10\n");
        const QStringList names{"0_0000", "0_0001", "0_0002", "1_0000", "2_0000", "2_0001"};
        for (int k = 0; k < names.size(); ++k) {
            Folder::savePicture(folder.filePath("rgb/" + names[k] + ".png"), k);
            Eigen::Matrix<double, 3, 4> pose = source.cameras[std::size_t(k)].pose;
            pose.middleCols<2>(1) *= -1.0; // to y down, z forward
            QByteArray text;
            for (int i = 0; i < 4; ++i) {
                for (int j = 0; j < 4; ++j)
                    text += QByteArray::number(i < 3 ? pose(i, j) : (j == 3 ? 1.0 : 0.0), 'e', 17) +
                            " ";
                text += "\n";
            }
            write("pose/" + names[k] + ".txt", text);
        }
        QCOMPARE(sceneKindOf(path), SceneKind::nsvf);
        const Scene scene = loadScene(path, whole);
        QCOMPARE(scene.training.size(), std::size_t{3});
        QCOMPARE(scene.heldOut.size(), std::size_t{2});
        QCOMPARE(scene.training[1].camera.pose, source.cameras[1].pose);
        QCOMPARE(scene.heldOut[0].camera.pose, source.cameras[4].pose);
        QCOMPARE(scene.training[0].camera.focal, 12.5);
        QCOMPARE(loadScene(path, {.imageSize = 5}).training[0].camera.focal, 6.25);
        double farthest = 0.0;
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j)
                farthest = largerError(farthest, (source.cameras[std::size_t(i)].position() -
                                                  source.cameras[std::size_t(j)].position())
                                                     .norm());
        QCOMPARE(scene.farthest, farthest);
        QCOMPARE(scene.nearest, 0.05 * farthest);

        write("pose/0_0001.txt", "1 0 0 0 1 0 0 0 1");
        refuses(path, {"pose/0_0001.txt", "9 numbers"});
        write("pose/0_0001.txt", "1 0 0 zero");
        refuses(path, {"pose/0_0001.txt", "zero"});
        QVERIFY(QFile::remove(folder.filePath("pose/0_0001.txt")));
        refuses(path, {"pose/0_0001.txt", "does not exist"});
        QVERIFY(QFile::remove(folder.filePath("rgb/0_0001.png")));
        QCOMPARE(loadScene(path, whole).training.size(), std::size_t{2});
        write("intrinsics.txt", "-3");
        refuses(path, {"intrinsics.txt", "-3", "focal length"});
        write("intrinsics.txt", "");
        refuses(path, {"intrinsics.txt", "focal length"});
    }

    void meshesNeedARenderer() {
        QTemporaryDir folder;
        QFile file(folder.filePath("bunny.PLY"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const std::string path = folder.filePath("bunny.PLY").toStdString();
        QCOMPARE(sceneKindOf(path), SceneKind::mesh);
        refuses(path, {path, "cannot be rendered here"}, {});
        setMeshRenderer(
            [](const std::filesystem::path& mesh, const SceneOptions& options, auto&&...) {
                Scene scene = analyticScene(options);
                scene.name = mesh.filename();
                return scene;
            });
        QCOMPARE(loadScene(path, {.imageSize = 8, .trainingViews = 2}).name,
                 std::string("bunny.PLY"));
        setMeshRenderer({});
        refuses(folder.filePath("absent.ply").toStdString(), {"does not exist"});
    }
};

REGISTER_TEST(SceneFilesTest)
#include "scene_files_test.moc"
