#include "widgets/volume/mesh_scene.h"

#include <cmath>

#include <fmt/format.h>
#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkFeatureEdges.h>
#include <vtkLight.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>
#include <vtkTransform.h>
#include <vtkTriangleFilter.h>
#include <vtkUnsignedCharArray.h>

#include "core/data/mesh.h"
#include "core/error.h"
#include "core/radiance/scene_cameras.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/viewpoint.h"

namespace convergence {

namespace {

/// Samples a pixel along each edge.
constexpr int oversampling = 2;

/// Center of the bounding box, and the farthest point from it.
struct Extent {
    Eigen::Vector3d center;
    double radius = 0.0;
};

Extent extentOf(const Mesh& mesh, const std::filesystem::path& path) {
    Eigen::Vector3d low = Eigen::Vector3d::Constant(INFINITY), high = -low;
    for (const Eigen::Vector3f& point : mesh.points) {
        low = low.cwiseMin(point.cast<double>());
        high = high.cwiseMax(point.cast<double>());
    }
    Extent extent{0.5 * (low + high), 0.0};
    for (const Eigen::Vector3f& point : mesh.points)
        extent.radius = std::max(extent.radius, (point.cast<double>() - extent.center).norm());
    if (!(extent.radius > 0.0))
        throw InputError(fmt::format("All points of the mesh {} lie in one place; only surfaces "
                                     "can be drawn.",
                                     path.string()));
    return extent;
}

/// VTK looks at all faces around a point for each of them.
void requireFewFacesAtAPoint(const Mesh& mesh, const std::filesystem::path& path) {
    constexpr std::uint32_t most = 10'000;
    std::vector<std::uint32_t> faces(mesh.points.size(), 0);
    for (const std::uint32_t corner : mesh.corners)
        if (++faces[corner] > most)
            throw InputError(fmt::format("More than {} faces of the mesh {} meet in point {}; "
                                         "expected at most that many.",
                                         most, path.string(), corner + 1));
}

vtkSmartPointer<vtkPolyData> polyDataOf(const Mesh& mesh) {
    vtkNew<vtkPoints> points;
    points->Allocate(vtkIdType(mesh.points.size()));
    for (const Eigen::Vector3f& point : mesh.points)
        points->InsertNextPoint(point.data());
    vtkNew<vtkCellArray> faces;
    std::vector<vtkIdType> corners;
    for (std::size_t i = 0; i < mesh.faceCount(); ++i) {
        const auto face = mesh.face(i);
        corners.assign(face.begin(), face.end());
        faces->InsertNextCell(vtkIdType(corners.size()), corners.data());
    }
    auto surface = vtkSmartPointer<vtkPolyData>::New();
    surface->SetPoints(points);
    surface->SetPolys(faces);
    if (!mesh.colors.empty()) {
        vtkNew<vtkUnsignedCharArray> colors;
        colors->SetNumberOfComponents(3);
        colors->SetName("RGB");
        for (const auto& color : mesh.colors)
            colors->InsertNextTypedTuple(color.data());
        surface->GetPointData()->SetScalars(colors);
    }
    return surface;
}

vtkIdType nonManifoldEdges(vtkPolyData& mesh) {
    vtkNew<vtkFeatureEdges> edges;
    edges->SetInputData(&mesh);
    edges->BoundaryEdgesOff();
    edges->FeatureEdgesOff();
    edges->ManifoldEdgesOff();
    edges->NonManifoldEdgesOn();
    edges->ColoringOff();
    edges->Update();
    return edges->GetOutput()->GetNumberOfLines();
}

void addMesh(vtkRenderer& renderer, vtkPolyData& mesh, const Extent& extent) {
    vtkNew<vtkTriangleFilter> triangles;
    triangles->SetInputData(&mesh);
    triangles->PassLinesOff();
    triangles->PassVertsOff();
    vtkNew<vtkPolyDataNormals> normals;
    normals->SetInputConnection(triangles->GetOutputPort());
    normals->ConsistencyOff();
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputConnection(normals->GetOutputPort());
    mapper->SetScalarVisibility(mesh.GetPointData()->GetScalars() != nullptr);
    vtkNew<vtkActor> actor;
    actor->SetMapper(mapper);
    vtkNew<vtkTransform> place;
    const double scale = meshRadius / extent.radius;
    place->Scale(scale, scale, scale);
    place->Translate((-extent.center).eval().data());
    actor->SetUserTransform(place);
    actor->GetProperty()->SetColor(0.8, 0.8, 0.8);
    actor->GetProperty()->SetAmbient(0.35);
    actor->GetProperty()->SetDiffuse(0.65);
    actor->GetProperty()->SetSpecular(0.0);
    renderer.AddActor(actor);

    renderer.SetAutomaticLightCreation(0);
    vtkNew<vtkLight> light;
    light->SetLightTypeToSceneLight();
    light->PositionalOff();
    light->SetPosition(0.5, 0.3, 0.8);
    light->SetFocalPoint(0.0, 0.0, 0.0);
    renderer.AddLight(light);
    renderer.SetBackground(1.0, 1.0, 1.0);
}

/// Means of blocks of samples.
radiance::Picture averaged(const QImage& samples) {
    radiance::Picture picture{samples.width() / oversampling, samples.height() / oversampling, {}};
    picture.rgb.reserve(3 * std::size_t(picture.width) * std::size_t(picture.height));
    constexpr int count = oversampling * oversampling;
    for (int row = 0; row < picture.height; ++row)
        for (int column = 0; column < picture.width; ++column)
            for (int channel = 0; channel < 3; ++channel) {
                int sum = 0;
                for (int j = 0; j < oversampling; ++j)
                    for (int i = 0; i < oversampling; ++i)
                        sum += samples.constScanLine(oversampling * row +
                                                     j)[3 * (oversampling * column + i) + channel];
                picture.rgb.push_back(std::uint8_t((sum + count / 2) / count));
            }
    return picture;
}

Viewpoint viewpointOf(const radiance::Camera& camera) {
    Viewpoint viewpoint;
    viewpoint.position = camera.position();
    viewpoint.target = camera.position() - camera.pose.col(2);
    viewpoint.up = camera.pose.col(1);
    viewpoint.verticalAngle = 2.0 * std::atan(0.5 * camera.height / camera.focal);
    return viewpoint;
}

} // namespace

radiance::Scene renderMeshScene(const std::filesystem::path& path,
                                const radiance::SceneOptions& options,
                                const radiance::SceneProgress& progress, const StopToken& stop) {
    const Mesh surface = readMesh(path);
    const Extent extent = extentOf(surface, path);
    requireFewFacesAtAPoint(surface, path);
    const vtkSmartPointer<vtkPolyData> mesh = polyDataOf(surface);
    if (const vtkIdType edges = nonManifoldEdges(*mesh); edges > 0)
        throw InputError(fmt::format(
            "The mesh {} is not manifold: {} to more than two faces; "
            "expected a surface whose edges belong to one or two.",
            path.string(), edges == 1 ? "1 edge belongs" : fmt::format("{} edges belong", edges)));
    if (!OffscreenWindow::problem().isEmpty())
        throw InputError(fmt::format("The mesh {} cannot be drawn. {}", path.string(),
                                     OffscreenWindow::problem().toStdString()));
    OffscreenWindow window;
    addMesh(window.renderer(), *mesh, extent);

    radiance::Scene scene;
    scene.name = path.filename().string();
    const auto training =
        radiance::trainingCameras(options.trainingViews, options.imageSize, options.seed);
    const auto heldOut = radiance::heldOutCameras(options.imageSize);
    std::size_t done = 0;
    const auto draw = [&](const std::vector<radiance::Camera>& cameras,
                          std::vector<radiance::PosedPicture>& pictures) {
        for (const radiance::Camera& camera : cameras) {
            if (stop.stopRequested())
                throw InputError(fmt::format("Drawing the mesh {} was stopped.", path.string()));
            const QSize size(oversampling * camera.width, oversampling * camera.height);
            pictures.push_back({camera, averaged(window.picture(size, viewpointOf(camera)))});
            if (progress)
                progress(++done, training.size() + heldOut.size());
        }
    };
    draw(training, scene.training);
    draw(heldOut, scene.heldOut);
    return scene;
}

} // namespace convergence
