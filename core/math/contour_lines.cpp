// Marching squares.
#include "core/math/kernel_density.h"

#include <array>
#include <unordered_map>

namespace convergence {

namespace {

/// Edges of the grid by number: those along x first, then those along y.
class Edges {
public:
    Edges(const DensityGrid& grid, std::span<const double> values, double level)
        : grid_(grid), values_(values), level_(level) {}

    [[nodiscard]] std::size_t alongX(std::size_t i, std::size_t j) const {
        return j * grid_.xCount + i;
    }
    [[nodiscard]] std::size_t alongY(std::size_t i, std::size_t j) const {
        return (grid_.yCount + j) * grid_.xCount + i;
    }
    [[nodiscard]] double value(std::size_t i, std::size_t j) const {
        return values_[j * grid_.xCount + i];
    }
    /// Where the level is on an edge.
    [[nodiscard]] std::pair<double, double> place(std::size_t edge) const {
        const std::size_t half = grid_.xCount * grid_.yCount;
        const bool isAlongX = edge < half;
        const std::size_t i = (edge % half) % grid_.xCount, j = (edge % half) / grid_.xCount;
        const double a = value(i, j), b = isAlongX ? value(i + 1, j) : value(i, j + 1);
        const double share = (level_ - a) / (b - a);
        const double u = static_cast<double>(i) + (isAlongX ? share : 0.0);
        const double v = static_cast<double>(j) + (isAlongX ? 0.0 : share);
        return {grid_.xMinimum +
                    u * (grid_.xMaximum - grid_.xMinimum) / static_cast<double>(grid_.xCount - 1),
                grid_.yMinimum +
                    v * (grid_.yMaximum - grid_.yMinimum) / static_cast<double>(grid_.yCount - 1)};
    }

private:
    const DensityGrid& grid_;
    std::span<const double> values_;
    double level_;
};

/// The edges that a line through each edge leads to; none: the end of the grid.
constexpr std::size_t none = ~std::size_t{0};
using Neighbors = std::unordered_map<std::size_t, std::array<std::size_t, 2>>;

void join(Neighbors& neighbors, std::size_t a, std::size_t b) {
    for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
        auto& next = neighbors.try_emplace(from, std::array{none, none}).first->second;
        (next[0] == none ? next[0] : next[1]) = to;
    }
}

void crossCell(Neighbors& neighbors, const Edges& edges, std::size_t i, std::size_t j,
               double level) {
    const std::array corner{edges.value(i, j), edges.value(i + 1, j), edges.value(i + 1, j + 1),
                            edges.value(i, j + 1)}; // counterclockwise
    const std::array side{edges.alongX(i, j), edges.alongY(i + 1, j), edges.alongX(i, j + 1),
                          edges.alongY(i, j)}; // side k from corner k to k + 1
    std::array<std::size_t, 4> crossed{};
    std::size_t count = 0;
    for (std::size_t k = 0; k < 4; ++k)
        if ((corner[k] > level) != (corner[(k + 1) % 4] > level))
            crossed[count++] = k;
    if (count == 2)
        join(neighbors, side[crossed[0]], side[crossed[1]]);
    if (count < 4)
        return;
    // A saddle: the corners on the side of the mean are connected through the middle.
    const bool isMiddleHigh = corner[0] + corner[1] + corner[2] + corner[3] > 4.0 * level;
    const bool cutsFirst = (corner[0] > level) != isMiddleHigh; // corner 0 stands alone
    join(neighbors, side[cutsFirst ? 3 : 0], side[cutsFirst ? 0 : 1]);
    join(neighbors, side[cutsFirst ? 1 : 2], side[cutsFirst ? 2 : 3]);
}

} // namespace

std::vector<ContourLine> contourLines(const DensityGrid& grid, std::span<const double> values,
                                      double level) {
    std::vector<ContourLine> lines;
    if (grid.xCount < 2 || grid.yCount < 2 || values.size() != grid.xCount * grid.yCount)
        return lines;
    const Edges edges(grid, values, level);
    Neighbors neighbors;
    for (std::size_t j = 0; j + 1 < grid.yCount; ++j)
        for (std::size_t i = 0; i + 1 < grid.xCount; ++i)
            crossCell(neighbors, edges, i, j, level);
    const std::size_t all = 2 * grid.xCount * grid.yCount;
    const auto follow = [&](std::size_t start) {
        ContourLine line;
        std::size_t at = start, before = none;
        while (at != none) {
            const auto found = neighbors.find(at);
            if (found == neighbors.end())
                break;
            const auto [x, y] = edges.place(at);
            line.x.push_back(x);
            line.y.push_back(y);
            const auto next = found->second;
            neighbors.erase(found);
            const std::size_t to = next[0] != before ? next[0] : next[1];
            line.isClosed = to == start;
            before = at;
            at = line.isClosed ? none : to;
        }
        lines.push_back(std::move(line));
    };
    // Lines that end at the edge of the grid first, then closed ones.
    for (const bool isOpen : {true, false})
        for (std::size_t edge = 0; edge < all; ++edge)
            if (const auto found = neighbors.find(edge);
                found != neighbors.end() && (found->second[1] == none) == isOpen)
                follow(edge);
    return lines;
}

} // namespace convergence
