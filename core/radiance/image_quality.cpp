#include "core/radiance/image_quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/parallel/parallel_for.h"

namespace convergence::radiance {

namespace {

constexpr std::size_t window = 11;
constexpr double deviation = 1.5;
constexpr double c1 = 0.01 * 0.01;
constexpr double c2 = 0.03 * 0.03;
constexpr std::size_t moments = 5; // x, y, x², y², xy

std::array<double, window> gaussianWeights() {
    std::array<double, window> weights{};
    double sum = 0.0;
    for (std::size_t i = 0; i < window; ++i) {
        const double z = (static_cast<double>(i) - 0.5 * (window - 1)) / deviation;
        sum += weights[i] = std::exp(-0.5 * z * z);
    }
    for (double& weight : weights)
        weight /= sum;
    return weights;
}

double similarity(const std::array<double, moments>& m) {
    const auto& [mean0, mean1, square0, square1, product] = m;
    const double variance0 = std::max(square0 - mean0 * mean0, 0.0);
    const double variance1 = std::max(square1 - mean1 * mean1, 0.0);
    const double limit = std::sqrt(variance0 * variance1);
    const double covariance = std::clamp(product - mean0 * mean1, -limit, limit);
    return (2.0 * mean0 * mean1 + c1) * (2.0 * covariance + c2) /
           ((mean0 * mean0 + mean1 * mean1 + c1) * (variance0 + variance1 + c2));
}

/// Sum of the similarity over the windows of one channel: the moments are weighted along rows
/// first, then along columns.
double channelSum(std::span<const float> image, std::span<const float> truth, std::size_t channel,
                  std::size_t width, std::size_t height) {
    static const std::array<double, window> weights = gaussianWeights();
    const std::size_t columns = width - window + 1;
    std::vector<std::array<double, moments>> rows(columns * height);
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < columns; ++x) {
            std::array<double, moments>& sums = rows[y * columns + x];
            for (std::size_t i = 0; i < window; ++i) {
                const std::size_t at = 3 * (y * width + x + i) + channel;
                const double a = image[at];
                const double b = truth[at];
                const std::array<double, moments> values{a, b, a * a, b * b, a * b};
                for (std::size_t k = 0; k < moments; ++k)
                    sums[k] += weights[i] * values[k];
            }
        }
    double sum = 0.0;
    for (std::size_t y = 0; y + window <= height; ++y)
        for (std::size_t x = 0; x < columns; ++x) {
            std::array<double, moments> means{};
            for (std::size_t i = 0; i < window; ++i)
                for (std::size_t k = 0; k < moments; ++k)
                    means[k] += weights[i] * rows[(y + i) * columns + x][k];
            sum += similarity(means);
        }
    return sum;
}

} // namespace

std::vector<float> colorsOf(const Picture& picture) {
    std::vector<float> colors(picture.rgb.size());
    std::transform(picture.rgb.begin(), picture.rgb.end(), colors.begin(),
                   [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0F; });
    return colors;
}

double meanSquaredError(std::span<const float> image, std::span<const float> truth) {
    if (image.size() != truth.size() || image.empty())
        throw std::logic_error("meanSquaredError: pictures of different sizes");
    double sum = 0.0;
    for (std::size_t i = 0; i < image.size(); ++i) {
        const double difference = static_cast<double>(image[i]) - static_cast<double>(truth[i]);
        sum += difference * difference;
    }
    return sum / static_cast<double>(image.size());
}

double psnr(double meanSquaredError) {
    return -10.0 * std::log10(meanSquaredError);
}

double ssim(std::span<const float> image, std::span<const float> truth, int width, int height) {
    const auto columns = static_cast<std::size_t>(width);
    const auto rows = static_cast<std::size_t>(height);
    if (image.size() != 3 * columns * rows || truth.size() != image.size())
        throw std::logic_error("ssim: the pictures do not have the size that is said");
    if (columns < window || rows < window)
        return std::numeric_limits<double>::quiet_NaN();
    std::array<double, 3> sums{};
    parallelFor(sums.size(),
                [&](std::size_t c) { sums[c] = channelSum(image, truth, c, columns, rows); });
    const auto windows = static_cast<double>((columns - window + 1) * (rows - window + 1));
    return (sums[0] + sums[1] + sums[2]) / (3.0 * windows);
}

} // namespace convergence::radiance
