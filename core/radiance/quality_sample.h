#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/radiance/renderer.h"

namespace convergence::radiance {

/// A fixed sample of pixels of some pictures: tells, often and cheaply, about how well these
/// pictures would be rendered as a whole.
class QualitySample {
public:
    /// About `pixels` of them, spread over at most `pictures` pictures, which are taken evenly from
    /// the list; within a picture uniformly, without repetition. Keeps copies of the cameras.
    /// Throws std::logic_error without pictures.
    QualitySample(const std::vector<PosedPicture>& from, int pictures, int pixels,
                  std::uint64_t seed);

    /// Colors of pixels of a camera, three numbers each.
    using RenderPixels =
        std::function<std::vector<float>(const Camera& camera, const std::vector<Pixel>& pixels)>;
    /// Mean over the pictures of the PSNR of their pixels, in dB.
    [[nodiscard]] double psnr(const RenderPixels& render) const;

private:
    struct Part {
        Camera camera;
        std::vector<Pixel> pixels;
        std::vector<float> truth;
    };
    std::vector<Part> parts_;
};

/// Quality over whole pictures: mean PSNR (dB) and SSIM, and for one picture both.
struct Quality {
    double psnr = 0.0;
    double ssim = 0.0;
};
/// Renders every picture's camera. `render` gives colors row by row.
Quality qualityOf(const std::vector<PosedPicture>& pictures,
                  const std::function<std::vector<float>(const Camera& camera)>& render);

} // namespace convergence::radiance
