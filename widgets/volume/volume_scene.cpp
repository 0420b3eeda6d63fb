#include "widgets/volume/volume_scene.h"

#include <cmath>
#include <optional>

#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkGPUVolumeRayCastMapper.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPiecewiseFunction.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTexture.h>
#include <vtkUnsignedCharArray.h>
#include <vtkVolume.h>
#include <vtkVolumeProperty.h>

#include "widgets/volume/camera_geometry.h"

namespace convergence {

namespace {

using Segments = std::vector<std::pair<Eigen::Vector3d, Eigen::Vector3d>>;

/// Lines between points, drawn in one color. What is set again as it is costs nothing.
struct Lines {
    Segments present;
    vtkNew<vtkPolyData> data;
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> actor;

    explicit Lines(vtkRenderer& renderer) {
        mapper->SetInputData(data);
        actor->SetMapper(mapper);
        actor->VisibilityOff();
        actor->GetProperty()->LightingOff();
        renderer.AddActor(actor);
    }
    void set(Segments segments) {
        if (segments == present)
            return;
        vtkNew<vtkPoints> points;
        vtkNew<vtkCellArray> cells;
        for (const auto& [from, to] : segments) {
            const vtkIdType ends[] = {points->InsertNextPoint(from.data()),
                                      points->InsertNextPoint(to.data())};
            cells->InsertNextCell(2, ends);
        }
        data->SetPoints(points);
        data->SetLines(cells);
        data->Modified();
        actor->SetVisibility(!segments.empty());
        present = std::move(segments);
    }
    void setColor(const QColor& color, double width) {
        actor->GetProperty()->SetColor(color.redF(), color.greenF(), color.blueF());
        actor->GetProperty()->SetLineWidth(float(width));
    }
};

using Corners = std::array<Eigen::Vector3d, 4>;

/// A picture on a quadrilateral.
struct Quad {
    std::optional<Corners> present;
    vtkNew<vtkPolyData> data;
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkTexture> texture;
    vtkNew<vtkActor> actor;

    /// `corners` from the picture's lower left, counter-clockwise.
    void setCorners(const Corners& corners) {
        if (corners == present)
            return;
        present = corners;
        vtkNew<vtkPoints> points;
        vtkNew<vtkCellArray> cells;
        vtkNew<vtkFloatArray> coordinates;
        coordinates->SetNumberOfComponents(2);
        for (std::size_t i = 0; i < 4; ++i) {
            points->InsertNextPoint(corners[i].data());
            coordinates->InsertNextTuple2(i == 1 || i == 2, i >= 2);
        }
        const vtkIdType all[] = {0, 1, 2, 3};
        cells->InsertNextCell(4, all);
        data->SetPoints(points);
        data->SetPolys(cells);
        data->GetPointData()->SetTCoords(coordinates);
        data->Modified();
    }
    /// rgb from the lower left, or from the upper left.
    void setPicture(int width, int height, const std::vector<std::uint8_t>& rgb, bool fromTop) {
        vtkNew<vtkImageData> image;
        image->SetDimensions(width, height, 1);
        image->AllocateScalars(VTK_UNSIGNED_CHAR, 3);
        auto* to = static_cast<std::uint8_t*>(image->GetScalarPointer());
        const std::ptrdiff_t line = 3 * std::ptrdiff_t(width);
        for (int row = 0; row < height; ++row)
            std::copy_n(rgb.begin() + line * (fromTop ? height - 1 - row : row), line,
                        to + line * row);
        texture->SetInputData(image);
    }
    explicit Quad(vtkRenderer& renderer, bool smooth) {
        mapper->SetInputData(data);
        actor->SetMapper(mapper);
        texture->SetInterpolate(smooth);
        actor->SetTexture(texture);
        actor->GetProperty()->LightingOff();
        renderer.AddActor(actor);
    }
};

Corners slicePlane(const VolumeFrame& frame, int axis, double share) {
    const Eigen::Vector3d low(frame.low.data()), high(frame.high.data());
    const int u = axis == 0 ? 1 : 0, v = axis == 2 ? 1 : 2;
    Corners corners;
    for (std::size_t i = 0; i < 4; ++i) {
        corners[i] = low;
        corners[i][axis] = low[axis] + share * (high[axis] - low[axis]);
        corners[i][u] = (i == 1 || i == 2) ? high[u] : low[u];
        corners[i][v] = i >= 2 ? high[v] : low[v];
    }
    return corners;
}

void addBox(Segments& segments, const std::array<double, 3>& low,
            const std::array<double, 3>& high) {
    const auto corner = [&](std::size_t bits) {
        return Eigen::Vector3d(bits & 1 ? high[0] : low[0], bits & 2 ? high[1] : low[1],
                               bits & 4 ? high[2] : low[2]);
    };
    for (std::size_t from = 0; from < 8; ++from)
        for (const std::size_t bit : {1U, 2U, 4U})
            if (!(from & bit))
                segments.emplace_back(corner(from), corner(from | bit));
}

/// What a camera saw, in its place.
struct Thumbnail {
    std::unique_ptr<Quad> quad;
    Eigen::Vector3d camera;
};

} // namespace

struct VolumeScene::Props {
    vtkNew<vtkVolume> volume;
    vtkNew<vtkPiecewiseFunction> opacity;
    vtkNew<vtkImageData> image;
    vtkNew<vtkGPUVolumeRayCastMapper> mapper;
    vtkNew<vtkPolyData> surface;
    vtkNew<vtkPolyDataMapper> surfaceMapper;
    vtkNew<vtkActor> surfaceActor;
    Lines outlines, innerOutlines, training, heldOut, chosen;
    std::array<Quad, 3> slices;
    std::array<std::shared_ptr<const VolumeParts>, 3> slicesOf; ///< whose pictures they show
    std::vector<Thumbnail> thumbnails;
    std::shared_ptr<const std::vector<CamerasFrame::Camera>> thumbnailsOf;
    double depth = 0.0;

