#include "core/radiance/coarse_geometry.h"

#include <algorithm>
#include <limits>

#include "core/parallel/parallel_for.h"
#include "core/radiance/ray_pass.h"

namespace convergence::radiance {

namespace {

/// Pictures worked on at once, each with a grid of its own.
constexpr std::size_t picturesAtOnce = 8;

template <typename Visit>
void forEachRay(const Camera& camera, const Visit& visit) {
    std::size_t pixel = 0;
    for (int row = 0; row < camera.height; ++row)
        for (int column = 0; column < camera.width; ++column)
            visit(PassRay{.origin = camera.position(), .direction = camera.direction(column, row)},
                  pixel++);
}

} // namespace

Box frustumOf(const Scene& scene) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Box box{Eigen::Vector3d::Constant(infinity), Eigen::Vector3d::Constant(-infinity)};
    for (const PosedPicture& posed : scene.training)
        forEachRay(posed.camera, [&](const PassRay& ray, std::size_t) {
            const Eigen::Vector3d unit = ray.direction.normalized();
            for (const double distance : {scene.nearest, scene.farthest}) {
                const Eigen::Vector3d point = ray.origin + distance * unit;
                box.low = box.low.cwiseMin(point);
                box.high = box.high.cwiseMax(point);
            }
        });
    return box;
}

void emptyNearCameras(Field& field, const Scene& scene) {
    constexpr float empty = -100.0F;
    const GridShape& shape = field.shape;
    parallelFor(static_cast<std::size_t>(shape.size[0]), [&](std::size_t x) {
        for (int y = 0; y < shape.size[1]; ++y)
            for (int z = 0; z < shape.size[2]; ++z) {
                const int column = static_cast<int>(x);
                const Eigen::Vector3d point = shape.toWorld(Eigen::Vector3d(column, y, z));
                for (const PosedPicture& posed : scene.training)
                    if ((point - posed.camera.position()).norm() <= scene.nearest) {
                        field.density[shape.index(column, y, z)] = empty;
                        break;
                    }
            }
    });
}

std::optional<std::vector<std::uint16_t>> countViews(const Field& field, const Scene& scene,
                                                     const std::function<bool()>& stop) {
    const RayKernels<float>& kernels = rayKernels<float>();
    const std::size_t points = field.shape.count();
    const std::size_t lanes = std::min(picturesAtOnce, scene.training.size());
    std::vector<AlignedArray<float>> sums;
    for (std::size_t lane = 0; lane < lanes; ++lane)
        sums.emplace_back(points);
    std::vector<std::uint16_t> views(points, 0);
    for (std::size_t first = 0; first < scene.training.size(); first += lanes) {
        if (stop && stop())
            return std::nullopt;
        const std::size_t count = std::min(lanes, scene.training.size() - first);
        parallelFor(count, [&](std::size_t lane) {
            sums[lane].fill(0.0F);
            forEachRay(scene.training[first + lane].camera, [&](const PassRay& ray, std::size_t) {
                kernels.addWeights(field.shape.size.data(), marchRay(field, ray, scene.nearest),
                                   sums[lane].data());
            });
        });
        for (std::size_t lane = 0; lane < count; ++lane)
            for (std::size_t i = 0; i < points; ++i)
                views[i] = static_cast<std::uint16_t>(views[i] + (sums[lane][i] > 1.0F ? 1 : 0));
    }
    return views;
}

Box tightBox(const Field& field, double threshold, double scale) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const GridShape& shape = field.shape;
    Eigen::Vector3d low = Eigen::Vector3d::Constant(infinity);
    Eigen::Vector3d high = Eigen::Vector3d::Constant(-infinity);
    std::size_t i = 0;
    for (int x = 0; x < shape.size[0]; ++x)
        for (int y = 0; y < shape.size[1]; ++y)
            for (int z = 0; z < shape.size[2]; ++z, ++i)
                if (field.opacity(static_cast<double>(field.density[i]), 1.0) > threshold) {
                    low = low.cwiseMin(Eigen::Vector3d(x, y, z));
                    high = high.cwiseMax(Eigen::Vector3d(x, y, z));
                }
    // A single plane of points has no extent that could be a grid.
    Box box = (high.array() > low.array()).all() ? Box{shape.toWorld(low), shape.toWorld(high)}
                                                 : shape.box;
    const Eigen::Vector3d margin = 0.5 * (scale - 1.0) * box.extent();
    box.low -= margin;
    box.high += margin;
    return box;
}

void keepWhereOpaque(Field& fine, const Field& coarse, double threshold) {
    const std::vector<float> pooled = coarse.pooledOpacity(1.0);
    Occupancy mask(coarse.shape.size);
    for (std::size_t i = 0; i < pooled.size(); ++i)
        if (!(static_cast<double>(pooled[i]) >= threshold))
            mask.clear(i);
    std::size_t i = 0;
    for (int x = 0; x < fine.shape.size[0]; ++x)
        for (int y = 0; y < fine.shape.size[1]; ++y)
            for (int z = 0; z < fine.shape.size[2]; ++z, ++i)
                if (!mask.nearest(
                        coarse.shape.toGrid(fine.shape.toWorld(Eigen::Vector3d(x, y, z)))))
                    fine.occupancy.clear(i);
}

std::optional<std::vector<std::uint32_t>> pixelsMeetingMask(const Field& field, const Scene& scene,
                                                            const std::function<bool()>& stop) {
    const RayKernels<float>& kernels = rayKernels<float>();
    const MarchGrid<float> grid = marchGrid(field);
    std::vector<std::vector<std::uint32_t>> byPicture(scene.training.size());
    for (std::size_t first = 0; first < scene.training.size(); first += picturesAtOnce) {
        if (stop && stop())
            return std::nullopt;
        parallelFor(std::min(picturesAtOnce, scene.training.size() - first), [&](std::size_t k) {
            forEachRay(scene.training[first + k].camera,
                       [&](const PassRay& ray, std::size_t pixel) {
                           if (kernels.meetsOccupied(grid, marchRay(field, ray, scene.nearest)))
                               byPicture[first + k].push_back(static_cast<std::uint32_t>(pixel));
                       });
        });
    }
    std::vector<std::uint32_t> pixels;
    std::uint32_t offset = 0;
    for (std::size_t k = 0; k < byPicture.size(); ++k) {
        for (const std::uint32_t pixel : byPicture[k])
            pixels.push_back(offset + pixel);
        offset += static_cast<std::uint32_t>(scene.training[k].camera.width) *
                  static_cast<std::uint32_t>(scene.training[k].camera.height);
    }
    return pixels;
}

} // namespace convergence::radiance
