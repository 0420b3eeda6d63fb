#include "widgets/figures/apart.h"

#include <algorithm>
#include <numeric>

namespace convergence {

std::vector<double> movedApart(const std::vector<WantedPlace>& wanted, double low, double high) {
    const std::size_t count = wanted.size();
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return wanted[a].middle < wanted[b].middle;
    });
    // With the heights of those before taken off, boxes that touch become equal numbers, and what
    // is sought is the nearest sequence that does not decrease: neighbors that do are pooled.
    std::vector<double> offset(count, 0.0);
    for (std::size_t i = 1; i < count; ++i)
        offset[i] = offset[i - 1] + 0.5 * (wanted[order[i - 1]].height + wanted[order[i]].height);
    struct Pool {
        double sum = 0.0;
        std::size_t size = 0;
        [[nodiscard]] double mean() const { return sum / double(size); }
    };
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < count; ++i) {
        pools.push_back({wanted[order[i]].middle - offset[i], 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
            const Pool last = pools.back();
            pools.pop_back();
            pools.back().sum += last.sum;
            pools.back().size += last.size;
        }
    }
    std::vector<double> places(count, 0.0);
    if (count == 0)
        return places;
    const double first = low + 0.5 * wanted[order.front()].height;
    const double last = high - 0.5 * wanted[order.back()].height - offset.back();
    std::size_t i = 0;
    for (const Pool& pool : pools)
        for (std::size_t k = 0; k < pool.size; ++k, ++i)
            places[order[i]] = std::max(first, std::min(pool.mean(), last)) + offset[i];
    return places;
}

} // namespace convergence
