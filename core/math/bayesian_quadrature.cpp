#include "core/math/bayesian_quadrature.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

using Eigen::Index;
using Real = long double;

/// c_j j! for p = 0, 1, 2, 3.
constexpr std::array<Real, 1> rough{1.0L};
constexpr std::array<Real, 2> onceSmooth{1.0L, 1.0L};
constexpr std::array<Real, 3> twiceSmooth{1.0L, 1.0L, 2.0L / 3.0L};
constexpr std::array<Real, 4> thriceSmooth{1.0L, 1.0L, 4.0L / 5.0L, 6.0L / 15.0L};

std::span<const Real> coefficientsOf(double smoothness) {
    if (smoothness == 0.5)
        return rough;
    if (smoothness == 1.5)
        return onceSmooth;
    if (smoothness == 2.5)
        return twiceSmooth;
    if (smoothness == 3.5)
        return thriceSmooth;
    throw InputError(
        fmt::format("A Matérn kernel of smoothness {} is not accepted; it must be 0.5, "
                    "1.5, 2.5 or 3.5.",
                    smoothness));
}

/// P(a, u) for whole a ≥ 1: of a Poisson variable with mean u, the chance of a or more.
Real incompleteGamma(int a, Real u) {
    Real term = std::exp(-u), below = 0.0L;
    for (int i = 0; i < a; ++i) {
        below += term;
        term *= u / static_cast<Real>(i + 1);
    }
    if (u > static_cast<Real>(a))
        return 1.0L - below;
    // Small: the rest of the series, where the complement would cancel.
    Real above = 0.0L;
    for (int i = a; term > above * 1e-22L; ++i) {
        above += term;
        term *= u / static_cast<Real>(i + 1);
    }
    return above;
}

/// L of K = LLᵀ by rows. Throws NumericalError unless all pivots are positive.
std::vector<Real> factorOf(const QuadratureKernel& kernel, const std::vector<Real>& t) {
    const std::size_t n = t.size();
    std::vector<Real> k(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            k[i * n + j] = kernel.covariance(t[i], t[j]);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            Real rest = k[i * n + j];
            for (std::size_t l = 0; l < j; ++l)
                rest -= k[i * n + l] * k[j * n + l];
            if (i == j && !(rest > 0.0L))
                throw NumericalError(
                    fmt::format("The covariance of {} nodes is singular to rounding; fewer "
                                "nodes, a shorter length scale or a rougher kernel would "
                                "do.",
                                n));
            k[i * n + j] = i == j ? std::sqrt(rest) : rest / k[j * n + j];
        }
    return k;
}

/// (LLᵀ)⁻¹z.
std::vector<Real> solve(const std::vector<Real>& l, std::vector<Real> z) {
    const std::size_t n = z.size();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j)
            z[i] -= l[i * n + j] * z[j];
        z[i] /= l[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = i + 1; j < n; ++j)
            z[i] -= l[j * n + i] * z[j];
        z[i] /= l[i * n + i];
    }
    return z;
}

void requirePositive(double value, const char* what) {
    if (!(value > 0.0 && std::isfinite(value)))
        throw InputError(
            fmt::format("{} of {} is not accepted; it must be positive and finite.", what, value));
}

void requireNodes(const Eigen::VectorXd& nodes, double T) {
    requirePositive(T, "An interval with a length");
    if (nodes.size() == 0)
        throw InputError("A quadrature rule needs at least one node, none was given.");
    for (Index i = 0; i < nodes.size(); ++i)
        if (!(nodes[i] >= 0.0 && nodes[i] <= T && (i == 0 || nodes[i] > nodes[i - 1])))
            throw InputError(fmt::format("Node {} of a quadrature rule lies at {}; nodes must "
                                         "increase within 0 and {}.",
                                         i, nodes[i], T));
}

} // namespace

MaternKernel::MaternKernel(double smoothness, double lengthScale)
    : coefficients_(coefficientsOf(smoothness)),
      alpha_(std::sqrt(2.0L * static_cast<Real>(smoothness)) / static_cast<Real>(lengthScale)) {
    requirePositive(lengthScale, "A length scale");
}

