#include "core/radiance/renderer.h"

#include <algorithm>
#include <cmath>

#include "core/parallel/parallel_for.h"
#include "core/radiance/ray_pass.h"

namespace convergence::radiance {

namespace {

constexpr int tileRows = 8;

PassRay rayThrough(const Camera& camera, Pixel pixel) {
    return {.origin = camera.position(), .direction = camera.direction(pixel.column, pixel.row)};
}

PassOptions passOptions(const RenderOptions& options) {
    return {.nearest = options.nearest, .background = options.background};
}

} // namespace

Picture Rendering::picture() const {
    Picture picture{width, height, std::vector<std::uint8_t>(rgb.size())};
    std::transform(rgb.begin(), rgb.end(), picture.rgb.begin(), [](float value) {
        return static_cast<std::uint8_t>(std::lround(255.0F * std::clamp(value, 0.0F, 1.0F)));
    });
    return picture;
}

Rendering render(const Field& field, const Camera& camera, const RenderOptions& options,
                 const std::function<bool()>& stop) {
    const auto width = static_cast<std::size_t>(camera.width);
    const std::size_t total = width * static_cast<std::size_t>(camera.height);
    Rendering rendering{camera.width, camera.height,
                        std::vector<float>(3 * total, static_cast<float>(options.background)),
                        std::vector<float>(total, 0.0F), std::vector<float>(total, 1.0F)};
    std::vector<PassRay> rays;
    std::vector<PassResult> results;
    for (int first = 0; first < camera.height; first += tileRows) {
        if (stop && stop())
            break;
        rays.clear();
        for (int row = first; row < std::min(first + tileRows, camera.height); ++row)
            for (int column = 0; column < camera.width; ++column)
                rays.push_back(rayThrough(camera, {column, row}));
        results.resize(rays.size());
        RayPass<float>::render(field, rays, passOptions(options), results);
        for (std::size_t i = 0; i < results.size(); ++i) {
            const std::size_t at = static_cast<std::size_t>(first) * width + i;
            std::copy_n(results[i].color.begin(), 3,
                        rendering.rgb.begin() + static_cast<std::ptrdiff_t>(3 * at));
            rendering.depth[at] = results[i].depth;
            rendering.transparency[at] = results[i].last;
        }
    }
    return rendering;
}

std::vector<float> renderPixels(const Field& field, const Camera& camera,
                                const std::vector<Pixel>& pixels, const RenderOptions& options) {
    std::vector<PassRay> rays;
    for (const Pixel& pixel : pixels)
        rays.push_back(rayThrough(camera, pixel));
    std::vector<PassResult> results(rays.size());
    RayPass<float>::render(field, rays, passOptions(options), results);
    std::vector<float> colors;
    for (const PassResult& result : results)
        colors.insert(colors.end(), result.color.begin(), result.color.end());
    return colors;
}

RayCurves traceRay(const Field& field, const Camera& camera, Pixel pixel,
                   const RenderOptions& options) {
    PassOptions everything = passOptions(options);
    everything.ignoreThreshold = true;
    RayCurves curves;
    for (const RaySample& sample :
         RayPass<float>::samplesOf(field, rayThrough(camera, pixel), everything)) {
        curves.distance.push_back(sample.distance);
        curves.density.push_back(sample.density);
        curves.opacity.push_back(sample.opacity);
        curves.transmittance.push_back(sample.transmittance);
        curves.weight.push_back(sample.transmittance * sample.opacity);
        curves.red.push_back(sample.color[0]);
        curves.green.push_back(sample.color[1]);
        curves.blue.push_back(sample.color[2]);
    }
    return curves;
}

std::vector<std::uint8_t> gridColors(const Field& field, const Eigen::Vector3d& eye, int stride) {
    std::vector<Eigen::Vector3d> points;
    std::vector<Eigen::Vector3d> views;
    const GridShape& shape = field.shape;
    for (int x = 0; x < shape.size[0]; x += stride)
        for (int y = 0; y < shape.size[1]; y += stride)
            for (int z = 0; z < shape.size[2]; z += stride) {
                points.emplace_back(x, y, z);
                const Eigen::Vector3d towards = shape.toWorld(points.back()) - eye;
                views.push_back(towards.norm() > 0.0 ? towards.normalized()
                                                     : Eigen::Vector3d(0.0, 0.0, -1.0));
            }
    const std::vector<std::array<float, 3>> colors = RayPass<float>::colorsAt(field, points, views);
    std::vector<std::uint8_t> bytes;
    for (const auto& color : colors)
        for (const float channel : color)
            bytes.push_back(static_cast<std::uint8_t>(std::lround(255.0F * channel)));
    return bytes;
}

} // namespace convergence::radiance
