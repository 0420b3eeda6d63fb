#include "core/experiment/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace convergence {

namespace {

/// Levenshtein distance, one row at a time.
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = std::exchange(row[j], std::min({substituted, row[j] + 1, row[j - 1] + 1}));
        }
    }
    return row.back();
}

} // namespace

std::string suggestion(std::string_view name, std::span<const std::string> known) {
    if (known.empty())
        return "; none are known.";
    const std::string* nearest = nullptr;
    std::size_t smallest = 0;
    for (const std::string& candidate : known) {
        const std::size_t distance = editDistance(name, candidate);
        if (!nearest || distance < smallest) {
            nearest = &candidate;
            smallest = distance;
        }
    }
    if (nearest && smallest <= std::max<std::size_t>(1, nearest->size() / 3))
        return fmt::format("; did you mean '{}'?", *nearest);
    return fmt::format("; known are {}.", fmt::join(known, ", "));
}

} // namespace convergence
