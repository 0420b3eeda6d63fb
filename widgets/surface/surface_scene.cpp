#include "widgets/surface/surface_scene.h"

#include <algorithm>
#include <cmath>

#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkContourFilter.h>
#include <vtkDoubleArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkPolyDataNormals.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkSphereSource.h>
#include <vtkTubeFilter.h>
#include <vtkUnsignedCharArray.h>

#include "widgets/charts/color_maps.h"
#include "widgets/charts/field_picture.h"

namespace convergence {

namespace {

constexpr double heightOfBox = 1.0;
/// Above the minimum, relative to the range, where logarithmic heights begin to tell values apart.
constexpr double logFloor = 1e-4;
constexpr int levelLines = 14;
/// Paths lie a little above the surface, in units of space.
constexpr double tubeRadius = 0.015;
constexpr double leastStep = 0.004;

double xOf(const FieldFrame& field, std::size_t i) {
    return std::lerp(field.xMinimum, field.xMaximum, double(i) / double(field.xCount - 1));
}
double yOf(const FieldFrame& field, std::size_t j) {
    return std::lerp(field.yMinimum, field.yMaximum, double(j) / double(field.yCount - 1));
}

bool equal(const FieldFrame& a, const FieldFrame& b) {
    return a.xCount == b.xCount && a.yCount == b.yCount && a.xMinimum == b.xMinimum &&
           a.xMaximum == b.xMaximum && a.yMinimum == b.yMinimum && a.yMaximum == b.yMaximum &&
           a.values == b.values;
}

void setColor(vtkActor& actor, const QColor& color) {
    actor.GetProperty()->SetColor(color.redF(), color.greenF(), color.blueF());
}

/// Triangles between the finite points, with a color and a height each.
void fillMesh(vtkPolyData& mesh, const FieldFrame& field, const SurfaceMap& map) {
    vtkNew<vtkPoints> points;
    vtkNew<vtkUnsignedCharArray> colors;
    colors->SetName("colors");
    colors->SetNumberOfComponents(3);
    vtkNew<vtkDoubleArray> heights;
    heights->SetName("heights");
    for (std::size_t j = 0; j < field.yCount; ++j)
        for (std::size_t i = 0; i < field.xCount; ++i) {
            const double value = double(field.values[j * field.xCount + i]);
            const double height = std::isfinite(value) ? map.height(value) : 0.0;
            Eigen::Vector3d place = map.corner(0, 0);
            const Eigen::Vector3d far = map.corner(1, 1);
            place.x() = std::lerp(place.x(), far.x(), double(i) / double(field.xCount - 1));
            place.y() = std::lerp(place.y(), far.y(), double(j) / double(field.yCount - 1));
            points->InsertNextPoint(place.x(), place.y(), height * heightOfBox);
            heights->InsertNextValue(height);
            const QColor color = sequentialColor(height);
            const unsigned char rgb[3] = {static_cast<unsigned char>(color.red()),
                                          static_cast<unsigned char>(color.green()),
                                          static_cast<unsigned char>(color.blue())};
            colors->InsertNextTypedTuple(rgb);
        }
    vtkNew<vtkCellArray> triangles;
    const auto finite = [&](std::size_t index) { return std::isfinite(field.values[index]); };
    const auto add = [&](std::size_t a, std::size_t b, std::size_t c) {
        if (!finite(a) || !finite(b) || !finite(c))
            return;
        const vtkIdType corners[3] = {vtkIdType(a), vtkIdType(b), vtkIdType(c)};
        triangles->InsertNextCell(3, corners);
    };
    for (std::size_t j = 0; j + 1 < field.yCount; ++j)
        for (std::size_t i = 0; i + 1 < field.xCount; ++i) {
            const std::size_t a = j * field.xCount + i, b = a + 1, c = a + field.xCount, d = c + 1;
            add(a, b, d);
            add(a, d, c);
        }
    mesh.Initialize();
    mesh.SetPoints(points);
    mesh.SetPolys(triangles);
    mesh.GetPointData()->SetScalars(heights);
    mesh.GetPointData()->AddArray(colors);
}

} // namespace

bool isComplete(const FieldFrame& field) {
    return field.xCount >= 2 && field.yCount >= 2 &&
           field.values.size() == field.xCount * field.yCount;
}

SurfaceMap::SurfaceMap(const FieldFrame& field, Scale scale)
    : xCenter_(0.5 * (field.xMinimum + field.xMaximum)),
      yCenter_(0.5 * (field.yMinimum + field.yMaximum)), heights_(scale) {
    const double width = field.xMaximum - field.xMinimum, depth = field.yMaximum - field.yMinimum;
    scale_ = 2.0 / std::max(width, depth);
    halfX_ = 0.5 * scale_ * width;
    halfY_ = 0.5 * scale_ * depth;
    low_ = INFINITY;
    high_ = -INFINITY;
    for (const float value : field.values)
        if (std::isfinite(value)) {
            low_ = std::min(low_, double(value));
            high_ = std::max(high_, double(value));
        }
    if (!(low_ < high_)) {
        low_ = std::isfinite(low_) ? low_ : 0.0;
        high_ = low_ + 1.0;
    }
}

double SurfaceMap::height(double value) const {
    const double share = (value - low_) / (high_ - low_);
    if (heights_ == Scale::linear)
        return share;
    return std::log1p(std::max(0.0, share) / logFloor) / std::log1p(1.0 / logFloor);
}

std::optional<Eigen::Vector3d> SurfaceMap::toSpace(const FieldFrame& field, double x,
                                                   double y) const {
    const double value = fieldAt(field, field.values, x, y);
    if (!std::isfinite(value))
        return std::nullopt;
    return Eigen::Vector3d(scale_ * (x - xCenter_), scale_ * (y - yCenter_),
                           heightOfBox * height(value));
}

Eigen::Vector3d SurfaceMap::corner(int right, int back) const {
    return {right != 0 ? halfX_ : -halfX_, back != 0 ? halfY_ : -halfY_, 0.0};
}

struct SurfaceScene::Props {
    explicit Props(vtkRenderer& target) : renderer(target) {}

