#include "core/optim/privacy_accountant.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/log_sum_exp.h"

namespace convergence {

namespace {

constexpr int smallestOrder = 2, largestOrder = 512;

} // namespace

void ZeroConcentratedAccountant::addGaussian(double sensitivity, double deviation,
                                             std::int64_t count) {
    if (sensitivity == 0.0 || count == 0)
        return;
    const double ratio = sensitivity / deviation;
    rho_ += static_cast<double>(count) * 0.5 * ratio * ratio;
}

void ZeroConcentratedAccountant::combineDisjoint(const ZeroConcentratedAccountant& other) {
    rho_ = std::max(rho_, other.rho_);
}

double ZeroConcentratedAccountant::epsilon(double delta) const {
    return rho_ + 2.0 * std::sqrt(rho_ * std::log(1.0 / delta));
}

double subsampledGaussianDivergence(int order, double samplingRate, double noiseMultiplier) {
    if (!(samplingRate >= 0.0 && samplingRate <= 1.0))
        throw InputError(
            fmt::format("The sampling rate {} is not accepted, expected 0 to 1.", samplingRate));
    if (!(noiseMultiplier > 0.0))
        throw InputError(fmt::format("The noise multiplier {} is not accepted, expected more than "
                                     "0.",
                                     noiseMultiplier));
    const double alpha = order, variance = noiseMultiplier * noiseMultiplier;
    if (samplingRate == 0.0)
        return 0.0;
    if (samplingRate == 1.0)
        return alpha / (2.0 * variance);
    std::vector<double> terms;
    for (int k = 0; k <= order; ++k)
        terms.push_back(std::lgamma(alpha + 1.0) - std::lgamma(k + 1.0) -
                        std::lgamma(alpha - k + 1.0) + k * std::log(samplingRate) +
                        (alpha - k) * std::log1p(-samplingRate) + k * (k - 1.0) / (2.0 * variance));
    // Rounding may leave a tiny negative number where there is next to nothing to learn.
    return std::max(0.0, logSumExp(terms) / (alpha - 1.0));
}

RenyiAccountant::RenyiAccountant()
    : divergences_(static_cast<std::size_t>(largestOrder - smallestOrder + 1), 0.0) {}

void RenyiAccountant::addSubsampledGaussian(double samplingRate, double noiseMultiplier,
                                            std::int64_t steps) {
    for (std::size_t i = 0; i < divergences_.size(); ++i)
        divergences_[i] += static_cast<double>(steps) *
                           subsampledGaussianDivergence(smallestOrder + static_cast<int>(i),
                                                        samplingRate, noiseMultiplier);
}

double RenyiAccountant::epsilonAt(std::size_t index, double delta) const {
    const double alpha = smallestOrder + static_cast<double>(index);
    return std::max(0.0, divergences_[index] + std::log1p(-1.0 / alpha) -
                             (std::log(delta) + std::log(alpha)) / (alpha - 1.0));
}

double RenyiAccountant::epsilon(double delta) const {
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < divergences_.size(); ++i)
        best = std::min(best, epsilonAt(i, delta));
    return best;
}

int RenyiAccountant::bestOrder(double delta) const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < divergences_.size(); ++i)
        if (epsilonAt(i, delta) < epsilonAt(best, delta))
            best = i;
    return smallestOrder + static_cast<int>(best);
}

} // namespace convergence
