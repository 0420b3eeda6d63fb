#include "core/radiance/nerf.h"

#include <cmath>

#include "core/math/log_sum_exp.h"
#include "core/math/random.h"

namespace convergence::radiance {

using Eigen::Index;

NerfTrainer::NerfTrainer(std::shared_ptr<const Scene> scene, int rays, std::uint64_t seed)
    : scene_(std::move(scene)), seed_(seed), network_(scene_->nearest, scene_->farthest, seed),
      optimizer_(network_.parameters().size(), {.beta2 = 0.99F}) {
    rays_.origins.resize(3, rays);
    rays_.directions.resize(3, rays);
    rays_.colors.resize(3, rays);
    rays_.offsets.resize(rays);
}

void NerfTrainer::drawRays() {
    RandomStream stream(
        {.seed = seed_, .purpose = "nerf rays", .index = static_cast<std::uint64_t>(step_)});
    for (Index i = 0; i < rays_.origins.cols(); ++i) {
        const PosedPicture& posed = scene_->training[stream.integer(scene_->training.size())];
        const Camera& camera = posed.camera;
        const auto row = stream.integer(static_cast<std::uint64_t>(camera.height));
        const auto column = stream.integer(static_cast<std::uint64_t>(camera.width));
        rays_.origins.col(i) = camera.position().cast<float>();
        rays_.directions.col(i) = camera.direction(static_cast<int>(column), static_cast<int>(row))
                                      .normalized()
                                      .cast<float>();
        const std::uint8_t* rgb =
            &posed.picture.rgb[3 * (row * static_cast<std::uint64_t>(camera.width) + column)];
        for (Index channel = 0; channel < 3; ++channel)
            rays_.colors(channel, i) = static_cast<float>(rgb[channel]) / 255.0F;
        rays_.offsets[i] = static_cast<float>(stream.uniform());
    }
}

bool NerfTrainer::step(double learningRate) {
    drawRays();
    ++step_;
    loss_ = network_.lossAndGradient(rays_);
    optimizer_.step(network_.parameters(), network_.gradient(), static_cast<float>(learningRate));
    return std::isfinite(loss_);
}

BasicNerf<float>::Seen NerfTrainer::see(const Camera& camera,
                                        const std::vector<Pixel>& pixels) const {
    const auto count = static_cast<Index>(pixels.size());
    BasicNerf<float>::Rays rays;
    rays.origins = camera.position().cast<float>().replicate(1, count);
    rays.directions.resize(3, count);
    for (Index i = 0; i < count; ++i) {
        const Pixel& pixel = pixels[static_cast<std::size_t>(i)];
        rays.directions.col(i) =
            camera.direction(pixel.column, pixel.row).normalized().cast<float>();
    }
    rays.offsets = Eigen::VectorXf::Constant(count, 0.5F);
    return network_.render(rays);
}

std::vector<float> NerfTrainer::colors(const Camera& camera,
                                       const std::vector<Pixel>& pixels) const {
    const auto seen = see(camera, pixels);
    return {seen.colors.data(), seen.colors.data() + seen.colors.size()};
}

Rendering NerfTrainer::render(const Camera& camera) const {
    std::vector<Pixel> pixels;
    for (int row = 0; row < camera.height; ++row)
        for (int column = 0; column < camera.width; ++column)
            pixels.push_back({column, row});
    const auto seen = see(camera, pixels);
    return {.width = camera.width,
            .height = camera.height,
            .rgb = {seen.colors.data(), seen.colors.data() + seen.colors.size()},
            .depth = {seen.depth.begin(), seen.depth.end()},
            .transparency = {seen.transparency.begin(), seen.transparency.end()}};
}

} // namespace convergence::radiance
