#include "core/data/image_transforms.h"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

constexpr Eigen::Index largestSide = 4096;

/// cos and sin of an angle in degrees, exact at multiples of 90.
std::pair<double, double> cosineAndSine(double degrees) {
    const double quarters = std::round(degrees / 90.0);
    const double rest = (degrees - 90.0 * quarters) * std::numbers::pi / 180.0;
    const double c = std::cos(rest), s = std::sin(rest);
    switch (static_cast<int>(std::fmod(quarters, 4.0) + 4.0) % 4) {
    case 0:
        return {c, s};
    case 1:
        return {-s, c};
    case 2:
        return {-c, -s};
    default:
        return {s, -c};
    }
}

} // namespace

ImageRotation::ImageRotation(Eigen::Index width, Eigen::Index height, double degrees)
    : pixels_(width * height) {
    if (width < 1 || height < 1 || width > largestSide || height > largestSide)
        throw InputError(fmt::format("Pictures of {} × {} pixels cannot be turned; expected sides "
                                     "from 1 to {}.",
                                     width, height, largestSide));
    if (!std::isfinite(degrees))
        throw InputError(
            fmt::format("An angle of {}° is not accepted; it must be finite.", degrees));
    const auto [c, s] = cosineAndSine(degrees);
    const double centerX = 0.5 * static_cast<double>(width - 1);
    const double centerY = 0.5 * static_cast<double>(height - 1);
    for (Eigen::Index row = 0; row < height; ++row)
        for (Eigen::Index column = 0; column < width; ++column) {
            const double x = static_cast<double>(column) - centerX;
            const double y = static_cast<double>(row) - centerY;
            // Turned back; y counts downwards.
            const double fromX = centerX + c * x - s * y;
            const double fromY = centerY + s * x + c * y;
            const double left = std::floor(fromX), top = std::floor(fromY);
            Source source;
            for (int k = 0; k < 4; ++k) {
                const double px = left + (k % 2), py = top + (k / 2);
                if (px < 0.0 || py < 0.0 || px >= static_cast<double>(width) ||
                    py >= static_cast<double>(height))
                    continue;
                source.pixels[static_cast<std::size_t>(k)] =
                    static_cast<std::int32_t>(py * static_cast<double>(width) + px);
                source.weights[static_cast<std::size_t>(k)] =
                    static_cast<float>((1.0 - std::abs(fromX - px)) * (1.0 - std::abs(fromY - py)));
            }
            sources_.push_back(source);
        }
}

void ImageRotation::apply(const Eigen::Ref<const Eigen::MatrixXf>& images,
                          Eigen::Ref<Eigen::MatrixXf> turned) const {
    if (images.rows() != pixels_ || turned.rows() != pixels_ || turned.cols() != images.cols())
        throw std::logic_error("Pictures to be turned are not of the size that the turn is for.");
    for (Eigen::Index image = 0; image < images.cols(); ++image) {
        const float* const from = images.col(image).data();
        float* const to = turned.col(image).data();
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const Source& source = sources_[i];
            float value = 0.0F;
            for (std::size_t k = 0; k < 4; ++k)
                value += source.weights[k] * from[source.pixels[k]];
            to[i] = value;
        }
    }
}

Eigen::MatrixXf meanPooled(const Eigen::Ref<const Eigen::MatrixXf>& images, Eigen::Index width,
                           Eigen::Index window) {
    const Eigen::Index height = width > 0 ? images.rows() / width : 0;
    if (width < 1 || window < 1 || height < 1 || height * width != images.rows() ||
        width % window != 0 || height % window != 0)
        throw InputError(fmt::format("Pictures of {} pixels and width {} cannot be averaged over "
                                     "squares of {}; both sides must be multiples of it.",
                                     images.rows(), width, window));
    const Eigen::Index columns = width / window, rows = height / window;
    Eigen::MatrixXf pooled = Eigen::MatrixXf::Zero(rows * columns, images.cols());
    for (Eigen::Index image = 0; image < images.cols(); ++image)
        for (Eigen::Index y = 0; y < height; ++y)
            for (Eigen::Index x = 0; x < width; ++x)
                pooled(y / window * columns + x / window, image) += images(y * width + x, image);
    return pooled / static_cast<float>(window * window);
}

} // namespace convergence
