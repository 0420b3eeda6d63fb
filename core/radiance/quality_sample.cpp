#include "core/radiance/quality_sample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/math/random.h"
#include "core/radiance/image_quality.h"

namespace convergence::radiance {

QualitySample::QualitySample(const std::vector<PosedPicture>& from, int pictures, int pixels,
                             std::uint64_t seed) {
    if (from.empty() || pictures < 1 || pixels < pictures)
        throw std::logic_error("QualitySample: nothing to sample");
    const std::size_t count = std::min(from.size(), static_cast<std::size_t>(pictures));
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t index = i * from.size() / count;
        const PosedPicture& posed = from[index];
        const auto width = static_cast<std::size_t>(posed.picture.width);
        const std::size_t total = posed.picture.rgb.size() / 3;
        RandomStream stream({.seed = seed, .purpose = "quality sample", .index = index});
        Part part{posed.camera, {}, {}};
        for (const std::uint32_t place :
             stream.choice(total, std::min(total, static_cast<std::size_t>(pixels) / count))) {
            part.pixels.push_back(
                {static_cast<int>(place % width), static_cast<int>(place / width)});
            for (std::size_t channel = 0; channel < 3; ++channel)
                part.truth.push_back(static_cast<float>(posed.picture.rgb[3 * place + channel]) /
                                     255.0F);
        }
        parts_.push_back(std::move(part));
    }
}

double QualitySample::psnr(const RenderPixels& render) const {
    double sum = 0.0;
    for (const Part& part : parts_)
        sum += radiance::psnr(meanSquaredError(render(part.camera, part.pixels), part.truth));
    return sum / static_cast<double>(parts_.size());
}

Quality qualityOf(const std::vector<PosedPicture>& pictures,
                  const std::function<std::vector<float>(const Camera& camera)>& render) {
    Quality quality;
    for (const PosedPicture& posed : pictures) {
        const std::vector<float> image = render(posed.camera);
        const std::vector<float> truth = colorsOf(posed.picture);
        quality.psnr += psnr(meanSquaredError(image, truth));
        quality.ssim += ssim(image, truth, posed.picture.width, posed.picture.height);
    }
    const auto count = static_cast<double>(pictures.size());
    return {quality.psnr / count, quality.ssim / count};
}

} // namespace convergence::radiance
