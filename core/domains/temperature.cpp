#include "core/domains/temperature.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::domains {

std::vector<double> temperatureShares(std::span<const double> sizes, double temperature) {
    if (!(temperature > 0.0))
        throw InputError(
            fmt::format("A temperature of {} is not accepted; expected one above 0.", temperature));
    for (const double size : sizes)
        if (!(size > 0.0 && std::isfinite(size)))
            throw InputError(fmt::format(
                "A domain of size {} is not accepted; expected a positive number.", size));
    std::vector<double> shares(sizes.size());
    fillTemperatureShares(sizes, temperature, shares);
    return shares;
}

void fillTemperatureShares(std::span<const double> sizes, double temperature,
                           std::span<double> shares) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0.0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        shares[i] = std::log(sizes[i]) / temperature;
        largest = std::max(largest, shares[i]);
    }
    for (double& share : shares) {
        share = std::exp(share - largest);
        sum += share;
    }
    for (double& share : shares)
        share /= sum;
}

std::vector<double> weightsOf(std::span<const double> shares, std::span<const double> sizes) {
    if (shares.size() != sizes.size())
        throw std::logic_error("as many shares as domains are needed");
    // By the same arithmetic as the shares, so that weights at τ = 1 are 1 to the last bit.
    std::vector<double> weights = temperatureShares(sizes, 1.0);
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] = shares[i] / weights[i];
    return weights;
}

double excessOf(std::span<const double> shares, std::span<const double> sizes) {
    const std::vector<double> weights = weightsOf(shares, sizes);
    return std::inner_product(shares.begin(), shares.end(), weights.begin(), 0.0);
}

std::vector<double> powerLawSizes(std::size_t count, double skewness) {
    std::vector<double> sizes;
    for (std::size_t i = 1; i <= count; ++i)
        sizes.push_back(std::pow(static_cast<double>(i), -skewness));
    return sizes;
}

double TemperatureSchedule::at(double progress) const {
    switch (shape) {
    case Shape::constant:
        return first;
    case Shape::step:
        return progress <= switchAt ? first : last;
    case Shape::linear:
        return first + (last - first) * progress;
    case Shape::cosine:
        return last + 0.5 * (first - last) * (1.0 + std::cos(std::numbers::pi * progress));
    }
    throw std::logic_error("no such shape of a schedule");
}

} // namespace convergence::domains
