#include "core/optim/stochastic_problem.h"

#include <algorithm>
#include <cmath>

#include "core/math/heavy_tails.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Ref;
using Eigen::VectorXd;

class AbsoluteDeviations final : public StochasticProblem {
public:
    AbsoluteDeviations(Index d, Index n, std::uint64_t seed)
        : rows_(d, n), magnitudes_(n), minimizer_(d) {
        RandomStream stream({.seed = seed, .purpose = "absolute deviations"});
        for (Index i = 0; i < n; ++i)
            unitDirection(stream, {rows_.col(i).data(), static_cast<std::size_t>(d)});
        stream.fillNormal({minimizer_.data(), static_cast<std::size_t>(d)},
                          1.0 / std::sqrt(static_cast<double>(d)));
        for (double& magnitude : magnitudes_)
            magnitude = std::abs(laplace(stream, 0.1));
        offsets_ = rows_.transpose() * minimizer_;
    }
    [[nodiscard]] Index dimension() const override { return rows_.rows(); }
    [[nodiscard]] const VectorXd& minimizer() const override { return minimizer_; }
    /// (|r − ξ| + |r + ξ|)/2 = max(|r|, ξ).
    [[nodiscard]] double gap(const Ref<const VectorXd>& x) const override {
        double sum = 0.0;
        for (Index i = 0; i < rows_.cols(); ++i)
            sum += std::max(std::abs(rows_.col(i).dot(x) - offsets_[i]) - magnitudes_[i], 0.0);
        return sum / static_cast<double>(rows_.cols());
    }
    void subgradient(const Ref<const VectorXd>& x, RandomStream& stream,
                     Ref<VectorXd> g) const override {
        const auto i = static_cast<Index>(stream.integer(static_cast<std::uint64_t>(rows_.cols())));
        const double side = (stream.bits() & 1U) != 0 ? magnitudes_[i] : -magnitudes_[i];
        const double r = rows_.col(i).dot(x) - offsets_[i] - side;
        g = (r > 0.0 ? 1.0 : r < 0.0 ? -1.0 : 0.0) * rows_.col(i);
    }

private:
    MatrixXd rows_; ///< d × n, one a_i a column
    VectorXd magnitudes_;
    VectorXd minimizer_;
    VectorXd offsets_; ///< a_iᵀx*
};

class AdversarialMaximum final : public StochasticProblem {
public:
    explicit AdversarialMaximum(Index T) : a_(T), b_(T), zero_(VectorXd::Zero(T)) {
        for (Index j = 1; j <= T; ++j) {
            a_[j - 1] = 0.125 / static_cast<double>(T - j + 1);
            b_[j - 1] = 0.5 * std::sqrt(static_cast<double>(j) / static_cast<double>(T));
        }
    }
    [[nodiscard]] Index dimension() const override { return a_.size(); }
    [[nodiscard]] const VectorXd& minimizer() const override { return zero_; }
    [[nodiscard]] double gap(const Ref<const VectorXd>& x) const override {
        return maximum(x).value;
    }
    void subgradient(const Ref<const VectorXd>& x, RandomStream&, Ref<VectorXd> g) const override {
        const Index i = maximum(x).index;
        g.head(i) = a_.head(i);
        g.tail(g.size() - i).setZero();
        if (i < g.size())
            g[i] = -b_[i];
    }

private:
    struct Maximum {
        double value;
        Index index; ///< from 0; the size of x for the last of the T + 1
    };
    /// All values h_iᵀx share prefix sums of a_j x_j, so that ties are equal bit for bit.
    [[nodiscard]] Maximum maximum(const Ref<const VectorXd>& x) const {
        Maximum best{-INFINITY, 0};
        double prefix = 0.0;
        for (Index i = 0; i <= x.size(); ++i) {
            const double value = i < x.size() ? prefix - b_[i] * x[i] : prefix;
            if (value > best.value)
                best = {value, i};
            if (i < x.size())
                prefix += a_[i] * x[i];
        }
        return best;
    }
    VectorXd a_, b_, zero_;
};

