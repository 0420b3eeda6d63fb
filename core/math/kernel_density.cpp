#include "core/math/kernel_density.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

void requireCloud(std::span<const float> x, std::span<const float> y) {
    if (x.size() != y.size())
        throw InputError(fmt::format("A cloud of {} abscissas and {} ordinates is not possible; "
                                     "they have to be as many.",
                                     x.size(), y.size()));
    for (const auto& coordinates : {x, y})
        for (const float number : coordinates)
            if (!std::isfinite(number))
                throw InputError(fmt::format("A coordinate of a cloud is {}; finite ones are "
                                             "needed.",
                                             number));
}

void requireGrid(const DensityGrid& grid) {
    if (!(std::isfinite(grid.xMinimum) && std::isfinite(grid.xMaximum) &&
          std::isfinite(grid.yMinimum) && std::isfinite(grid.yMaximum)) ||
        !(grid.xMinimum < grid.xMaximum) || !(grid.yMinimum < grid.yMaximum) || grid.xCount < 2 ||
        grid.yCount < 2)
        throw InputError(fmt::format("A grid of {} × {} points from ({}, {}) to ({}, {}) is not "
                                     "possible; it needs 2 × 2 and increasing bounds.",
                                     grid.xCount, grid.yCount, grid.xMinimum, grid.yMinimum,
                                     grid.xMaximum, grid.yMaximum));
}

double meanOf(std::span<const float> numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) /
           static_cast<double>(numbers.size());
}

/// exp(−½ (m Δ/h)²), m = 0, 1, ..., as far as it is more than rounding.
std::vector<double> kernel(double spacing, double bandwidth, std::size_t most) {
    constexpr double reach = 8.0; // bandwidths
    std::vector<double> weights;
    for (std::size_t m = 0; m < most; ++m) {
        const double u = static_cast<double>(m) * spacing / bandwidth;
        if (u > reach)
            break;
        weights.push_back(std::exp(-0.5 * u * u));
    }
    return weights;
}

/// Along one axis: `count` numbers, `stride` apart.
void convolve(double* line, std::size_t count, std::size_t stride,
              const std::vector<double>& weights, std::vector<double>& scratch) {
    scratch.assign(count, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
        const double mass = line[i * stride];
        if (mass == 0.0)
            continue;
        scratch[i] += mass * weights[0];
        for (std::size_t m = 1; m < weights.size(); ++m) {
            if (i + m < count)
                scratch[i + m] += mass * weights[m];
            if (i >= m)
                scratch[i - m] += mass * weights[m];
        }
    }
    for (std::size_t i = 0; i < count; ++i)
        line[i * stride] = scratch[i];
}

} // namespace

double scottBandwidth(std::span<const float> coordinates) {
    if (coordinates.size() < 2)
        return 0.0;
    const double mean = meanOf(coordinates), n = static_cast<double>(coordinates.size());
    double squares = 0.0;
    for (const float c : coordinates)
        squares += (c - mean) * (c - mean);
    return std::sqrt(squares / (n - 1.0)) * std::pow(n, -1.0 / 6.0);
}

