#pragma once

#include <span>
#include <vector>

namespace convergence {

/// A regular grid of a plane: point (i, j) at (xMinimum + i Δx, yMinimum + j Δy), the last ones at
/// the maxima.
struct DensityGrid {
    double xMinimum = 0.0, xMaximum = 1.0;
    double yMinimum = 0.0, yMaximum = 1.0;
    std::size_t xCount = 128, yCount = 128; ///< at least 2 each
};

/// The density of a cloud of points on a grid.
struct KernelDensity {
    DensityGrid grid;
    double xBandwidth = 0.0, yBandwidth = 0.0; ///< h
    std::vector<double> values;                ///< row-major, ys × xs; integrates to 1
    [[nodiscard]] double at(std::size_t column, std::size_t row) const {
        return values[row * grid.xCount + column];
    }
};

/// Scott's rule for two dimensions (Scott 1992): h = s n^(−1/6) with the standard deviation s, a
/// coordinate each. 0 for fewer than two points or points that are all equal.
double scottBandwidth(std::span<const float> coordinates);

/// Gaussian kernel density of points in the plane,
///
///   f(u) = 1/(n 2π h_x h_y) Σ_i exp(−½ ((u_x − x_i)²/h_x² + (u_y − y_i)²/h_y²)),
///
/// at the points of a grid, with Scott's bandwidths unless given. Points are shared out linearly
/// among the four grid points around them and the grid is then convolved along each axis (Wand
/// 1994), O(n + grid) instead of O(n · grid): the error is O(Δ²/h²), below 1 % of the maximum where
/// h ≥ 3 Δ. Points outside the grid are left out of the sum, not of n.
///
/// Throws InputError where x and y differ in number, a coordinate is not finite, or the grid or a
/// bandwidth is unusable.
KernelDensity kernelDensity(std::span<const float> x, std::span<const float> y,
                            const DensityGrid& grid, double xBandwidth = 0.0,
                            double yBandwidth = 0.0);

/// A grid of that many points a side that holds all points and four bandwidths around them.
DensityGrid gridAround(std::span<const float> x, std::span<const float> y, std::size_t count = 128);

/// The level whose line encloses `share` (in (0, 1)) of what the density holds: the region above it
/// is the smallest that does.
double levelOfShare(const KernelDensity& density, double share);

/// A line through the plane.
struct ContourLine {
    std::vector<double> x, y;
    bool isClosed = false;
};

/// Where a function on a grid, linear along the edges of its cells, has the value `level`: marching
/// squares, with the mean of a saddle's corners deciding, joined to lines.
std::vector<ContourLine> contourLines(const DensityGrid& grid, std::span<const double> values,
                                      double level);

/// Of all points with (u − m)ᵀ C⁻¹ (u − m) ≤ r², with the mean m and covariance C of a cloud.
struct CovarianceEllipse {
    double x = 0.0, y = 0.0; ///< m
    double semiMajor = 0.0, semiMinor = 0.0;
    double angle = 0.0; ///< of the major axis, in (−π/2, π/2]
};

/// r in standard deviations: 2.4477 holds 95 % of a Gaussian in the plane. Semi-axes may be 0.
/// Throws InputError for fewer than two points, or where x and y differ in number.
CovarianceEllipse covarianceEllipse(std::span<const float> x, std::span<const float> y, double r);

} // namespace convergence