class CompositeQuadratic final : public StochasticProblem {
public:
    CompositeQuadratic(Index d, Curvature curvature, double l1, double ridge, std::uint64_t seed)
        : curvature_(d), center_(d), minimizer_(d), l1_(l1), ridge_(ridge) {
        for (Index j = 0; j < d; ++j)
            curvature_[j] =
                curvature == Curvature::decaying ? std::pow(static_cast<double>(j + 1), -2.0) : 0.0;
        if (curvature != Curvature::decaying)
            curvature_ = VectorXd::LinSpaced(d, curvature == Curvature::strong ? 0.1 : 0.0, 1.0);
        RandomStream({.seed = seed, .purpose = "center of the quadratic"})
            .fillNormal({center_.data(), static_cast<std::size_t>(d)});
        for (Index j = 0; j < d; ++j) {
            const double denominator = curvature_[j] + ridge;
            const double size =
                denominator > 0.0
                    ? std::max(curvature_[j] * std::abs(center_[j]) - l1, 0.0) / denominator
                    : 0.0;
            minimizer_[j] = std::copysign(size, center_[j]);
        }
        optimum_ = value(minimizer_);
    }
    [[nodiscard]] Index dimension() const override { return center_.size(); }
    [[nodiscard]] const VectorXd& minimizer() const override { return minimizer_; }
    [[nodiscard]] double gap(const Ref<const VectorXd>& x) const override {
        return value(x) - optimum_;
    }
    void subgradient(const Ref<const VectorXd>& x, RandomStream&, Ref<VectorXd> g) const override {
        g = curvature_.array() * (x - center_).array();
    }
    [[nodiscard]] double smoothness() const override { return 1.0; }
    [[nodiscard]] double lipschitz() const override { return 0.0; }

private:
    [[nodiscard]] double value(const Ref<const VectorXd>& x) const {
        return 0.5 * (curvature_.array() * (x - center_).array().square()).sum() +
               l1_ * x.lpNorm<1>() + 0.5 * ridge_ * x.squaredNorm();
    }
    VectorXd curvature_, center_, minimizer_;
    double l1_, ridge_;
    double optimum_ = 0.0;
};

class SimplexLinear final : public StochasticProblem {
public:
    explicit SimplexLinear(Index d)
        : costs_(VectorXd::Constant(d, 0.2)), minimizer_(VectorXd::Unit(d, 0)) {
        costs_[0] = 0.0;
    }
    [[nodiscard]] Index dimension() const override { return costs_.size(); }
    [[nodiscard]] VectorXd start() const override {
        return VectorXd::Constant(dimension(), 1.0 / static_cast<double>(dimension()));
    }
    [[nodiscard]] const VectorXd& minimizer() const override { return minimizer_; }
    [[nodiscard]] double gap(const Ref<const VectorXd>& x) const override { return costs_.dot(x); }
    void subgradient(const Ref<const VectorXd>&, RandomStream&, Ref<VectorXd> g) const override {
        g = costs_;
    }
    /// In the norm dual to ‖·‖₁.
    [[nodiscard]] double lipschitz() const override { return 0.2; }

private:
    VectorXd costs_, minimizer_;
};

} // namespace

std::unique_ptr<StochasticProblem> absoluteDeviations(Index dimension, Index samples,
                                                      std::uint64_t seed) {
    return std::make_unique<AbsoluteDeviations>(dimension, samples, seed);
}
std::unique_ptr<StochasticProblem> adversarialMaximum(Index horizon) {
    return std::make_unique<AdversarialMaximum>(horizon);
}
std::unique_ptr<StochasticProblem> compositeQuadratic(Index dimension, Curvature curvature,
                                                      double l1Weight, double ridgeWeight,
                                                      std::uint64_t seed) {
    return std::make_unique<CompositeQuadratic>(dimension, curvature, l1Weight, ridgeWeight, seed);
}
std::unique_ptr<StochasticProblem> simplexLinear(Index dimension) {
    return std::make_unique<SimplexLinear>(dimension);
}

} // namespace convergence
