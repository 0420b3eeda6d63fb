#include "core/optim/private_problem.h"

#include <cmath>

#include <Eigen/QR>

#include "core/math/heavy_tails.h"

namespace convergence {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Ref;
using Eigen::VectorXd;

PrivateProblem::PrivateProblem(PrivateLoss loss, MatrixXd x, VectorXd y)
    : loss_(loss), x_(std::move(x)), y_(std::move(y)) {}

double PrivateProblem::lipschitz() const {
    return loss_ == PrivateLoss::logistic ? 1.0 : std::exp(-0.5);
}

double PrivateProblem::smoothness() const {
    return loss_ == PrivateLoss::logistic ? 0.25 : 1.0;
}

double PrivateProblem::value(const Ref<const VectorXd>& w) const {
    double sum = 0.0;
    for (Index i = 0; i < count(); ++i) {
        if (loss_ == PrivateLoss::robustLocation) {
            sum += -std::expm1(-0.5 * (w - x_.col(i)).squaredNorm());
        } else if (loss_ == PrivateLoss::robustRegression) {
            sum += -std::expm1(-0.5 * std::pow(x_.col(i).dot(w) - y_[i], 2));
        } else {
            const double m = y_[i] * x_.col(i).dot(w);
            sum += std::max(-m, 0.0) + std::log1p(std::exp(-std::abs(m)));
        }
    }
    return sum / static_cast<double>(count());
}

void PrivateProblem::addGradient(Index sample, const Ref<const VectorXd>& w, double factor,
                                 Ref<VectorXd> sum) const {
    const auto x = x_.col(sample);
    if (loss_ == PrivateLoss::robustLocation) {
        sum += factor * std::exp(-0.5 * (w - x).squaredNorm()) * (w - x);
    } else if (loss_ == PrivateLoss::robustRegression) {
        const double r = x.dot(w) - y_[sample];
        sum += factor * r * std::exp(-0.5 * r * r) * x;
    } else {
        const double m = y_[sample] * x.dot(w);
        sum -= factor * y_[sample] / (1.0 + std::exp(m)) * x;
    }
}

void PrivateProblem::meanGradient(const Ref<const VectorXd>& w, Index first, Index size,
                                  Ref<VectorXd> g) const {
    g.setZero();
    const double factor = 1.0 / static_cast<double>(size);
    for (Index i = first; i < first + size; ++i)
        addGradient(i, w, factor, g);
}

void PrivateProblem::meanVariation(const Ref<const VectorXd>& w, const Ref<const VectorXd>& u,
                                   std::span<const std::uint32_t> batch, Ref<VectorXd> g) const {
    g.setZero();
    const double factor = 1.0 / static_cast<double>(batch.size());
    for (const std::uint32_t i : batch) {
        addGradient(i, w, factor, g);
        addGradient(i, u, -factor, g);
    }
}

void PrivateProblem::meanVariation(const Ref<const VectorXd>& w, const Ref<const VectorXd>& u,
                                   Index first, Index size, Ref<VectorXd> g) const {
    g.setZero();
    const double factor = 1.0 / static_cast<double>(size);
    for (Index i = first; i < first + size; ++i) {
        addGradient(i, w, factor, g);
        addGradient(i, u, -factor, g);
    }
}

PrivateProblem robustLocation(Index dimension, Index count, std::uint64_t seed,
                              std::uint64_t draw) {
    MatrixXd centers(dimension, 3);
    RandomStream fixed({.seed = seed, .purpose = "cluster centers"});
    for (Index k = 0; k < 3; ++k)
        unitDirection(fixed, {centers.col(k).data(), static_cast<std::size_t>(dimension)});
    centers *= 1.2;
    MatrixXd x(dimension, count);
    RandomStream stream({.seed = seed, .purpose = "cluster samples", .replicate = draw});
    for (Index i = 0; i < count; ++i) {
        const double u = stream.uniform();
        stream.fillNormal({x.col(i).data(), static_cast<std::size_t>(dimension)},
                          0.5 / std::sqrt(static_cast<double>(dimension)));
        x.col(i) += centers.col(u < 0.5 ? 0 : (u < 0.8 ? 1 : 2));
    }
    return {PrivateLoss::robustLocation, std::move(x), {}};
}

PrivateProblem robustRegression(Index dimension, Index rank, Index count, std::uint64_t seed,
                                std::uint64_t draw) {
    MatrixXd basis(dimension, rank);
    RandomStream({.seed = seed, .purpose = "row space"})
        .fillNormal({basis.data(), static_cast<std::size_t>(basis.size())});
    const MatrixXd orthonormal =
        Eigen::HouseholderQR<MatrixXd>(basis).householderQ() * MatrixXd::Identity(dimension, rank);
    RandomStream stream({.seed = seed, .purpose = "regression samples", .replicate = draw});
    MatrixXd z(rank, count);
    VectorXd y(count);
    for (Index i = 0; i < count; ++i) {
        unitDirection(stream, {z.col(i).data(), static_cast<std::size_t>(rank)});
        y[i] = 1.5 * z(0, i) + 0.1 * stream.normal();
    }
    return {PrivateLoss::robustRegression, orthonormal * z, std::move(y)};
}

PrivateProblem privateLogistic(Index dimension, Index count, std::uint64_t seed,
                               std::uint64_t draw) {
    RandomStream stream({.seed = seed, .purpose = "logistic samples", .replicate = draw});
    MatrixXd x(dimension, count);
    VectorXd y(count);
    for (Index i = 0; i < count; ++i) {
        unitDirection(stream, {x.col(i).data(), static_cast<std::size_t>(dimension)});
        y[i] = stream.uniform() < 1.0 / (1.0 + std::exp(-2.0 * x(0, i))) ? 1.0 : -1.0;
    }
    return {PrivateLoss::logistic, std::move(x), std::move(y)};
}

} // namespace convergence
