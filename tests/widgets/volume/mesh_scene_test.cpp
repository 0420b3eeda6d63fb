// Meshes drawn off-screen on a thread of their own; without a display.

#include <cmath>
#include <future>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <vtkAppendPolyData.h>
#include <vtkCellArray.h>
#include <vtkNew.h>
#include <vtkOBJWriter.h>
#include <vtkPLYWriter.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkSTLWriter.h>
#include <vtkSphereSource.h>
#include <vtkUnsignedCharArray.h>

#include "core/error.h"
#include "core/radiance/scene_cameras.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/volume/mesh_scene.h"
#include "widgets/volume/offscreen_window.h"

using namespace convergence;

namespace {

const radiance::SceneOptions options{.imageSize = 64, .trainingViews = 5, .testSkip = 1, .seed = 3};

vtkSmartPointer<vtkPolyData> sphereMesh(bool colored) {
    vtkNew<vtkSphereSource> source;
    source->SetCenter(10, -20, 5);
    source->SetRadius(7);
    source->SetThetaResolution(80);
    source->SetPhiResolution(80);
    source->Update();
    vtkSmartPointer<vtkPolyData> mesh = source->GetOutput();
    if (colored) { // the upper half red, the lower blue
        vtkNew<vtkUnsignedCharArray> colors;
        colors->SetNumberOfComponents(3);
        colors->SetName("RGB");
        for (vtkIdType i = 0; i < mesh->GetNumberOfPoints(); ++i) {
            const bool upper = mesh->GetPoint(i)[2] > 5;
            colors->InsertNextTuple3(upper ? 200 : 20, 20, upper ? 20 : 200);
        }
        mesh->GetPointData()->SetScalars(colors);
    }
    return mesh;
}

template <typename Writer>
std::filesystem::path written(const QTemporaryDir& folder, const char* name, vtkPolyData* mesh) {
    const std::string path = folder.filePath(name).toStdString();
    vtkNew<Writer> writer;
    writer->SetInputData(mesh);
    writer->SetFileName(path.c_str());
    if constexpr (std::is_same_v<Writer, vtkPLYWriter>)
        writer->SetArrayName("RGB");
    writer->Write();
    return path;
}

std::filesystem::path writtenText(const QTemporaryDir& folder, const char* name,
                                  const char* content) {
    QFile file(folder.filePath(name));
    if (file.open(QIODevice::WriteOnly))
        file.write(content);
    return folder.filePath(name).toStdString();
}

/// As runs do: not on the main thread.
radiance::Scene draw(const std::filesystem::path& path, const StopToken& stop = {}) {
    return std::async(std::launch::async, [&] { return renderMeshScene(path, options, {}, stop); })
        .get();
}

double shareDrawn(const radiance::Picture& picture) {
    int drawn = 0;
    for (std::size_t i = 0; i < picture.rgb.size(); i += 3)
        drawn += picture.rgb[i] < 250 || picture.rgb[i + 1] < 250 || picture.rgb[i + 2] < 250;
    return 3.0 * drawn / double(picture.rgb.size());
}

/// Pixel that a point in space falls on.
std::array<int, 3> colorAt(const radiance::PosedPicture& view, const Eigen::Vector3d& point) {
    const Eigen::Matrix3d rotation = view.camera.pose.leftCols<3>();
    const Eigen::Vector3d seen = rotation.transpose() * (point - view.camera.position());
    const double focal = view.camera.focal;
    const int column = int(0.5 * view.camera.width + focal * seen.x() / -seen.z());
    const int row = int(0.5 * view.camera.height - focal * seen.y() / -seen.z());
    const std::size_t at = 3 * std::size_t(row * view.camera.width + column);
    return {view.picture.rgb[at], view.picture.rgb[at + 1], view.picture.rgb[at + 2]};
}

auto drawing(std::filesystem::path path) {
    return [path = std::move(path)] { return draw(path); };
}

} // namespace

class MeshSceneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        if (!OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
    }

    void sphereOfEachFormatFillsItsSilhouette() {
        const QTemporaryDir folder;
        const auto mesh = sphereMesh(false);
        // A sphere of radius r at distance d has the silhouette radius f·tan(asin(r/d)).
        const double focal = 0.5 * options.imageSize / std::tan(0.5 * radiance::cameraAngle);
        const double radius = focal * std::tan(std::asin(meshRadius / radiance::cameraRadius));
        const double expected =
            std::numbers::pi * radius * radius / (options.imageSize * options.imageSize);
        for (const auto& path : {written<vtkPLYWriter>(folder, "a.ply", mesh),
                                 written<vtkSTLWriter>(folder, "a.stl", mesh),
                                 written<vtkOBJWriter>(folder, "a.obj", mesh)}) {
            const radiance::Scene scene = draw(path);
            QCOMPARE(scene.name, path.filename().string());
            QCOMPARE(scene.training.size(), std::size_t(5));
            QCOMPARE(scene.heldOut.size(), std::size_t(6));
            for (const auto* views : {&scene.training, &scene.heldOut})
                for (const radiance::PosedPicture& view : *views) {
                    QCOMPARE(view.picture.width, 64);
                    expectNear(shareDrawn(view.picture), expected, 0.04);
                }
        }
    }

    void colorsOfPointsAreKeptAndUpIsUp() {
        const QTemporaryDir folder;
        const auto scene = draw(written<vtkPLYWriter>(folder, "c.ply", sphereMesh(true)));
        const auto& view = scene.heldOut.front(); // elevation 30°
        const auto top = colorAt(view, {0, 0, meshRadius * 0.98});
        QVERIFY(top[0] > 5 * top[2]);
        const Eigen::Vector3d toCamera = view.camera.position().normalized();
        const Eigen::Vector3d low =
            meshRadius * 0.9 * (toCamera - Eigen::Vector3d(0, 0, 0.9)).normalized();
        const auto below = colorAt(view, low);
        QVERIFY(below[2] > 5 * below[0]);
    }

    void aPointHasTheSameColorInAllPicturesAndFollowsLambert() {
        const QTemporaryDir folder;
        const auto scene = draw(written<vtkSTLWriter>(folder, "s.stl", sphereMesh(false)));
        const Eigen::Vector3d light = Eigen::Vector3d(0.5, 0.3, 0.8).normalized();
        int compared = 0;
        for (const radiance::PosedPicture& view : scene.heldOut)
            for (const double azimuth : {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}) {
                const Eigen::Vector3d normal(std::cos(azimuth) * 0.6, std::sin(azimuth) * 0.6, 0.8);
                if (normal.dot(view.camera.position().normalized()) < 0.6)
                    continue; // hidden or seen at a flat angle
                const double expected =
                    255 * 0.8 * (0.35 + 0.65 * std::max(0.0, normal.dot(light)));
                const int found = colorAt(view, meshRadius * normal)[0];
                expectNear(found, expected, 8);
                ++compared;
            }
        QVERIFY(compared >= 6);
    }

    void nonManifoldMeshIsRefused() {
        // Three triangles on one edge.
        const QTemporaryDir folder;
        const auto file = writtenText(folder, "fan.obj",
                                      "v 0 0 0\nv 0 0 1\nv 1 0 0\nv -1 1 0\nv -1 -1 0\n"
                                      "f 1 2 3\nf 1 2 4\nf 1 2 5\n");
        expectRefusal(drawing(file), "fan.obj is not manifold: 1 edge belongs to more than two");
        // With an edge at the rim it is a surface.
        const auto open = draw(writtenText(folder, "open.obj",
                                           "v 0 0 0\nv 0 0 1\nv 1 0 0\nv -1 1 0\n"
                                           "f 1 2 3\nf 1 2 4\n"));
        QVERIFY(shareDrawn(open.heldOut.front().picture) > 0.02);
    }

    void badFilesAreRefusedWithTheirName() {
        const QTemporaryDir folder;
        expectRefusal(drawing(folder.filePath("none.ply").toStdString()), "none.ply");
        for (const char* name : {"empty.ply", "empty.stl", "empty.obj"})
            expectRefusal(drawing(writtenText(folder, name, "")), "cannot be read as a mesh");
        for (const char* name : {"text.ply", "text.stl", "text.obj"})
            expectRefusal(drawing(writtenText(folder, name, "this is no mesh\n")),
                          "cannot be read as a mesh");
        expectRefusal(drawing(writtenText(folder, "points.obj", "v 0 0 0\nv 1 0 0\n")),
                      "2 points but no faces");
        expectRefusal(
            drawing(writtenText(folder, "one.obj", "v 1 1 1\nv 1 1 1\nv 1 1 1\nf 1 2 3\n")),
            "one place");
        expectRefusal(
            drawing(writtenText(folder, "nan.ply",
                                "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\n"
                                "property float y\nproperty float z\nelement face 1\n"
                                "property list uchar int vertex_indices\nend_header\n"
                                "0 0 0\n1 nan 0\n0 1 1\n3 0 1 2\n")),
            "Point 2");
        expectRefusal(drawing(writtenText(folder, "mesh.xyz", "")), ".ply");
    }

    void aStopIsHeeded() {
        const QTemporaryDir folder;
        StopToken stop;
        stop.requestStop();
        QVERIFY_EXCEPTION_THROWN(
            draw(written<vtkSTLWriter>(folder, "s.stl", sphereMesh(false)), stop), InputError);
    }
};

REGISTER_TEST(MeshSceneTest)
#include "mesh_scene_test.moc"
