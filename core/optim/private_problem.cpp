#include "core/optim/private_problem.h"

#include <algorithm>
#include <cmath>

#include "core/math/decompositions.h"
#include "core/math/heavy_tails.h"
#include "core/math/log_sum_exp.h"

namespace convergence {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Ref;
using Eigen::VectorXd;

namespace {

constexpr Index blockSize = 128; ///< samples handled at once, on the stack
using Block = Eigen::Array<double, Eigen::Dynamic, 1, 0, blockSize, 1>;

/// Turns inner products z = ⟨w, x⟩ into the coefficients c of ∇f(w; x): c (w − x) for the location
/// loss, c x for the others. `targets`: ‖x‖² for the location loss, otherwise y.
void toCoefficients(PrivateLoss loss, Block& z, const Block& targets, double squaredNorm) {
    switch (loss) {
    case PrivateLoss::robustLocation:
        z = (z - 0.5 * (targets + squaredNorm)).exp();
        break;
    case PrivateLoss::robustRegression:
        z -= targets;
        z *= (-0.5 * z.square()).exp();
        break;
    case PrivateLoss::logistic:
        z = -targets / (1.0 + (targets * z).exp());
        break;
    }
}

/// g = mean of ∇f(w) − ∇f(u) over `size` samples, block by block. `load` fills in targets and inner
/// products with w and u, `add` adds Σ c_j x_j to g.
template <typename Load, typename Add>
void sumVariation(PrivateLoss loss, const Ref<const VectorXd>& w, const Ref<const VectorXd>& u,
                  Index size, Ref<VectorXd> g, const Load& load, const Add& add) {
    const bool location = loss == PrivateLoss::robustLocation;
    const double ofW = location ? w.squaredNorm() : 0.0, ofU = location ? u.squaredNorm() : 0.0;
    double sumW = 0.0, sumU = 0.0;
    g.setZero();
    for (Index begin = 0; begin < size; begin += blockSize) {
        const Index m = std::min(blockSize, size - begin);
        Block targets(m), c(m), e(m);
        load(begin, targets, c, e);
        toCoefficients(loss, c, targets, ofW);
        toCoefficients(loss, e, targets, ofU);
        if (location) {
            sumW += c.sum();
            sumU += e.sum();
            c = e - c;
        } else {
            c -= e;
        }
        add(begin, c);
    }
    if (location)
        g += sumW * w - sumU * u;
    g /= static_cast<double>(size);
}

} // namespace

PrivateConstants privateConstants(PrivateLoss loss, std::int64_t count, std::int64_t dimension,
                                  double normBound) {
    PrivateConstants constants{.count = count, .dimension = dimension};
    const double bound = loss == PrivateLoss::robustLocation ? 1.0 : normBound;
    const bool isLogistic = loss == PrivateLoss::logistic;
    constants.lipschitz = bound * (isLogistic ? 1.0 : std::exp(-0.5));
    constants.smoothness = bound * bound * (isLogistic ? 0.25 : 1.0);
    return constants;
}

PrivateProblem::PrivateProblem(PrivateLoss loss, MatrixXd x, VectorXd y, double normBound)
    : loss_(loss), x_(std::move(x)), y_(std::move(y)), normBound_(normBound) {
    if (loss_ == PrivateLoss::robustLocation)
        squaredNorms_ = x_.colwise().squaredNorm();
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
            sum += softplus(-m);
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
    const bool location = loss_ == PrivateLoss::robustLocation;
    const double squaredNorm = location ? w.squaredNorm() : 0.0;
    const VectorXd& targets = location ? squaredNorms_ : y_;
    double sum = 0.0;
    g.setZero();
    for (Index begin = first; begin < first + size; begin += blockSize) {
        const Index m = std::min(blockSize, first + size - begin);
        const auto x = x_.middleCols(begin, m); // d × m
        Block c(m);
        c.matrix().noalias() = x.transpose() * w;
        toCoefficients(loss_, c, targets.segment(begin, m).array(), squaredNorm);
        if (location) {
            sum += c.sum();
            c = -c;
        }
        g.noalias() += x * c.matrix();
    }
    if (location)
        g += sum * w;
    g /= static_cast<double>(size);
}

void PrivateProblem::meanVariation(const Ref<const VectorXd>& w, const Ref<const VectorXd>& u,
                                   std::span<const std::uint32_t> batch, Ref<VectorXd> g) const {
    const VectorXd& responses = loss_ == PrivateLoss::robustLocation ? squaredNorms_ : y_;
    const auto member = [&](Index i) { return static_cast<Index>(batch[std::size_t(i)]); };
    sumVariation(
        loss_, w, u, static_cast<Index>(batch.size()), g,
        [&](Index begin, Block& targets, Block& c, Block& e) {
            for (Index j = 0; j < c.size(); ++j) {
                const Index i = member(begin + j);
                targets[j] = responses[i];
                c[j] = x_.col(i).dot(w);
                e[j] = x_.col(i).dot(u);
            }
        },
        [&](Index begin, const Block& c) {
            for (Index j = 0; j < c.size(); ++j)
                g += c[j] * x_.col(member(begin + j));
        });
}

void PrivateProblem::meanVariation(const Ref<const VectorXd>& w, const Ref<const VectorXd>& u,
                                   Index first, Index size, Ref<VectorXd> g) const {
    const VectorXd& responses = loss_ == PrivateLoss::robustLocation ? squaredNorms_ : y_;
    sumVariation(
        loss_, w, u, size, g,
        [&](Index begin, Block& targets, Block& c, Block& e) {
            const auto x = x_.middleCols(first + begin, c.size()); // d × m
            targets = responses.segment(first + begin, c.size()).array();
            c.matrix().noalias() = x.transpose() * w;
            e.matrix().noalias() = x.transpose() * u;
        },
        [&](Index begin, const Block& c) {
            g.noalias() += x_.middleCols(first + begin, c.size()) * c.matrix();
        });
}

PrivateProblem reordered(const PrivateProblem& problem, std::span<const std::uint32_t> order) {
    const auto n = static_cast<Index>(order.size());
    MatrixXd x(problem.dimension(), n);
    VectorXd y(problem.responses().size() > 0 ? n : 0);
    for (Index i = 0; i < n; ++i) {
        const Index from = order[static_cast<std::size_t>(i)];
        x.col(i) = problem.samples().col(from);
        if (y.size() > 0)
            y[i] = problem.responses()[from];
    }
    return {problem.loss(), std::move(x), std::move(y), problem.normBound()};
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
    RandomStream stream({.seed = seed, .purpose = "regression samples", .replicate = draw});
    MatrixXd z(rank, count);
    VectorXd y(count);
    for (Index i = 0; i < count; ++i) {
        unitDirection(stream, {z.col(i).data(), static_cast<std::size_t>(rank)});
        y[i] = 1.5 * z(0, i) + 0.1 * stream.normal();
    }
    if (rank == dimension) // any rotation is as good as another
        return {PrivateLoss::robustRegression, std::move(z), std::move(y)};
    MatrixXd basis(dimension, rank);
    RandomStream({.seed = seed, .purpose = "row space"})
        .fillNormal({basis.data(), static_cast<std::size_t>(basis.size())});
    return {PrivateLoss::robustRegression, thinQr(basis).q * z, std::move(y)};
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
