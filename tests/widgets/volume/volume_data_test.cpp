// What is made of a volume before it is drawn, and the files that it is written to, read back by
// VTK. No display needed.

#include <cmath>

#include <Eigen/Geometry>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPLYReader.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkUnsignedCharArray.h>
#include <vtkXMLImageDataReader.h>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/volume/sample_volume.h"
#include "widgets/volume/camera_geometry.h"
#include "widgets/volume/volume_export.h"
#include "widgets/volume/volume_scene.h"

using namespace convergence;

namespace {

/// opacity = clamp(½ + 2 (r − |p|)): a ball of radius r = 0.6 whose skin crosses ½ at r; red where
/// x > 0, else blue. The grid has another size along each axis.
VolumeFrame ball() {
    VolumeFrame frame;
    frame.size = {31, 41, 26};
    frame.low = {-1.0, -1.0, -1.0};
    frame.high = {1.0, 1.2, 0.9};
    for (std::size_t i = 0; i < frame.size[0]; ++i)
        for (std::size_t j = 0; j < frame.size[1]; ++j)
            for (std::size_t k = 0; k < frame.size[2]; ++k) {
                const double x = std::lerp(-1.0, 1.0, double(i) / 30.0);
                const double y = std::lerp(-1.0, 1.2, double(j) / 40.0);
                const double z = std::lerp(-1.0, 0.9, double(k) / 25.0);
                const double share = 0.5 + 2.0 * (0.6 - std::hypot(x, y, z));
                frame.opacity.push_back(float(std::clamp(share, 0.0, 1.0)));
                for (const int byte : {x > 0 ? 200 : 0, 0, x > 0 ? 0 : 200})
                    frame.rgb.push_back(std::uint8_t(byte));
            }
    return frame;
}

std::size_t indexOf(const VolumeFrame& frame, std::size_t i, std::size_t j, std::size_t k) {
    return (i * frame.size[1] + j) * frame.size[2] + k;
}

} // namespace

class VolumeDataTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gridIsCutAndTransposed() {
        const VolumeFrame frame = ball();
        const VolumeGrid grid = volumeGrid(frame, {}, allPoints);
        QVERIFY(grid.size[0] < 31 && grid.size[1] < 41);
        std::size_t at = 0;
        for (int k = 0; k < grid.size[2]; ++k)
            for (int j = 0; j < grid.size[1]; ++j)
                for (int i = 0; i < grid.size[0]; ++i, at += 4) {
                    const Eigen::Vector3d point =
                        grid.origin + Eigen::Vector3d(i, j, k).cwiseProduct(grid.spacing);
                    const double share = std::clamp(0.5 + 2.0 * (0.6 - point.norm()), 0.0, 1.0);
                    expectNear(grid.rgba[at + 3], 255.0 * share, 0.51);
                }
        // What was cut off is empty: the sum stays.
        double whole = 0.0, part = 0.0;
        for (const float value : frame.opacity)
            whole += double(value);
        for (std::size_t i = 3; i < grid.rgba.size(); i += 4)
            part += grid.rgba[i] / 255.0;
        expectNear(whole, part, 0.002 * whole);
    }

    void coarserGridKeepsTheMeanAndThePlace() {
        const VolumeFrame frame = ball();
        const VolumeGrid fine = volumeGrid(frame, {}, allPoints);
        const VolumeGrid coarse = volumeGrid(frame, {}, 6000);
        const auto mass = [](const VolumeGrid& grid) {
            Eigen::Vector4d sum = Eigen::Vector4d::Zero(); // mass and its moments
            std::size_t at = 3;
            for (int k = 0; k < grid.size[2]; ++k)
                for (int j = 0; j < grid.size[1]; ++j)
                    for (int i = 0; i < grid.size[0]; ++i, at += 4) {
                        const Eigen::Vector3d point =
                            grid.origin + Eigen::Vector3d(i, j, k).cwiseProduct(grid.spacing);
                        sum += grid.rgba[at] / 255.0 * grid.spacing.prod() * point.homogeneous();
                    }
            return sum;
        };
        const Eigen::Vector4d a = mass(fine), b = mass(coarse);
        QVERIFY(coarse.rgba.size() < fine.rgba.size() / 2);
        QVERIFY(coarse.pointDistance == fine.pointDistance);
        expectNear(a[3], b[3], 0.03 * a[3]);
        expectNear(a.head<3>() / a[3], b.head<3>() / b[3], 0.01);
    }

    void isosurfaceLiesOnTheSphereWithItsNormalsAndColors() {
        const TriangleMesh mesh = isosurface(ball(), {}, 0.5, allPoints);
        QVERIFY(mesh.triangles.size() > 3000);
        for (std::size_t i = 0; i < mesh.points.size(); i += 3) {
            const Eigen::Vector3d point(mesh.points[i], mesh.points[i + 1], mesh.points[i + 2]);
            const Eigen::Vector3d normal(mesh.normals[i], mesh.normals[i + 1], mesh.normals[i + 2]);
            expectNear(point.norm(), 0.6, 0.003);
            QVERIFY(normal.dot(point.normalized()) > 0.97); // towards less opacity
            if (std::abs(point.x()) > 0.1)
                QVERIFY((mesh.rgb[i] > mesh.rgb[i + 2]) == (point.x() > 0));
        }
        // The volume it encloses, by the divergence theorem.
        double volume = 0.0;
        for (std::size_t t = 0; t < mesh.triangles.size(); t += 3) {
            const auto corner = [&](std::size_t c) {
                const float* p = &mesh.points[3 * std::size_t(mesh.triangles[t + c])];
                return Eigen::Vector3d(p[0], p[1], p[2]);
            };
            volume += corner(0).dot(corner(1).cross(corner(2))) / 6.0;
        }
        const double truth = 4.0 / 3.0 * std::numbers::pi * 0.6 * 0.6 * 0.6;
        expectNear(std::abs(volume), truth, 0.01 * truth);
        QVERIFY(isosurface(ball(), {}, 0.5, 2000).triangles.size() < mesh.triangles.size() / 2);
    }

    void sliceShowsThePlane() {
        const VolumeFrame frame = ball();
        const SlicePicture slice = slicePicture(frame, {}, 1, 0.5, {255, 255, 255});
        QCOMPARE(slice.width, 31);  // x
        QCOMPARE(slice.height, 26); // z
        const auto pixel = [&](int i, int k) {
            const std::size_t at = std::size_t(3 * (k * slice.width + i));
            return std::array{slice.rgb[at], slice.rgb[at + 1], slice.rgb[at + 2]};
        };
        const std::array<std::uint8_t, 3> white{255, 255, 255}, red{200, 0, 0};
        QCOMPARE(pixel(0, 0), white);
        QCOMPARE(pixel(18, 13), red);
    }

    void layersAndBadValuesHaveTheirRange() {
        VolumeFrame frame = sampleVolume(9);
        const ValueRange views = shownRange(frame, {1, false});
        QCOMPARE(views.low, 0.0);
        QCOMPARE(views.high, 30.0);
        frame.layers[1].values[5] = std::nanf("");
        QCOMPARE(shownRange(frame, {1, false}).high, 30.0);
        QVERIFY(isComplete(frame));
        frame.layers[1].values.pop_back();
        QVERIFY(!isComplete(frame));
        VolumeFrame empty;
        QVERIFY(!isComplete(empty));
        std::fill(frame.opacity.begin(), frame.opacity.end(), std::nanf(""));
        QVERIFY(volumeGrid(frame, {}, allPoints).isEmpty());
        QVERIFY(isosurface(frame, {}, 0.5, allPoints).triangles.empty());
    }

    void vtiHoldsEveryValueWhereItBelongs() {
        VolumeFrame frame = ball();
        frame.layers = {{"view count", "images", {}}};
        for (std::size_t i = 0; i < frame.opacity.size(); ++i)
            frame.layers[0].values.push_back(float(i));
        const QTemporaryDir folder;
        const std::string path = folder.filePath("a.vti").toStdString();
        writeVti(frame, path);
        vtkNew<vtkXMLImageDataReader> reader;
        reader->SetFileName(path.c_str());
        reader->Update();
        vtkImageData* image = reader->GetOutput();
        QCOMPARE(image->GetDimensions()[0], 31);
        QCOMPARE(image->GetDimensions()[2], 26);
        expectNear(image->GetBounds()[3], 1.2, 1e-12);
        auto* opacity = vtkFloatArray::SafeDownCast(image->GetPointData()->GetArray("opacity"));
        auto* colors = vtkUnsignedCharArray::SafeDownCast(image->GetPointData()->GetArray("rgb"));
        auto* views = vtkFloatArray::SafeDownCast(image->GetPointData()->GetArray("view count"));
        QVERIFY(opacity && colors && views);
        for (const auto& [i, j, k] : {std::array<int, 3>{0, 0, 0}, {3, 17, 25}, {30, 40, 25}}) {
            int place[] = {i, j, k};
            const vtkIdType at = image->ComputePointId(place);
            const std::size_t from = indexOf(frame, std::size_t(i), std::size_t(j), std::size_t(k));
            QCOMPARE(opacity->GetValue(at), frame.opacity[from]);
            QCOMPARE(views->GetValue(at), float(from));
            QCOMPARE(colors->GetTypedComponent(at, 0), frame.rgb[3 * from]);
        }
        QVERIFY_EXCEPTION_THROWN(writeVti(frame, folder.filePath("none/a.vti").toStdString()),
                                 InputError);
    }

    void plyComesBackAsTheSameSurface() {
        const TriangleMesh mesh = isosurface(ball(), {}, 0.5, allPoints);
        const QTemporaryDir folder;
        const std::string path = folder.filePath("a.ply").toStdString();
        writePly(mesh, path);
        vtkNew<vtkPLYReader> reader;
        reader->SetFileName(path.c_str());
        reader->Update();
        vtkPolyData* surface = reader->GetOutput();
        QCOMPARE(std::size_t(surface->GetNumberOfPoints()), mesh.points.size() / 3);
        QCOMPARE(std::size_t(surface->GetNumberOfPolys()), mesh.triangles.size() / 3);
        auto* colors = vtkUnsignedCharArray::SafeDownCast(surface->GetPointData()->GetScalars());
        QVERIFY(colors);
        for (const std::size_t i : {std::size_t(0), mesh.points.size() / 6}) {
            QCOMPARE(float(surface->GetPoint(vtkIdType(i))[1]), mesh.points[3 * i + 1]);
            QCOMPARE(colors->GetTypedComponent(vtkIdType(i), 2), mesh.rgb[3 * i + 2]);
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList("a.ply"));
        QVERIFY_EXCEPTION_THROWN(writePly({}, path), InputError);
        QVERIFY_EXCEPTION_THROWN(writePly(mesh, folder.filePath("none/a.ply").toStdString()),
                                 InputError);
    }

    void csvHoldsThePointsThatAreShown() {
        const VolumeFrame frame = ball();
        VolumeSettings settings;
        settings.threshold = 0.5;
        const QStringList lines = volumeCsv(frame, settings).split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines[0], "x,y,z,opacity,red,green,blue");
        const auto inside = std::count_if(frame.opacity.begin(), frame.opacity.end(),
                                          [](float value) { return value >= 0.5F; });
        QCOMPARE(lines.size(), inside + 1);
        for (const QString& line : lines.mid(1, 20)) {
            const QStringList fields = line.split(',');
            QVERIFY(std::hypot(fields[0].toDouble(), fields[1].toDouble(), fields[2].toDouble()) <
                    0.6 + 1e-6);
        }
    }

    void cameraIsFoundWhereItsFrustumIsDrawn() {
        VolumeContent content;
        content.cameras = sampleCameras(20).cameras;
        const Viewpoint view = Viewpoint::around({0, 0, 0}, 6.0, 0.4, 0.5);
        const double depth = frustumDepth(content);
        int found = 0;
        for (std::size_t i = 0; i < content.cameras->size(); ++i) {
            Eigen::Vector3d middle = Eigen::Vector3d::Zero();
            for (const Eigen::Vector3d& corner : frustumCorners((*content.cameras)[i], depth))
                middle += 0.25 * corner;
            const Eigen::Vector3d at = view.project(middle, 800, 600);
            const int hit = cameraAt(content, view, {800, 600}, {at.x(), at.y()});
            QVERIFY(hit >= 0); // another may be in front
            found += hit == int(i);
        }
        QVERIFY(found > 15);
        QCOMPARE(cameraAt(content, view, {800, 600}, {2, 598}), -1);
        // A frustum opens by the camera's angle, towards where it looks.
        const CamerasFrame::Camera& camera = content.cameras->front();
        const auto corners = frustumCorners(camera, 1.0);
        const Eigen::Vector3d position = cameraPosition(camera);
        const Eigen::Vector3d left = 0.5 * (corners[0] + corners[3]) - position;
        const Eigen::Vector3d right = 0.5 * (corners[1] + corners[2]) - position;
        expectNear(std::acos(left.normalized().dot(right.normalized())), camera.horizontalAngle,
                   1e-9);
        QVERIFY((left + right).normalized().dot(-position.normalized()) > 0.999);
    }
};

REGISTER_TEST(VolumeDataTest)
#include "volume_data_test.moc"
