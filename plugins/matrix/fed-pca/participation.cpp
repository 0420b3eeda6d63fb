#include "plugins/matrix/fed-pca/participation.h"

#include <cmath>

#include <fmt/format.h>

namespace convergence::federated_pca {

TimelineFrame participationOf(const std::vector<std::vector<float>>& costs,
                              std::int64_t firstRound) {
    enum Kind : std::uint32_t { computes, averages };
    constexpr double sends = 0.75; // of a round
    constexpr std::size_t roundsWithMessages = 5;
    TimelineFrame timeline{.kinds = {"computes", "averages"}, .valueLabel = "local cost"};
    const std::size_t clients = costs.empty() ? 0 : costs.front().size();
    timeline.lanes.emplace_back("server");
    for (std::size_t client = 0; client < clients; ++client)
        timeline.lanes.push_back(fmt::format("client {}", client + 1));
    for (std::size_t round = 0; round < costs.size(); ++round) {
        const double start = static_cast<double>(firstRound) + static_cast<double>(round);
        timeline.intervals.push_back({0, averages, start + sends, start + 1.0});
        for (std::size_t client = 0; client < clients; ++client) {
            const auto lane = static_cast<std::uint32_t>(client + 1);
            const double cost = static_cast<double>(costs[round][client]);
            if (std::isnan(cost)) // was not drawn, and waits
                continue;
            timeline.intervals.push_back({lane, computes, start, start + sends, cost});
            if (round + roundsWithMessages >= costs.size())
                timeline.arrows.push_back({lane, 0, averages, start + sends, start + sends});
        }
    }
    return timeline;
}

} // namespace convergence::federated_pca
