#include "core/control/quadrature_rules.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::control {

using Eigen::Index;
using Eigen::VectorXd;

namespace {

/// h.
double spacing(Index count, double length) {
    if (count < 2)
        throw InputError(fmt::format(
            "A quadrature rule with {} nodes is not accepted; expected at least 2.", count));
    if (!(length > 0.0 && std::isfinite(length)))
        throw InputError(fmt::format(
            "A window of length {} is not accepted; it must be positive and finite.", length));
    return length / static_cast<double>(count - 1);
}

} // namespace

VectorXd evenNodes(Index count, double length) {
    spacing(count, length);
    VectorXd nodes = VectorXd::LinSpaced(count, 0.0, length);
    nodes[count - 1] = length;
    return nodes;
}

VectorXd leftRule(Index count, double length) {
    VectorXd weights = VectorXd::Constant(count, spacing(count, length));
    weights[count - 1] = 0.0;
    return weights;
}

VectorXd trapezoidalRule(Index count, double length) {
    VectorXd weights = VectorXd::Constant(count, spacing(count, length));
    weights[0] *= 0.5;
    weights[count - 1] *= 0.5;
    return weights;
}

VectorXd simpsonRule(Index count, double length) {
    const double h = spacing(count, length);
    if (count % 2 == 0)
        throw InputError(fmt::format("Simpson's rule with {} nodes is not accepted; expected an "
                                     "odd number.",
                                     count));
    VectorXd weights(count);
    for (Index n = 0; n < count; ++n)
        weights[n] = h / 3.0 * (n == 0 || n == count - 1 ? 1.0 : n % 2 == 1 ? 4.0 : 2.0);
    return weights;
}

JitteredKernel::JitteredKernel(const QuadratureKernel& kernel, double variance)
    : kernel_(kernel), variance_(static_cast<long double>(variance)) {
    if (!(variance >= 0.0 && std::isfinite(variance)))
        throw InputError(fmt::format(
            "A jitter of {} is not accepted; it must be finite and not negative.", variance));
}

long double JitteredKernel::covariance(long double s, long double t) const {
    return kernel_.covariance(s, t) + (s == t ? variance_ : 0.0L);
}

long double JitteredKernel::integral(long double t, long double T) const {
    return kernel_.integral(t, T);
}

long double JitteredKernel::doubleIntegral(long double T) const {
    return kernel_.doubleIntegral(T);
}

} // namespace convergence::control