    explicit Props(vtkRenderer& renderer)
        : outlines(renderer), innerOutlines(renderer), training(renderer), heldOut(renderer),
          chosen(renderer), slices{Quad(renderer, false), Quad(renderer, false),
                                   Quad(renderer, false)} {}
};

VolumeScene::VolumeScene(vtkRenderer& renderer)
    : renderer_(renderer), props_(std::make_unique<Props>(renderer)) {
    Props& p = *props_;
    vtkNew<vtkVolumeProperty> property;
    property->IndependentComponentsOff();
    property->SetInterpolationTypeToLinear();
    property->SetScalarOpacity(p.opacity);
    property->ShadeOff();
    p.volume->SetProperty(property);
    p.mapper->SetAutoAdjustSampleDistances(0);
    p.mapper->SetUseJittering(1);
    p.volume->SetMapper(p.mapper);
    p.volume->VisibilityOff();
    renderer_.AddVolume(p.volume);

    p.surfaceMapper->SetInputData(p.surface);
    p.surfaceActor->SetMapper(p.surfaceMapper);
    p.surfaceActor->GetProperty()->SetAmbient(0.25);
    p.surfaceActor->GetProperty()->SetDiffuse(0.75);
    p.surfaceActor->VisibilityOff();
    renderer_.AddActor(p.surfaceActor);
    for (Quad& slice : p.slices)
        slice.actor->VisibilityOff();
}

VolumeScene::~VolumeScene() {
    Props& p = *props_;
    for (Lines* lines : {&p.outlines, &p.innerOutlines, &p.training, &p.heldOut, &p.chosen})
        renderer_.RemoveActor(lines->actor);
    for (const Quad& slice : p.slices)
        renderer_.RemoveActor(slice.actor);
    for (const Thumbnail& thumbnail : p.thumbnails)
        renderer_.RemoveActor(thumbnail.quad->actor);
    renderer_.RemoveActor(p.surfaceActor);
    renderer_.RemoveVolume(p.volume);
}

void VolumeScene::setParts(std::shared_ptr<const VolumeParts> parts) {
    parts_ = std::move(parts);
    Props& p = *props_;
    const VolumeGrid& grid = parts_->grid;
    if (!grid.isEmpty()) {
        // VTK reads the parts' own memory, which nobody changes.
        vtkNew<vtkUnsignedCharArray> colors;
        colors->SetNumberOfComponents(4);
        colors->SetArray(const_cast<std::uint8_t*>(grid.rgba.data()), vtkIdType(grid.rgba.size()),
                         1);
        p.image->Initialize();
        p.image->SetDimensions(grid.size.data());
        p.image->SetOrigin(grid.origin.data());
        p.image->SetSpacing(grid.spacing.data());
        p.image->GetPointData()->SetScalars(colors);
        p.image->Modified();
        p.mapper->SetInputData(p.image);
        // For dependent components VTK 9.1 looks at the last one's, not at the first's.
        for (int component = 0; component < 4; ++component)
            p.volume->GetProperty()->SetScalarOpacityUnitDistance(component, grid.pointDistance);
    }
    const TriangleMesh& mesh = parts_->surface;
    vtkNew<vtkPoints> points;
    vtkNew<vtkFloatArray> places, normals;
    vtkNew<vtkUnsignedCharArray> colors;
    vtkNew<vtkCellArray> triangles;
    const auto share = [](auto& array, auto& values) {
        array->SetNumberOfComponents(3);
        array->SetArray(
            const_cast<typename std::decay_t<decltype(values)>::value_type*>(values.data()),
            vtkIdType(values.size()), 1);
    };
    share(places, mesh.points);
    share(normals, mesh.normals);
    share(colors, mesh.rgb);
    points->SetData(places);
    triangles->AllocateExact(vtkIdType(mesh.triangles.size() / 3),
                             vtkIdType(mesh.triangles.size()));
    for (std::size_t i = 0; i + 2 < mesh.triangles.size(); i += 3) {
        const vtkIdType corners[] = {mesh.triangles[i], mesh.triangles[i + 1],
                                     mesh.triangles[i + 2]};
        triangles->InsertNextCell(3, corners);
    }
    p.surface->Initialize();
    p.surface->SetPoints(points);
    p.surface->SetPolys(triangles);
    p.surface->GetPointData()->SetNormals(normals);
    p.surface->GetPointData()->SetScalars(colors);
    p.surface->Modified();
    setQuality(pixels_, points_);
}

void VolumeScene::update(const VolumeContent& content, const VolumeSettings& settings,
                         const Theme& theme) {
    const bool otherCameras = content.cameras != content_.cameras;
    content_ = content;
    settings_ = settings;
    theme_ = theme;
    Props& p = *props_;
    const bool hasParts = parts_ && content_.volume;
    p.volume->SetVisibility(hasParts && settings_.showsVolume && !parts_->grid.isEmpty());
    p.surfaceActor->SetVisibility(hasParts && settings_.showsSurface &&
                                  !parts_->surface.triangles.empty());
    updateTransfer();
    updateSlices();
    updateOutlines();
    if (otherCameras || frustumDepth(content_) != p.depth)
        p.thumbnailsOf = nullptr;
    updateCameras();
    const auto background = [](const QColor& c) {
        return std::array{c.redF(), c.greenF(), c.blueF()};
    };
    const auto color = background(theme_.surface);
    renderer_.SetBackground(double(color[0]), double(color[1]), double(color[2]));
}

void VolumeScene::updateTransfer() {
    vtkPiecewiseFunction& opacity = *props_->opacity;
    opacity.RemoveAllPoints();
    const double threshold = std::clamp(settings_.threshold, 0.0, 0.999);
    if (threshold > 0.0) {
        opacity.AddPoint(0.0, 0.0);
        opacity.AddPoint(255.0 * threshold, 0.0);
    }
    // min(1, density · share), with the corner where it reaches 1.
    const double full = 1.0 / settings_.density;
    const double start = threshold > 0.0 ? threshold + 1e-4 : 0.0;
    opacity.AddPoint(255.0 * start, std::min(1.0, settings_.density * start));
    if (full > start && full < 1.0)
        opacity.AddPoint(255.0 * full, 1.0);
    opacity.AddPoint(255.0, std::min(1.0, settings_.density));
}

void VolumeScene::updateSlices() {
    for (std::size_t axis = 0; axis < 3; ++axis) {
        Quad& quad = props_->slices[axis];
        const bool shown = content_.volume && parts_ && settings_.showsSlice[axis] &&
                           parts_->slices[axis].width > 0;
        quad.actor->SetVisibility(shown);
        if (!shown)
            continue;
        const SlicePicture& picture = parts_->slices[axis];
        quad.setCorners(slicePlane(*content_.volume, int(axis), settings_.slice[axis]));
        if (props_->slicesOf[axis] == parts_)
            continue;
        quad.setPicture(picture.width, picture.height, picture.rgb, false);
        props_->slicesOf[axis] = parts_;
    }
}

void VolumeScene::updateOutlines() {
    Segments box, inner;
    if (content_.volume && settings_.showsOutlines) {
        addBox(box, content_.volume->low, content_.volume->high);
        for (const VolumeFrame::Outline& outline : content_.volume->outlines)
            addBox(inner, outline.low, outline.high);
    }
    props_->outlines.set(std::move(box));
    props_->innerOutlines.set(std::move(inner));
    props_->outlines.setColor(theme_.mutedText, theme_.lineWidth);
    props_->innerOutlines.setColor(theme_.accent, theme_.lineWidth);
}

void VolumeScene::updateCameras() {
    Props& p = *props_;
    Segments training, heldOut, chosen;
    const bool shown = content_.cameras && settings_.showsCameras;
    const double depth = frustumDepth(content_);
    for (std::size_t i = 0; shown && i < content_.cameras->size(); ++i) {
        const CamerasFrame::Camera& camera = (*content_.cameras)[i];
        auto& lines = int(i) == settings_.camera ? chosen : camera.heldOut ? heldOut : training;
        const auto corners = frustumCorners(camera, depth);
        for (std::size_t c = 0; c < 4; ++c) {
            lines.emplace_back(cameraPosition(camera), corners[c]);
            lines.emplace_back(corners[c], corners[(c + 1) % 4]);
        }
    }
    p.training.set(std::move(training));
    p.heldOut.set(std::move(heldOut));
    p.chosen.set(std::move(chosen));
    p.training.setColor(theme_.mutedText, 0.7 * theme_.lineWidth);
    p.heldOut.setColor(theme_.seriesColor(1), theme_.lineWidth);
    p.chosen.setColor(theme_.accent, 2.0 * theme_.lineWidth);

    if (p.thumbnailsOf != content_.cameras) {
        for (const Thumbnail& thumbnail : p.thumbnails)
            renderer_.RemoveActor(thumbnail.quad->actor);
        p.thumbnails.clear();
        p.thumbnailsOf = content_.cameras;
        p.depth = depth;
        for (std::size_t i = 0; content_.cameras && i < content_.cameras->size(); ++i) {
            const CamerasFrame::Camera& camera = (*content_.cameras)[i];
            const PicturesFrame::Picture& picture = camera.picture;
            if (picture.width == 0 || picture.rgb.size() != 3 * picture.width * picture.height)
                continue;
            auto quad = std::make_unique<Quad>(renderer_, true);
            quad->setCorners(frustumCorners(camera, depth));
            quad->setPicture(int(picture.width), int(picture.height), picture.rgb, true);
            p.thumbnails.push_back({std::move(quad), cameraPosition(camera)});
        }
    }
}

void VolumeScene::setQuality(double pixels, double points) {
    pixels_ = pixels;
    points_ = points;
    if (!parts_)
        return;
    Props& p = *props_;
    const double distance = points * parts_->grid.spacing.minCoeff();
    p.mapper->SetImageSampleDistance(float(pixels));
    p.mapper->SetSampleDistance(float(distance));
}

void VolumeScene::setViewpoint(const Viewpoint& viewpoint) {
    const Eigen::Vector3d towardsViewer = viewpoint.position - viewpoint.target;
    for (const Thumbnail& thumbnail : props_->thumbnails) {
        const bool isBehind = (thumbnail.camera - viewpoint.target).dot(towardsViewer) < 0.0;
        thumbnail.quad->actor->SetVisibility(isBehind && settings_.showsCameras &&
                                             settings_.showsThumbnails);
    }
}

std::shared_ptr<const VolumeParts> makeParts(const VolumeContent& content,
                                             const VolumeSettings& settings, const Theme& theme,
                                             std::size_t mostPoints) {
    auto parts = std::make_shared<VolumeParts>();
    if (!content.volume)
        return parts;
    const VolumeFrame& frame = *content.volume;
    parts->range = shownRange(frame, settings.quantity);
    parts->largest = largestValue(frame, settings.quantity);
    if (settings.showsVolume)
        parts->grid = volumeGrid(frame, settings.quantity, mostPoints);
    if (settings.showsSurface)
        parts->surface = isosurface(frame, settings.quantity, settings.level, mostPoints);
    for (int axis = 0; axis < 3; ++axis)
        if (settings.showsSlice[std::size_t(axis)])
            parts->slices[std::size_t(axis)] = slicePicture(
                frame, settings.quantity, axis, settings.slice[std::size_t(axis)],
                {std::uint8_t(theme.surface.red()), std::uint8_t(theme.surface.green()),
                 std::uint8_t(theme.surface.blue())});
    return parts;
}

bool needsOtherParts(const VolumeSettings& before, const VolumeSettings& after) {
    return before.quantity != after.quantity || before.showsVolume != after.showsVolume ||
           before.showsSurface != after.showsSurface ||
           (after.showsSurface && before.level != after.level) ||
           before.showsSlice != after.showsSlice || before.slice != after.slice;
}

} // namespace convergence