    vtkRenderer& renderer;
    FieldFrame field;
    SurfaceMap map;
    Scale scale = Scale::linear;
    vtkNew<vtkPolyData> mesh;
    vtkNew<vtkPolyDataNormals> normals;
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> surface;
    vtkNew<vtkContourFilter> contours;
    vtkNew<vtkPolyDataMapper> contourMapper;
    vtkNew<vtkActor> contourLines;
    std::vector<vtkSmartPointer<vtkActor>> paths;

    void addPath(const SurfacePath& path);
    void addBall(const Eigen::Vector3d& at, double radius, const QColor& color);
    void addTube(const std::vector<Eigen::Vector3d>& points, const QColor& color);
};

void SurfaceScene::Props::addBall(const Eigen::Vector3d& at, double radius, const QColor& color) {
    vtkNew<vtkSphereSource> ball;
    ball->SetCenter(at.x(), at.y(), at.z());
    ball->SetRadius(radius);
    ball->SetThetaResolution(20);
    ball->SetPhiResolution(16);
    vtkNew<vtkPolyDataMapper> ballMapper;
    ballMapper->SetInputConnection(ball->GetOutputPort());
    vtkNew<vtkActor> actor;
    actor->SetMapper(ballMapper);
    setColor(*actor, color);
    renderer.AddActor(actor);
    paths.emplace_back(actor.Get());
}

void SurfaceScene::Props::addTube(const std::vector<Eigen::Vector3d>& line, const QColor& color) {
    if (line.size() < 2)
        return;
    vtkNew<vtkPoints> points;
    vtkNew<vtkCellArray> cells;
    cells->InsertNextCell(static_cast<int>(line.size()));
    for (const Eigen::Vector3d& point : line)
        cells->InsertCellPoint(points->InsertNextPoint(point.x(), point.y(), point.z()));
    vtkNew<vtkPolyData> data;
    data->SetPoints(points);
    data->SetLines(cells);
    vtkNew<vtkTubeFilter> tube;
    tube->SetInputData(data);
    tube->SetRadius(tubeRadius);
    tube->SetNumberOfSides(8);
    tube->CappingOn();
    vtkNew<vtkPolyDataMapper> tubeMapper;
    tubeMapper->SetInputConnection(tube->GetOutputPort());
    vtkNew<vtkActor> actor;
    actor->SetMapper(tubeMapper);
    setColor(*actor, color);
    actor->GetProperty()->SetAmbient(0.45);
    actor->GetProperty()->SetDiffuse(0.65);
    renderer.AddActor(actor);
    paths.emplace_back(actor.Get());
}

void SurfaceScene::Props::addPath(const SurfacePath& path) {
    std::vector<Eigen::Vector3d> line;
    std::optional<Eigen::Vector3d> first, last;
    const PathFrame& track = *path.path;
    for (std::size_t i = 0; i < std::min(track.x.size(), track.y.size()); ++i) {
        auto at = map.toSpace(field, track.x[i], track.y[i]);
        if (!at) {
            // Off the picture: the path goes on where it comes back.
            addTube(line, path.color);
            line.clear();
            last.reset();
            continue;
        }
        at->z() += tubeRadius;
        if (i == 0)
            first = at;
        last = at;
        const bool isEnd = i + 1 == track.x.size();
        if (line.empty() || isEnd || (*at - line.back()).norm() > leastStep) {
            // A step across a valley follows the ground, so that the tube does not cut through it.
            if (!line.empty()) {
                const Eigen::Vector2d from(track.x[i - 1], track.y[i - 1]);
                const Eigen::Vector2d to(track.x[i], track.y[i]);
                const int parts =
                    std::clamp(int((*at - line.back()).head<2>().norm() / 0.03), 1, 64);
                for (int part = 1; part < parts; ++part) {
                    const Eigen::Vector2d between =
                        from + (to - from) * (double(part) / double(parts));
                    if (auto ground = map.toSpace(field, between.x(), between.y())) {
                        ground->z() += tubeRadius;
                        line.push_back(*ground);
                    }
                }
            }
            if (line.empty() || (*at - line.back()).norm() > 1e-9)
                line.push_back(*at);
        }
    }
    addTube(line, path.color);
    if (first)
        addBall(*first, 2.0 * tubeRadius, QColor(Qt::white));
    if (last)
        addBall(*last, 2.6 * tubeRadius, path.color);
}

SurfaceScene::SurfaceScene(vtkRenderer& renderer) : props_(std::make_unique<Props>(renderer)) {
    Props& p = *props_;
    p.normals->SetInputData(p.mesh);
    p.normals->SplittingOff();
    p.mapper->SetInputConnection(p.normals->GetOutputPort());
    p.mapper->SetScalarModeToUsePointFieldData();
    p.mapper->SelectColorArray("colors");
    p.mapper->SetColorModeToDirectScalars();
    p.surface->SetMapper(p.mapper);
    p.surface->GetProperty()->SetAmbient(0.35);
    p.surface->GetProperty()->SetDiffuse(0.7);
    p.surface->GetProperty()->SetSpecular(0.12);
    p.surface->GetProperty()->SetSpecularPower(20.0);
    p.contours->SetInputData(p.mesh);
    p.contours->GenerateValues(levelLines, 0.5 / levelLines, 1.0 - 0.5 / levelLines);
    p.contourMapper->SetInputConnection(p.contours->GetOutputPort());
    p.contourMapper->ScalarVisibilityOff();
    // Lines on the surface are in front of it.
    p.contourMapper->SetResolveCoincidentTopologyToPolygonOffset();
    p.contourMapper->SetRelativeCoincidentTopologyLineOffsetParameters(-4.0, -4.0);
    p.contourLines->SetMapper(p.contourMapper);
    p.contourLines->GetProperty()->SetLighting(false);
    p.contourLines->GetProperty()->SetOpacity(0.45);
    renderer.AddActor(p.surface);
    renderer.AddActor(p.contourLines);
}

SurfaceScene::~SurfaceScene() {
    props_->renderer.RemoveActor(props_->surface);
    props_->renderer.RemoveActor(props_->contourLines);
    for (const auto& actor : props_->paths)
        props_->renderer.RemoveActor(actor);
}

void SurfaceScene::update(const FieldFrame& field, Scale scale,
                          const std::vector<SurfacePath>& paths, const Theme& theme) {
    Props& p = *props_;
    if (!equal(p.field, field) || p.scale != scale) {
        p.field = field;
        p.scale = scale;
        p.map = SurfaceMap(field, scale);
        fillMesh(*p.mesh, p.field, p.map);
        p.mesh->Modified();
    }
    setColor(*p.contourLines, theme.dark ? QColor(Qt::black) : QColor(Qt::white));
    p.renderer.SetBackground(theme.surface.redF(), theme.surface.greenF(), theme.surface.blueF());
    p.renderer.SetBackgroundAlpha(1.0); // pictures without a window are transparent otherwise
    for (const auto& actor : p.paths)
        p.renderer.RemoveActor(actor);
    p.paths.clear();
    for (const SurfacePath& path : paths)
        p.addPath(path);
}

const FieldFrame& SurfaceScene::field() const {
    return props_->field;
}

const SurfaceMap& SurfaceScene::map() const {
    return props_->map;
}

Viewpoint SurfaceScene::home() {
    constexpr double degree = 3.14159265358979 / 180.0;
    return Viewpoint::around({0.0, 0.0, 0.33}, 1.32, -32.0 * degree, 38.0 * degree);
}

std::optional<Eigen::Vector2d> pointAt(const FieldFrame& field, const SurfaceMap& map,
                                       const Viewpoint& viewpoint, QSizeF picture, QPointF at) {
    constexpr double reach = 12.0, depthTolerance = 0.08;
    std::optional<Eigen::Vector2d> best;
    double bestDistance = reach, bestDepth = INFINITY;
    for (std::size_t j = 0; j < field.yCount; ++j)
        for (std::size_t i = 0; i < field.xCount; ++i) {
            const double px = xOf(field, i), py = yOf(field, j);
            const auto place = map.toSpace(field, px, py);
            if (!place)
                continue;
            const Eigen::Vector3d seen =
                viewpoint.project(*place, picture.width(), picture.height());
            const double distance = std::hypot(seen.x() - at.x(), seen.y() - at.y());
            if (seen.z() <= 0.0 || distance > reach)
                continue;
            // What is clearly in front hides what is behind, however near that is to the pointer.
            const bool inFront = seen.z() < bestDepth - depthTolerance;
            const bool behind = seen.z() > bestDepth + depthTolerance;
            if (!best || inFront || (!behind && distance < bestDistance)) {
                best = Eigen::Vector2d(px, py);
                bestDistance = distance;
                bestDepth = seen.z();
            }
        }
    return best;
}

} // namespace convergence
