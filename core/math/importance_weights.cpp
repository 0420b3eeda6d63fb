#include "core/math/importance_weights.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace convergence {

double effectiveSampleSize(std::span<const double> logWeights) {
    double largest = -std::numeric_limits<double>::infinity();
    for (const double weight : logWeights) {
        if (std::isnan(weight) || weight == std::numeric_limits<double>::infinity())
            return std::numeric_limits<double>::quiet_NaN();
        largest = std::max(largest, weight);
    }
    if (std::isinf(largest))
        return 0.0;
    double sum = 0.0, squares = 0.0;
    for (const double weight : logWeights) {
        const double r = std::exp(weight - largest);
        sum += r;
        squares += r * r;
    }
    return sum * sum / squares;
}

} // namespace convergence
