#include "core/math/log_sum_exp.h"

#include <limits>

namespace convergence {

double logSumExp(std::span<const double> logs) {
    if (logs.empty())
        return -std::numeric_limits<double>::infinity();
    const double largest = *std::max_element(logs.begin(), logs.end());
    if (std::isinf(largest)) { // ∞ − ∞ is nobody's exponent
        const bool hasNan = std::any_of(logs.begin(), logs.end(), [](double x) { return x != x; });
        return hasNan ? std::numeric_limits<double>::quiet_NaN() : largest;
    }
    double sum = 0.0;
    for (const double x : logs)
        sum += std::exp(x - largest);
    return largest + std::log(sum);
}

double logMeanExp(std::span<const double> logs) {
    return logs.empty() ? std::numeric_limits<double>::quiet_NaN()
                        : logSumExp(logs) - std::log(static_cast<double>(logs.size()));
}

std::vector<double> normalizedExponentials(std::vector<double> logs) {
    const double total = logSumExp(logs);
    // An infinite total leaves ∞ − ∞ or 0/0, in some entries only.
    const bool isUndefined = !std::isfinite(total);
    for (double& x : logs)
        x = isUndefined ? std::numeric_limits<double>::quiet_NaN() : std::exp(x - total);
    return logs;
}

} // namespace convergence
