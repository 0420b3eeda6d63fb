#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/experiment/graph_frame.h"

namespace convergence {

/// Positions of the nodes of a graph, as GraphFrame wants them.
struct GraphLayout {
    std::vector<float> x, y;
};

/// On the unit circle, clockwise from the top: node i at (sin 2πi/n, cos 2πi/n).
GraphLayout ringLayout(std::size_t nodes);

/// In rows of ⌈√n⌉ from the top left, one unit apart, about the origin.
GraphLayout gridLayout(std::size_t nodes);

struct ForceOptions {
    std::uint64_t seed = 0; ///< of the positions it begins with
    int iterations = 150;   ///< 0 or more
    double gravity = 0.05;  ///< γ, positive: it holds parts together that no edge connects
};

/// The layout in which edges pull and nodes push each other away, after Fruchterman and Reingold
/// 1991: edges attract with w d²/k, all pairs repel with k²/d, k = 1. These are the slopes of
///
///   E(X) = Σ_edges w d³/3 − Σ_{i<j} ½ ln(d² + ε²) + γ/2 Σ ‖x_i‖²,   ε = 10⁻³,
///
/// which is descended by steps of at most one unit a node that never raise it: a step that would is
/// halved. Equal arguments give equal positions, bit for bit. O(n² + m) an iteration: 2,000 nodes
/// take seconds, so lay a graph out once (MadeOnce). Edges from a node to itself do not count.
///
/// Throws InputError for a node that is not there, a weight that is negative or not finite,
/// negative iterations, or a gravity that is not positive.
GraphLayout forceDirectedLayout(std::size_t nodes, std::span<const GraphFrame::Edge> edges,
                                const ForceOptions& options = {});

/// E of 2n coordinates, x before y, and its gradient, as long.
double layoutEnergy(std::span<const double> positions, std::span<const GraphFrame::Edge> edges,
                    double gravity, std::span<double> gradient);

} // namespace convergence
