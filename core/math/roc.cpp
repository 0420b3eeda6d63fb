#include "core/math/roc.h"

#include <numeric>
#include <vector>

#include "core/math/statistics.h"

namespace convergence {

double areaUnderRoc(std::span<const double> negatives, std::span<const double> positives) {
    if (negatives.empty() || positives.empty())
        return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> all(negatives.begin(), negatives.end());
    all.insert(all.end(), positives.begin(), positives.end());
    const std::vector<double> rank = ranks(all);
    const auto n = static_cast<double>(negatives.size());
    const auto m = static_cast<double>(positives.size());
    // Sums of halves, exact below 2⁵³.
    const double above = std::accumulate(rank.begin() + std::ssize(negatives), rank.end(), 0.0) -
                         m * (m + 1.0) / 2.0;
    return above / (n * m);
}

} // namespace convergence
