#include "widgets/space/cloud_scene.h"

#include <cmath>

#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

namespace convergence {

namespace {

/// Across, in logical pixels.
double ballSize(std::size_t count) {
    return count <= 300 ? 9.0 : (count <= 1500 ? 7.0 : (count <= 10'000 ? 5.0 : 3.0));
}

QColor mixed(const QColor& color, const QColor& background, double share) {
    const auto mix = [share](int a, int b) { return int(std::lround(std::lerp(b, a, share))); };
    return {mix(color.red(), background.red()), mix(color.green(), background.green()),
            mix(color.blue(), background.blue())};
}

void setColor(vtkActor& actor, const QColor& color) {
    actor.GetProperty()->SetColor(color.redF(), color.greenF(), color.blueF());
}

/// Points with a color each.
class Spots {
public:
    explicit Spots(vtkRenderer& renderer) {
        colors_->SetName("colors");
        colors_->SetNumberOfComponents(3);
        mapper_->SetInputData(data_);
        mapper_->SetScalarModeToUsePointFieldData();
        mapper_->SelectColorArray("colors");
        mapper_->SetColorModeToDirectScalars();
        actor_->SetMapper(mapper_);
        renderer.AddActor(actor_);
    }
    [[nodiscard]] vtkActor& actor() const { return *actor_; }

    void begin() {
        points_->Reset();
        vertices_->Reset();
        colors_->Reset();
    }
    void add(const Eigen::Vector3d& at, const QColor& color) {
        const vtkIdType index = points_->InsertNextPoint(at.x(), at.y(), at.z());
        vertices_->InsertNextCell(1, &index);
        const unsigned char rgb[3] = {static_cast<unsigned char>(color.red()),
                                      static_cast<unsigned char>(color.green()),
                                      static_cast<unsigned char>(color.blue())};
        colors_->InsertNextTypedTuple(rgb);
    }
    void end(double size) {
        data_->SetPoints(points_);
        data_->SetVerts(vertices_);
        data_->GetPointData()->AddArray(colors_);
        for (vtkObject* part :
             {static_cast<vtkObject*>(points_), static_cast<vtkObject*>(vertices_),
              static_cast<vtkObject*>(colors_), static_cast<vtkObject*>(data_)})
            part->Modified();
        actor_->GetProperty()->SetPointSize(float(size));
        actor_->SetVisibility(points_->GetNumberOfPoints() > 0);
    }

private:
    vtkNew<vtkPoints> points_;
    vtkNew<vtkCellArray> vertices_;
    vtkNew<vtkUnsignedCharArray> colors_;
    vtkNew<vtkPolyData> data_;
    vtkNew<vtkPolyDataMapper> mapper_;
    vtkNew<vtkActor> actor_;
};

/// The edges of a box around the origin, without those in front of what is in it.
void fillBox(vtkPolyData& box, const Eigen::Vector3d& half, const Eigen::Vector3d& viewer) {
    vtkNew<vtkPoints> points;
    for (int corner = 0; corner < 8; ++corner)
        points->InsertNextPoint((corner & 1) != 0 ? half.x() : -half.x(),
                                (corner & 2) != 0 ? half.y() : -half.y(),
                                (corner & 4) != 0 ? half.z() : -half.z());
    // Whether one looks at the inside of the face of a corner across a direction.
    const auto isBehind = [&](int corner, int d) {
        return ((corner >> d) & 1) != 0 ? viewer[d] <= half[d] : viewer[d] >= -half[d];
    };
    vtkNew<vtkCellArray> lines;
    for (int corner = 0; corner < 8; ++corner)
        for (int d = 0; d < 3; ++d)
            if (((corner >> d) & 1) == 0 &&
                (isBehind(corner, (d + 1) % 3) || isBehind(corner, (d + 2) % 3))) {
                const vtkIdType ends[2] = {corner, corner + (1 << d)};
                lines->InsertNextCell(2, ends);
            }
    box.SetPoints(points);
    box.SetLines(lines);
}

} // namespace

struct CloudScene::Props {
    explicit Props(vtkRenderer& target)
        : renderer(target), balls(target), behind(target), shadows(target) {}

    vtkRenderer& renderer;
    Spots balls, behind, shadows;
    Eigen::Vector3d half = Eigen::Vector3d::Ones();
    vtkNew<vtkPolyData> box;
    vtkNew<vtkPolyDataMapper> boxMapper;
    vtkNew<vtkActor> boxLines;
};

CloudScene::CloudScene(vtkRenderer& renderer) : props_(std::make_unique<Props>(renderer)) {
    Props& p = *props_;
    for (const Spots* spots : {&p.balls, &p.behind}) {
        vtkProperty& look = *spots->actor().GetProperty();
        look.SetRenderPointsAsSpheres(true);
        look.SetAmbient(0.45);
        look.SetDiffuse(0.6);
        look.SetSpecular(0.1);
    }
    p.shadows.actor().GetProperty()->SetRenderPointsAsSpheres(true); // discs without light
    p.shadows.actor().GetProperty()->SetLighting(false);
    p.boxMapper->SetInputData(p.box);
    p.boxLines->SetMapper(p.boxMapper);
    p.boxLines->GetProperty()->SetLighting(false);
    renderer.AddActor(p.boxLines);
}

CloudScene::~CloudScene() {
    Props& p = *props_;
    p.renderer.RemoveActor(p.boxLines);
    for (const Spots* spots : {&p.balls, &p.behind, &p.shadows})
        p.renderer.RemoveActor(&spots->actor());
}

void CloudScene::update(const PointsFrame& points, const CloudAxes& axes, const ItemColors& colors,
                        const Theme& theme, double pixelRatio) {
    Props& p = *props_;
    p.renderer.SetBackground(theme.surface.redF(), theme.surface.greenF(), theme.surface.blueF());
    p.renderer.SetBackgroundAlpha(1.0); // pictures without a window are transparent otherwise
    p.half = axes.half();
    setColor(*p.boxLines, theme.grid);
    p.boxLines->GetProperty()->SetLineWidth(float(pixelRatio));

    std::vector<QColor> pale;
    for (const QColor& color : colors.palette())
        pale.push_back(mixed(color, theme.surface, 0.3));
    for (Spots* spots : {&p.balls, &p.behind, &p.shadows})
        spots->begin();
    const bool hasShadows = points.x.size() <= mostShadows;
    for (std::size_t i = 0; i < points.x.size(); ++i) {
        const auto at = axes.toSpace(pointOf(points, i));
        if (!at)
            continue;
        p.balls.add(*at, colors.of(i));
        if (hasShadows)
            p.shadows.add({at->x(), at->y(), -axes.half().z()}, pale[colors.indexOf(i)]);
    }
    const QColor gray = mixed(theme.mutedText, theme.surface, 0.5);
    for (std::size_t i = 0; i < points.behind.x.size(); ++i)
        if (const auto at = axes.toSpace(pointOf(points.behind, i)))
            p.behind.add(*at, gray);
    const double size = ballSize(points.x.size());
    p.balls.end(pixelRatio * size);
    p.shadows.end(pixelRatio * 0.5 * size);
    p.behind.end(pixelRatio * 0.8 * ballSize(points.behind.x.size()));
}

void CloudScene::lookFrom(const Viewpoint& viewpoint) {
    fillBox(*props_->box, props_->half, viewpoint.position);
}

Viewpoint CloudScene::home() {
    constexpr double degree = 3.14159265358979 / 180.0;
    return Viewpoint::around({0.0, 0.0, -0.1}, 1.75, -32.0 * degree, 22.0 * degree);
}

std::optional<std::size_t> cloudPointAt(const PointsFrame& points, const CloudAxes& axes,
                                        const Viewpoint& viewpoint, QSizeF size, QPointF at) {
    constexpr double reach = 9.0;
    const double under = 0.5 * ballSize(points.x.size());
    std::optional<std::size_t> best;
    double bestDistance = reach, bestDepth = INFINITY;
    for (std::size_t i = 0; i < points.x.size(); ++i) {
        const auto place = axes.toSpace(pointOf(points, i));
        if (!place)
            continue;
        const Eigen::Vector3d seen = viewpoint.project(*place, size.width(), size.height());
        if (seen.z() <= 0.0)
            continue;
        // All that the pointer is on count as equally near.
        const double distance = std::max(under, std::hypot(seen.x() - at.x(), seen.y() - at.y()));
        if (distance < bestDistance || (distance == bestDistance && seen.z() < bestDepth)) {
            best = i;
            bestDistance = distance;
            bestDepth = seen.z();
        }
    }
    return best;
}

} // namespace convergence
