#include "plugins/radiance/voxel-radiance/field_frames.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace convergence {

namespace {

using radiance::Field;
using radiance::GridShape;

std::array<double, 3> tripleOf(const Eigen::Vector3d& v) {
    return {v.x(), v.y(), v.z()};
}

int strideFor(const GridShape& shape, int pointsPerEdge) {
    const double edge = std::cbrt(static_cast<double>(shape.count()));
    return std::max(1, static_cast<int>(std::ceil(edge / pointsPerEdge)));
}

/// Calls visit(index) for every stride-th grid point along each axis, z fastest.
template <typename Visit>
void forEachPoint(const GridShape& shape, int stride, Visit&& visit) {
    for (int x = 0; x < shape.size[0]; x += stride)
        for (int y = 0; y < shape.size[1]; y += stride)
            for (int z = 0; z < shape.size[2]; z += stride)
                visit(shape.index(x, y, z));
}

VolumeFrame::Outline outline(std::string label, const radiance::Box& box) {
    return {std::move(label), tripleOf(box.low), tripleOf(box.high)};
}

void addViewCounts(const std::vector<std::uint16_t>& counts, const GridShape& shape, int stride,
                   VolumeFrame& frame) {
    if (counts.size() != shape.count())
        return;
    const float most = std::max<float>(1.0F, *std::max_element(counts.begin(), counts.end()));
    VolumeFrame::Layer views{"pictures that see it", "", {}};
    VolumeFrame::Layer rates{"rate of the density, relative", "", {}};
    forEachPoint(shape, stride, [&](std::size_t i) {
        views.values.push_back(counts[i]);
        rates.values.push_back(static_cast<float>(counts[i]) / most);
    });
    frame.layers.push_back(std::move(views));
    frame.layers.push_back(std::move(rates));
}

/// A picture no wider than a thumbnail, every n-th pixel.
PicturesFrame::Picture thumbnail(const radiance::Picture& picture) {
    constexpr int widest = 64;
    const int step = std::max(1, (picture.width + widest - 1) / widest);
    PicturesFrame::Picture small;
    small.width = static_cast<std::size_t>((picture.width + step - 1) / step);
    small.height = static_cast<std::size_t>((picture.height + step - 1) / step);
    for (int row = 0; row < picture.height; row += step)
        for (int column = 0; column < picture.width; column += step) {
            const auto at = 3 * static_cast<std::ptrdiff_t>(row * picture.width + column);
            small.rgb.insert(small.rgb.end(), picture.rgb.begin() + at,
                             picture.rgb.begin() + at + 3);
        }
    return small;
}

} // namespace

VolumeFrame fieldFrame(const radiance::Trainer& trainer, const Eigen::Vector3d& eye,
                       int pointsPerEdge) {
    VolumeFrame frame;
    frame.outlines.push_back(outline("seen by the cameras", trainer.frustumBox()));
    const Field* field = trainer.field();
    if (!field)
        return frame;
    const GridShape& shape = field->shape;
    const int stride = strideFor(shape, pointsPerEdge);
    Eigen::Vector3d last;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const int steps = (shape.size[axis] - 1) / stride;
        frame.size[axis] = static_cast<std::size_t>(steps + 1);
        last[static_cast<Eigen::Index>(axis)] = steps * stride;
    }
    frame.low = tripleOf(shape.box.low);
    frame.high = tripleOf(shape.toWorld(last));
    // Over the distance of two points of the frame: a volume that is thinned stays as opaque.
    const double interval = shape.ratio * stride;
    VolumeFrame::Layer density{"raw density", "", {}};
    VolumeFrame::Layer mask{"mask", "", {}};
    forEachPoint(shape, stride, [&](std::size_t i) {
        const bool occupied = field->occupancy.at(i);
        frame.opacity.push_back(
            occupied ? static_cast<float>(field->opacity(field->density[i], interval)) : 0.0F);
        density.values.push_back(field->density[i]);
        mask.values.push_back(occupied ? 1.0F : 0.0F);
    });
    frame.rgb = gridColors(*field, eye, stride);
    frame.layers = {std::move(density), std::move(mask)};
    if (trainer.phase() == radiance::Phase::coarse)
        addViewCounts(trainer.viewCounts(), shape, stride, frame);
    else
        frame.outlines.push_back(outline("box of the fine stage", shape.box));
    return frame;
}

CamerasFrame camerasFrame(const radiance::Scene& scene) {
    auto cameras = std::make_shared<std::vector<CamerasFrame::Camera>>();
    const auto add = [&](const radiance::PosedPicture& posed, const char* kind, std::size_t k,
                         bool heldOut) {
        CamerasFrame::Camera camera{.label = fmt::format("{} {}", kind, k),
                                    .horizontalAngle = posed.camera.horizontalAngle(),
                                    .heldOut = heldOut,
                                    .picture = thumbnail(posed.picture)};
        for (Eigen::Index row = 0; row < 3; ++row)
            for (Eigen::Index column = 0; column < 4; ++column)
                camera.pose[static_cast<std::size_t>(4 * row + column)] =
                    posed.camera.pose(row, column);
        cameras->push_back(std::move(camera));
    };
    for (std::size_t k = 0; k < scene.training.size(); ++k)
        add(scene.training[k], "training view", k, false);
    for (std::size_t k = 0; k < scene.heldOut.size(); ++k)
        add(scene.heldOut[k], "held-out view", k, true);
    return {std::move(cameras)};
}

CurvesFrame rayFrame(const radiance::RayCurves& ray) {
    CurvesFrame frame;
    frame.curves.push_back({"opacity α", ray.distance, ray.opacity});
    frame.curves.push_back({"transmittance T", ray.distance, ray.transmittance});
    frame.curves.push_back({"weight w", ray.distance, ray.weight});
    return frame;
}

CurvesFrame rayDensityFrame(const radiance::RayCurves& ray) {
    CurvesFrame frame;
    frame.curves.push_back({"raw density D", ray.distance, ray.density});
    return frame;
}

} // namespace convergence
