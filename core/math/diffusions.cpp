#include "core/math/diffusions.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

void requireValid(double drift, double volatility, double duration) {
    if (!(std::isfinite(drift) && std::isfinite(volatility) && std::isfinite(duration) &&
          volatility >= 0.0 && duration >= 0.0))
        throw InputError(fmt::format("A diffusion of drift {} and volatility {} over a time of {} "
                                     "is not accepted; all must be finite, the volatility and the "
                                     "time at least 0.",
                                     drift, volatility, duration));
}

} // namespace

void GaussianTransition::step(std::span<double> x, RandomStream& stream) const {
    for (double& position : x)
        position = (*this)(position, stream.normal());
}

GaussianTransition brownianTransition(double drift, double volatility, double duration) {
    requireValid(drift, volatility, duration);
    return {
        .factor = 1.0, .shift = drift * duration, .deviation = volatility * std::sqrt(duration)};
}

GaussianTransition ornsteinUhlenbeckTransition(const OrnsteinUhlenbeck& process, double duration) {
    const auto [kappa, sigma, level] = process;
    requireValid(kappa * level, sigma, duration);
    requireValid(kappa, sigma, duration);
    if (kappa == 0.0)
        return brownianTransition(0.0, sigma, duration);
    const double variance = -std::expm1(-2.0 * kappa * duration) / (2.0 * kappa);
    return {.factor = std::exp(-kappa * duration),
            .shift = -level * std::expm1(-kappa * duration),
            .deviation = sigma * std::sqrt(variance)};
}

} // namespace convergence