KernelDensity kernelDensity(std::span<const float> x, std::span<const float> y,
                            const DensityGrid& grid, double xBandwidth, double yBandwidth) {
    requireCloud(x, y);
    requireGrid(grid);
    KernelDensity density{.grid = grid,
                          .xBandwidth = xBandwidth == 0.0 ? scottBandwidth(x) : xBandwidth,
                          .yBandwidth = yBandwidth == 0.0 ? scottBandwidth(y) : yBandwidth};
    if (!(density.xBandwidth > 0.0) || !(density.yBandwidth > 0.0) ||
        !std::isfinite(density.xBandwidth) || !std::isfinite(density.yBandwidth))
        throw InputError(fmt::format("A density with the bandwidths {} and {} is not possible; "
                                     "they have to be positive.",
                                     density.xBandwidth, density.yBandwidth));
    const std::size_t columns = grid.xCount, rows = grid.yCount;
    const double dx = (grid.xMaximum - grid.xMinimum) / static_cast<double>(columns - 1);
    const double dy = (grid.yMaximum - grid.yMinimum) / static_cast<double>(rows - 1);
    std::vector<double>& values = density.values;
    values.assign(columns * rows, 0.0);
    for (std::size_t k = 0; k < x.size(); ++k) {
        const double u = (x[k] - grid.xMinimum) / dx, v = (y[k] - grid.yMinimum) / dy;
        if (!(u >= 0.0 && v >= 0.0 && u <= static_cast<double>(columns - 1) &&
              v <= static_cast<double>(rows - 1)))
            continue;
        const std::size_t i = std::min(static_cast<std::size_t>(u), columns - 2);
        const std::size_t j = std::min(static_cast<std::size_t>(v), rows - 2);
        const double a = u - static_cast<double>(i), b = v - static_cast<double>(j);
        values[j * columns + i] += (1.0 - a) * (1.0 - b);
        values[j * columns + i + 1] += a * (1.0 - b);
        values[(j + 1) * columns + i] += (1.0 - a) * b;
        values[(j + 1) * columns + i + 1] += a * b;
    }
    std::vector<double> scratch;
    const auto along = kernel(dx, density.xBandwidth, columns);
    for (std::size_t j = 0; j < rows; ++j)
        convolve(values.data() + j * columns, columns, 1, along, scratch);
    const auto across = kernel(dy, density.yBandwidth, rows);
    for (std::size_t i = 0; i < columns; ++i)
        convolve(values.data() + i, rows, columns, across, scratch);
    const double scale = 1.0 / (static_cast<double>(std::max<std::size_t>(x.size(), 1)) * 2.0 *
                                std::numbers::pi * density.xBandwidth * density.yBandwidth);
    for (double& value : values)
        value *= scale;
    return density;
}

DensityGrid gridAround(std::span<const float> x, std::span<const float> y, std::size_t count) {
    requireCloud(x, y);
    if (x.empty())
        return {.xCount = count, .yCount = count};
    const auto [xLow, xHigh] = std::minmax_element(x.begin(), x.end());
    const auto [yLow, yHigh] = std::minmax_element(y.begin(), y.end());
    constexpr double margin = 4.0;
    const auto around = [](double low, double high, double bandwidth) {
        const double more = bandwidth > 0.0 ? margin * bandwidth : 1.0;
        return std::pair{low - more, high + more};
    };
    const auto [x0, x1] = around(*xLow, *xHigh, scottBandwidth(x));
    const auto [y0, y1] = around(*yLow, *yHigh, scottBandwidth(y));
    return {x0, x1, y0, y1, count, count};
}

double levelOfShare(const KernelDensity& density, double share) {
    std::vector<double> sorted = density.values;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    const double all = std::accumulate(sorted.begin(), sorted.end(), 0.0);
    double sum = 0.0;
    for (const double value : sorted) {
        sum += value;
        if (sum >= share * all)
            return value;
    }
    return 0.0;
}

CovarianceEllipse covarianceEllipse(std::span<const float> x, std::span<const float> y, double r) {
    requireCloud(x, y);
    if (x.size() < 2)
        throw InputError(
            fmt::format("The covariance of {} points is not known; it takes 2.", x.size()));
    CovarianceEllipse ellipse{.x = meanOf(x), .y = meanOf(y)};
    double xx = 0.0, xy = 0.0, yy = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double u = x[i] - ellipse.x, v = y[i] - ellipse.y;
        xx += u * u;
        xy += u * v;
        yy += v * v;
    }
    const double n = static_cast<double>(x.size()) - 1.0;
    // Eigenvalues of [xx xy; xy yy] are m ± q.
    const double m = 0.5 * (xx + yy) / n, q = std::hypot(0.5 * (xx - yy), xy) / n;
    ellipse.semiMajor = r * std::sqrt(m + q);
    ellipse.semiMinor = r * std::sqrt(std::max(0.0, m - q));
    ellipse.angle = 0.5 * std::atan2(2.0 * xy, xx - yy);
    return ellipse;
}

} // namespace convergence
