#include "core/nn/graph_convolution.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

SparseMatrix normalizedAdjacency(autodiff::Index nodes,
                                 std::span<const std::pair<std::int32_t, std::int32_t>> edges) {
    using Place = autodiff::SparsePattern::Place;
    std::vector<Place> places;
    for (const auto& [from, to] : edges) {
        for (const std::int32_t node : {from, to})
            if (node < 0 || node >= nodes)
                throw InputError(fmt::format("An edge ends at node {}; it must be from 0 to {}.",
                                             node, nodes - 1));
        if (from == to)
            throw InputError(fmt::format("An edge leads from node {} to itself; edges must join "
                                         "two nodes.",
                                         from));
        places.push_back({from, to});
        places.push_back({to, from});
    }
    for (autodiff::Index node = 0; node < nodes; ++node)
        places.push_back({node, node});
    const auto key = [](const Place& place) { return std::pair(place.row, place.column); };
    std::sort(places.begin(), places.end(),
              [&](const Place& a, const Place& b) { return key(a) < key(b); });
    places.erase(std::unique(places.begin(), places.end(),
                             [&](const Place& a, const Place& b) { return key(a) == key(b); }),
                 places.end());

    std::vector<double> degree(static_cast<std::size_t>(nodes), 0.0);
    for (const Place& place : places)
        degree[static_cast<std::size_t>(place.row)] += 1.0;
    SparseMatrix matrix;
    for (const Place& place : places)
        matrix.values.push_back(1.0 / std::sqrt(degree[static_cast<std::size_t>(place.row)] *
                                                degree[static_cast<std::size_t>(place.column)]));
    matrix.pattern = std::make_shared<autodiff::SparsePattern>(nodes, nodes, std::move(places));
    return matrix;
}

} // namespace convergence
