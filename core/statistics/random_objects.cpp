#include "core/statistics/random_objects.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::statistics {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

Vector3d choleskyCoordinates(const Vector3d& a) {
    const double l11 = std::sqrt(a[0]), l21 = a[1] / l11;
    return {std::log(l11), l21, 0.5 * std::log(a[2] - l21 * l21)};
}

double affineDistance(const Vector3d& a, const Vector3d& b) {
    // Eigenvalues of A⁻¹B from its trace and determinant.
    const double determinant = a[0] * a[2] - a[1] * a[1];
    const double half = 0.5 * (a[2] * b[0] - 2.0 * a[1] * b[1] + a[0] * b[2]) / determinant;
    const double product = (b[0] * b[2] - b[1] * b[1]) / determinant;
    const double high = half + std::sqrt(std::max(0.0, half * half - product));
    return std::hypot(std::log(high), std::log(product / high));
}

/// D of any distance of the objects of one sample.
template <typename Distance>
MatrixXd pairwise(Index count, Distance&& distance) {
    MatrixXd d = MatrixXd::Zero(count, count);
    for (Index k = 0; k < count; ++k)
        for (Index l = k + 1; l < count; ++l)
            d(k, l) = d(l, k) = distance(k, l);
    return d;
}

/// And of those of one sample to those of another.
template <typename Distance>
MatrixXd rectangle(Index rows, Index columns, Distance&& distance) {
    MatrixXd d(rows, columns);
    for (Index l = 0; l < columns; ++l)
        for (Index k = 0; k < rows; ++k)
            d(k, l) = distance(k, l);
    return d;
}

MatrixXd betweenColumns(const MatrixXd& x) {
    return pairwise(x.cols(), [&](Index k, Index l) { return (x.col(k) - x.col(l)).norm(); });
}

/// Each matrix by what `of` makes of its logarithm.
template <typename Of>
MatrixXd eachBy(const MatrixXd& objects, Of&& of) {
    MatrixXd x(3, objects.cols());
    for (Index k = 0; k < objects.cols(); ++k)
        x.col(k) = of(Vector3d(objects.col(k)));
    return x;
}
/// Numbers between which distances are Euclidean; of other metrics what their distance takes.
MatrixXd coordinatesOf(const MatrixXd& objects, ObjectMetric metric) {
    switch (metric) {
    case ObjectMetric::logEuclidean:
        return eachBy(
            objects, [](const Vector3d& l) { return Vector3d(l[0], std::sqrt(2.0) * l[1], l[2]); });
    case ObjectMetric::cholesky:
        return eachBy(objects,
                      [](const Vector3d& l) { return choleskyCoordinates(positiveMatrix(l)); });
    case ObjectMetric::affineInvariant:
        return eachBy(objects, [](const Vector3d& l) { return positiveMatrix(l); });
    default:
        return objects;
    }
}

bool isOfMatrices(ObjectMetric metric) {
    return metric == ObjectMetric::logEuclidean || metric == ObjectMetric::cholesky ||
           metric == ObjectMetric::affineInvariant;
}

void requireCoded(const MatrixXd& objects, ObjectMetric metric) {
    const auto refuse = [](const std::string& what) { throw InputError(what); };
    if (!objects.allFinite())
        refuse("A response holds a number that is not finite.");
    const Index entries = metric == ObjectMetric::wasserstein ? 2 : isOfMatrices(metric) ? 3 : 1;
    const bool exactly = metric == ObjectMetric::wasserstein || isOfMatrices(metric) ||
                         metric == ObjectMetric::labels;
    if (exactly ? objects.rows() != entries : objects.rows() < entries)
        refuse(fmt::format("Responses have {} entries, expected {}.", objects.rows(), entries));
    for (Index k = 0; k < objects.cols(); ++k) {
        constexpr double accuracy = 1e-6;
        if (metric == ObjectMetric::arc && std::abs(objects.col(k).norm() - 1.0) > accuracy)
            refuse(fmt::format("Response {} has length {}, expected 1.", k + 1,
                               objects.col(k).norm()));
    }
}

MatrixXd doublyCentered(MatrixXd d) {
    const VectorXd means = d.rowwise().mean();
    const double mean = means.mean();
    d.colwise() -= means;
    d.rowwise() -= means.transpose();
    d.array() += mean;
    return d;
}

} // namespace

Vector3d positiveMatrix(const Vector3d& s) {
    constexpr double farthest = 12.0;
    const double m = 0.5 * (s[0] + s[2]), half = 0.5 * (s[0] - s[2]);
    const double r = std::hypot(half, s[1]); // eigenvalues m ± r
    const double high = std::exp(std::clamp(m + r, -farthest, farthest));
    const double low = std::exp(std::clamp(m - r, -farthest, farthest));
    const double mean = 0.5 * (high + low), slope = r > 0.0 ? 0.5 * (high - low) / r : 0.0;
    return {mean + slope * half, slope * s[1], mean - slope * half};
}

namespace {

/// `fill` makes the matrix of a distance of the k-th of a and the l-th of b.
template <typename Fill>
MatrixXd filled(const MatrixXd& objects, const MatrixXd& others, ObjectMetric metric, Fill&& fill) {
    requireCoded(objects, metric);
    requireCoded(others, metric);
    const MatrixXd a = coordinatesOf(objects, metric), b = coordinatesOf(others, metric);
    switch (metric) {
    case ObjectMetric::affineInvariant:
        return fill([&](Index k, Index l) { return affineDistance(a.col(k), b.col(l)); });
    case ObjectMetric::arc:
        return fill([&](Index k, Index l) {
            return std::acos(std::clamp(a.col(k).dot(b.col(l)), -1.0, 1.0));
        });
    case ObjectMetric::labels:
        return fill([&](Index k, Index l) { return a(0, k) == b(0, l) ? 0.0 : 1.0; });
    default:
        break;
    }
    const double scale =
        metric == ObjectMetric::quantiles ? std::sqrt(static_cast<double>(a.rows())) : 1.0;
    return fill([&](Index k, Index l) { return (a.col(k) - b.col(l)).norm(); }) / scale;
}

} // namespace

MatrixXd distancesBetween(const MatrixXd& objects, ObjectMetric metric) {
    return filled(objects, objects, metric,
                  [&](auto&& distance) { return pairwise(objects.cols(), distance); });
}

MatrixXd distancesBetween(const MatrixXd& objects, const MatrixXd& others, ObjectMetric metric) {
    return filled(objects, others, metric, [&](auto&& distance) {
        return rectangle(objects.cols(), others.cols(), distance);
    });
}

double distanceCorrelation(const MatrixXd& x, const MatrixXd& y) {
    return distanceCorrelationOf(betweenColumns(x), betweenColumns(y));
}

double distanceCorrelationOf(const MatrixXd& xDistances, const MatrixXd& yDistances) {
    if (xDistances.cols() != yDistances.cols())
        throw std::logic_error("distance correlation takes samples of one size");
    const MatrixXd a = doublyCentered(xDistances), b = doublyCentered(yDistances);
    const double scale = std::sqrt(a.squaredNorm() * b.squaredNorm());
    if (scale == 0.0)
        return 0.0;
    return std::sqrt(std::max(0.0, a.cwiseProduct(b).sum() / scale));
}

} // namespace convergence::statistics