Real MaternKernel::covariance(Real s, Real t) const {
    const Real u = alpha_ * std::abs(s - t);
    Real sum = 0.0L, power = 1.0L; // uʲ/j!
    for (std::size_t j = 0; j < coefficients_.size(); ++j) {
        sum += coefficients_[j] * power;
        power *= u / static_cast<Real>(j + 1);
    }
    return std::exp(-u) * sum;
}

Real MaternKernel::integral(Real t, Real T) const {
    Real sum = 0.0L;
    for (std::size_t j = 0; j < coefficients_.size(); ++j)
        for (const Real reach : {t, T - t})
            sum += coefficients_[j] * incompleteGamma(static_cast<int>(j) + 1, alpha_ * reach);
    return sum / alpha_;
}

Real MaternKernel::doubleIntegral(Real T) const {
    const Real u = alpha_ * T;
    Real sum = 0.0L;
    for (std::size_t j = 0; j < coefficients_.size(); ++j) {
        const int a = static_cast<int>(j) + 1;
        sum += coefficients_[j] *
               (u * incompleteGamma(a, u) - static_cast<Real>(a) * incompleteGamma(a + 1, u));
    }
    return 2.0L * sum / (alpha_ * alpha_);
}

WienerKernel::WienerKernel(double startVariance)
    : startVariance_(static_cast<Real>(startVariance)) {
    requirePositive(startVariance, "A variance of the start");
}

Real WienerKernel::covariance(Real s, Real t) const {
    return startVariance_ + std::min(s, t);
}

Real WienerKernel::integral(Real t, Real T) const {
    return startVariance_ * T + t * (T - 0.5L * t);
}

Real WienerKernel::doubleIntegral(Real T) const {
    return T * T * (startVariance_ + T / 3.0L);
}

QuadratureRule bayesianQuadrature(const QuadratureKernel& kernel, const Eigen::VectorXd& nodes,
                                  double T) {
    requireNodes(nodes, T);
    const auto n = static_cast<std::size_t>(nodes.size());
    const std::vector<Real> t(nodes.begin(), nodes.end());
    std::vector<Real> z(n);
    for (std::size_t i = 0; i < n; ++i)
        z[i] = kernel.integral(t[i], T);
    const std::vector<Real> beta = solve(factorOf(kernel, t), z);
    QuadratureRule rule{Eigen::VectorXd(nodes.size())};
    Real variance = kernel.doubleIntegral(T);
    for (std::size_t i = 0; i < n; ++i) {
        rule.weights[static_cast<Index>(i)] = static_cast<double>(beta[i]);
        variance -= z[i] * beta[i];
    }
    rule.variance = variance < 0.0L ? 0.0 : static_cast<double>(variance); // by rounding alone
    return rule;
}

PosteriorProcess posteriorProcess(const QuadratureKernel& kernel, const Eigen::VectorXd& nodes,
                                  const Eigen::VectorXd& values, const Eigen::VectorXd& at) {
    if (values.size() != nodes.size())
        throw std::logic_error("a process is given one value a node");
    requireNodes(nodes, nodes.size() > 0 ? nodes[nodes.size() - 1] : 1.0);
    const auto n = static_cast<std::size_t>(nodes.size());
    const std::vector<Real> t(nodes.begin(), nodes.end()), f(values.begin(), values.end());
    const std::vector<Real> l = factorOf(kernel, t), weights = solve(l, f);
    const Real amplitude =
        std::inner_product(f.begin(), f.end(), weights.begin(), 0.0L) / static_cast<Real>(n);
    PosteriorProcess posterior{Eigen::VectorXd(at.size()), Eigen::VectorXd(at.size())};
    std::vector<Real> k(n);
    for (Index i = 0; i < at.size(); ++i) {
        for (std::size_t j = 0; j < n; ++j)
            k[j] = kernel.covariance(at[i], t[j]);
        const std::vector<Real> explained = solve(l, k);
        const Real left = kernel.covariance(at[i], at[i]) -
                          std::inner_product(k.begin(), k.end(), explained.begin(), 0.0L);
        posterior.mean[i] =
            static_cast<double>(std::inner_product(k.begin(), k.end(), weights.begin(), 0.0L));
        posterior.deviation[i] =
            static_cast<double>(std::sqrt(std::max(0.0L, amplitude * std::max(0.0L, left))));
    }
    return posterior;
}

} // namespace convergence
