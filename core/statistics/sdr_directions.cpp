#include "core/statistics/sdr_directions.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/math/decompositions.h"
#include "core/math/power_iteration.h"
#include "core/math/random.h"

namespace convergence::statistics {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

LinearDirections::LinearDirections(const MatrixXd& x, const MatrixXd& weights, Index dimension)
    : mean_(x.colwise().mean()) {
    const MatrixXd centered = x.rowwise() - mean_;
    constexpr double ridge = 1e-6;
    MatrixXd covariance = centered.transpose() * centered / static_cast<double>(centered.rows());
    covariance.diagonal().array() += ridge * covariance.trace() / static_cast<double>(x.cols());
    const auto eigen =
        generalizedSymmetricEigen(centered.transpose() * (weights * centered), covariance);
    if (!eigen)
        throw NumericalError("All predictors are constant.");
    directions_ = eigen->vectors.rightCols(std::min(dimension, x.cols())).rowwise().reverse();
}

MatrixXd LinearDirections::features(const MatrixXd& x) const {
    return (x.rowwise() - mean_) * directions_;
}

namespace {

/// ‖x_k − y_l‖², a row an x.
MatrixXd squaredDistances(const MatrixXd& x, const MatrixXd& y) {
    MatrixXd squares = -2.0 * x * y.transpose();
    squares.colwise() += x.rowwise().squaredNorm();
    squares.rowwise() += y.rowwise().squaredNorm().transpose();
    return squares.cwiseMax(0.0);
}

double medianOfPairs(const MatrixXd& squares) {
    std::vector<double> all;
    for (Index l = 0; l < squares.cols(); ++l)
        for (Index k = l + 1; k < squares.rows(); ++k)
            all.push_back(squares(k, l));
    if (all.empty())
        return 1.0;
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end());
    return *middle > 0.0 ? *middle : 1.0;
}

} // namespace

KernelDirections::KernelDirections(const MatrixXd& x, const MatrixXd& weights, Index dimension,
                                   double ridge)
    : x_(x) {
    constexpr double least = 1e-8; // on the diagonal
    const Index n = x.rows();
    MatrixXd k = squaredDistances(x, x);
    scale_ = medianOfPairs(k);
    k = (-k / scale_).array().exp();
    const auto product = [&](const VectorXd& v, VectorXd& result) { result.noalias() = k * v; };
    const double largest = largestEigenvalue(product, n).value / static_cast<double>(n);
    const MatrixXd centered = k.rowwise() - k.colwise().mean();
    MatrixXd size = centered.transpose() * centered / static_cast<double>(n) + ridge * largest * k;
    size.diagonal().array() += least;
    const auto factor = choleskyFactor(size);
    if (!factor)
        throw NumericalError(
            "The kernel matrix is singular to rounding; a larger ridge is needed.");
    const auto lower = factor->triangularView<Eigen::Lower>();

    // V ← orthonormal basis of L⁻¹KWKL⁻ᵀV, with more columns than are needed.
    constexpr Index extra = 8;
    constexpr int iterations = 40;
    MatrixXd v(n, std::min(n, dimension + extra));
    RandomStream({.seed = 1, .purpose = "subspace"})
        .fillNormal(std::span(v.data(), static_cast<std::size_t>(v.size())));
    Orthonormalizer<double> orthonormalizer(n, v.cols());
    const auto applied = [&](const MatrixXd& of) {
        MatrixXd u = lower.transpose().solve(of);
        u = k * (weights * (k * u));
        return MatrixXd(lower.solve(u));
    };
    for (int i = 0; i < iterations; ++i) {
        orthonormalizer.apply(v);
        v = applied(v);
    }
    orthonormalizer.apply(v);
    const auto inside = symmetricEigen(v.transpose() * applied(v));
    coefficients_ = lower.transpose().solve(
        v * inside.vectors.rightCols(std::min(dimension, v.cols())).rowwise().reverse());
}

MatrixXd KernelDirections::features(const MatrixXd& x) const {
    return MatrixXd((-squaredDistances(x, x_) / scale_).array().exp()) * coefficients_;
}

} // namespace convergence::statistics
