#include "plugins/matrix/dictionary-frank-wolfe/atoms_map.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace convergence::dictionary_learning {

using Eigen::Index;

namespace {

/// ω of the mean of squared differences d, relative to that of squares.
float frequencyOf(double d, double squares) {
    return static_cast<float>(std::acos(std::clamp(1.0 - 0.5 * d / squares, -1.0, 1.0)));
}

} // namespace

PointsFrame atomsByFrequency(const Eigen::MatrixXd& atoms, Index side,
                             const Eigen::VectorXd& energy) {
    PointsFrame map{.valueLabel = "share of the energy",
                    .valueUnit = "%",
                    .thumbnailWidth = static_cast<std::size_t>(side),
                    .thumbnailHeight = static_cast<std::size_t>(side)};
    const double all = std::max(energy.sum(), 1e-300);
    for (Index k = 0; k < atoms.cols(); ++k) {
        const auto pixel = [&](Index x, Index y) { return atoms((y % side) * side + x % side, k); };
        double across = 0.0, down = 0.0;
        for (Index y = 0; y < side; ++y)
            for (Index x = 0; x < side; ++x) {
                across += std::pow(pixel(x + 1, y) - pixel(x, y), 2);
                down += std::pow(pixel(x, y + 1) - pixel(x, y), 2);
            }
        const double squares = std::max(atoms.col(k).squaredNorm(), 1e-300);
        map.x.push_back(frequencyOf(across, squares));
        map.y.push_back(frequencyOf(down, squares));
        map.values.push_back(static_cast<float>(100.0 * energy[k] / all));
        map.names.push_back(fmt::format("atom {} by energy", k + 1));
        // Gray is 0, black and white the largest entry either way.
        const double largest = std::max(atoms.col(k).cwiseAbs().maxCoeff(), 1e-300);
        for (Index p = 0; p < side * side; ++p) {
            const auto gray =
                static_cast<std::uint8_t>(std::lround(127.5 + 127.5 * atoms(p, k) / largest));
            map.thumbnails.insert(map.thumbnails.end(), 3, gray);
        }
    }
    return map;
}

} // namespace convergence::dictionary_learning
