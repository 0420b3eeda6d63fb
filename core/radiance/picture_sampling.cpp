#include "core/radiance/picture_sampling.h"

#include <algorithm>
#include <cmath>

namespace convergence::radiance {

namespace {

/// Pixels first, first + 1, ... that a new pixel covers, and how much of each; sums to 1.
struct Coverage {
    std::size_t first = 0;
    std::vector<float> shares;
};

std::vector<Coverage> coverages(int from, int to) {
    std::vector<Coverage> list(static_cast<std::size_t>(to));
    for (int i = 0; i < to; ++i) {
        // In units of 1/to of an old pixel, so that borders are exact.
        const long low = static_cast<long>(i) * from;
        const long high = low + from;
        Coverage& coverage = list[static_cast<std::size_t>(i)];
        coverage.first = static_cast<std::size_t>(low / to);
        for (long pixel = low / to; pixel * to < high; ++pixel) {
            const long shared = std::min(high, (pixel + 1) * to) - std::max(low, pixel * to);
            coverage.shares.push_back(static_cast<float>(shared) / static_cast<float>(from));
        }
    }
    return list;
}

/// 255 times the color on white, exact in integers.
int colorOnWhite(const std::uint8_t* rgba, std::size_t channel) {
    return rgba[channel] * rgba[3] + 255 * (255 - rgba[3]);
}

} // namespace

Picture onWhite(const RgbaImage& image, int width, int height) {
    const auto columns = static_cast<std::size_t>(width);
    const auto stride = 4 * static_cast<std::size_t>(image.width);
    Picture picture{width, height, {}};
    picture.rgb.resize(3 * columns * static_cast<std::size_t>(height));
    if (width == image.width && height == image.height) {
        for (std::size_t i = 0; i < picture.rgb.size(); ++i)
            picture.rgb[i] = static_cast<std::uint8_t>(
                (colorOnWhite(&image.rgba[i / 3 * 4], i % 3) + 127) / 255);
        return picture;
    }
    const std::vector<Coverage> across = coverages(image.width, width);
    const std::vector<Coverage> down = coverages(image.height, height);
    std::vector<float> sums(3 * columns);
    for (std::size_t row = 0; row < down.size(); ++row) {
        std::fill(sums.begin(), sums.end(), 0.0F);
        for (std::size_t i = 0; i < down[row].shares.size(); ++i) {
            const std::uint8_t* line = &image.rgba[(down[row].first + i) * stride];
            for (std::size_t column = 0; column < columns; ++column)
                for (std::size_t j = 0; j < across[column].shares.size(); ++j) {
                    const float share = down[row].shares[i] * across[column].shares[j];
                    const std::uint8_t* pixel = line + 4 * (across[column].first + j);
                    for (std::size_t channel = 0; channel < 3; ++channel)
                        sums[3 * column + channel] +=
                            share * static_cast<float>(colorOnWhite(pixel, channel));
                }
        }
        for (std::size_t k = 0; k < sums.size(); ++k)
            picture.rgb[3 * row * columns + k] =
                static_cast<std::uint8_t>(std::clamp(std::lround(sums[k] / 255.0F), 0L, 255L));
    }
    return picture;
}

} // namespace convergence::radiance
