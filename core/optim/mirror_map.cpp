#include "core/optim/mirror_map.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/optim/projection.h"

namespace convergence {

using Eigen::Ref;
using Eigen::VectorXd;

double MirrorMap::divergence(const Ref<const VectorXd>& x, const Ref<const VectorXd>& y) const {
    return 0.5 * (x - y).squaredNorm();
}

void ProximalMap::step(Ref<VectorXd> x, const Ref<const VectorXd>& g, double eta) {
    x -= eta * g;
    if (ridgeWeight_ > 0.0)
        x /= 1.0 + eta * ridgeWeight_;
    if (l1Weight_ > 0.0)
        softThreshold(x, eta * l1Weight_ / (1.0 + eta * ridgeWeight_));
}

void BallMap::step(Ref<VectorXd> x, const Ref<const VectorXd>& g, double eta) {
    x -= eta * g;
    projectOntoBall(x, radius_);
}

void SimplexMap::step(Ref<VectorXd> x, const Ref<const VectorXd>& g, double eta) {
    x -= eta * g;
    projectOntoSimplex(x, workspace_);
}

void EntropicMap::step(Ref<VectorXd> x, const Ref<const VectorXd>& g, double eta) {
    if (!started_)
        logs_ = x.array().log();
    started_ = true;
    logs_ -= eta * g;
    logs_.array() -= logs_.maxCoeff();
    x = logs_.array().exp();
    const double sum = x.sum();
    x /= sum;
    logs_.array() -= std::log(sum);
}

double EntropicMap::divergence(const Ref<const VectorXd>& x, const Ref<const VectorXd>& y) const {
    double sum = 0.0;
    for (Eigen::Index i = 0; i < x.size(); ++i)
        if (x[i] > 0.0)
            sum += x[i] * std::log(x[i] / y[i]);
    return sum;
}

UniformlyConvexMap::UniformlyConvexMap(double moment) : moment_(moment) {
    if (!(moment > 1.0 && moment <= 2.0))
        throw InputError(
            fmt::format("The moment p = {} is not accepted, expected 1 < p ≤ 2.", moment));
    exponent_ = moment / (moment - 1.0);
    logC_ = (exponent_ - 2.0) * std::log(2.0);
}

void UniformlyConvexMap::step(Ref<VectorXd> x, const Ref<const VectorXd>& g, double eta) {
    const double xNorm = x.norm(), gNorm = g.norm();
    if (gNorm == 0.0)
        return;
    // Both terms of z, divided by the larger of their norms.
    const double logDual = logC_ + (exponent_ - 1.0) * std::log(xNorm);
    const double logStep = std::log(eta * gNorm);
    const double logScale = std::max(logDual, logStep);
    const double ofX = xNorm > 0.0 ? std::exp(logDual - logScale) / xNorm : 0.0;
    x = ofX * x - (std::exp(logStep - logScale) / gNorm) * g;
    const double norm = x.norm();
    if (norm > 0.0)
        x *= std::exp((moment_ - 1.0) * (std::log(norm) + logScale - logC_)) / norm;
}

double UniformlyConvexMap::divergence(const Ref<const VectorXd>& x,
                                      const Ref<const VectorXd>& y) const {
    const double c = std::exp(logC_), q = exponent_;
    const double xNorm = x.norm(), yNorm = y.norm();
    const double slope = yNorm > 0.0 ? c * std::pow(yNorm, q - 2.0) * y.dot(x - y) : 0.0;
    return c / q * (std::pow(xNorm, q) - std::pow(yNorm, q)) - slope;
}

} // namespace convergence
