#include "core/math/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

namespace convergence {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

double largerError(double a, double b) {
    return std::isnan(a) || std::isnan(b) ? infinity : std::max(a, b);
}

double GradientCheck::relativeError() const {
    const bool says = compared > 0 && largestDerivative > 0.0 && std::isfinite(largestDerivative);
    return says ? error / largestDerivative : infinity;
}

std::string GradientCheck::text() const {
    if (compared == 0)
        return "no entry was compared";
    return fmt::format("entry {} is {}, by central difference {}", worst, derivative, difference);
}

GradientCheck checkGradient(const std::function<double()>& value, std::span<double> x,
                            std::span<const double> gradient, const GradientCheckOptions& options) {
    if (x.size() != gradient.size())
        throw std::invalid_argument(
            fmt::format("{} arguments have {} derivatives.", x.size(), gradient.size()));
    GradientCheck check;
    for (const double derivative : gradient)
        check.largestDerivative = largerError(check.largestDerivative, std::abs(derivative));
    const std::size_t count = options.entries.empty() ? x.size() : options.entries.size();
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t entry = options.entries.empty() ? k : options.entries[k];
        const double before = x[entry];
        x[entry] = before + options.step;
        const double ahead = value();
        x[entry] = before - options.step;
        const double behind = value();
        x[entry] = before;
        const double difference = (ahead - behind) / (2.0 * options.step);
        const double error = largerError(0.0, std::abs(difference - gradient[entry]));
        if (check.compared++ == 0 || error > check.error) {
            check.worst = entry;
            check.derivative = gradient[entry];
            check.difference = difference;
            check.error = error;
        }
    }
    return check;
}

} // namespace convergence
