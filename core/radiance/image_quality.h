#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/radiance/scene.h"

namespace convergence::radiance {

/// How near a rendering comes to the truth. Colors are in [0, 1], three numbers a pixel, row-major;
/// a rendering may lie outside and is measured as it is.

/// A picture's bytes over 255.
std::vector<float> colorsOf(const Picture& picture);

/// Mean of squares of the differences. Throws std::logic_error if sizes differ or are 0.
double meanSquaredError(std::span<const float> image, std::span<const float> truth);

/// Peak signal to noise, −10 log₁₀(mse) in dB; ∞ for equal pictures.
double psnr(double meanSquaredError);

/// Structural similarity (Wang et al. 2004), in [−1, 1], 1 only for equal pictures. Windows of
/// 11 × 11 pixels with Gaussian weights of deviation 1.5, only those that lie within the picture;
/// k₁ = 0.01, k₂ = 0.03 at a range of 1; variances clipped at 0, the covariance to ± the geometric
/// mean of the variances; mean over windows and channels. NaN for pictures smaller than a window.
/// Throws std::logic_error if sizes do not fit.
double ssim(std::span<const float> image, std::span<const float> truth, int width, int height);

} // namespace convergence::radiance
