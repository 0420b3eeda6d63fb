#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace convergence {

/// Nodes and edges. Where the problem gives no positions, core/experiment/graph_layout.h makes
/// some; lay a graph out once and keep the positions, since the edges are drawn anew where they
/// change and only then. Vectors with one entry a node have as many as `x`, or none; all numbers
/// are finite.
struct GraphFrame {
    static constexpr std::size_t mostNodes = 100'000;
    static constexpr std::size_t mostEdges = 1'000'000;

    std::vector<float> x, y; ///< positions, a unit as long on both axes

    std::vector<float> values = {}; ///< one a node: its color on a scale
    std::string valueLabel = {};
    std::string valueUnit = {};
    std::vector<std::uint16_t> classes = {}; ///< one a node, in the place of values
    std::vector<std::string> classLabels = {};
    std::vector<float> sizes = {};                ///< relative radius, 0 or more; empty: 1
    std::vector<std::string> labels = {};         ///< written beside nodes where there is room
    std::vector<std::uint8_t> isHighlighted = {}; ///< 0 or 1: drawn with a ring

    struct Edge {
        std::uint32_t from = 0, to = 0; ///< nodes
        float weight = 1.0F;            ///< the larger, the stronger the line; 0 or more
    };
    std::vector<Edge> edges = {};
    bool isDirected = false; ///< edges are arrows
    std::string weightLabel = {};
    std::vector<std::uint32_t> highlightedEdges = {}; ///< indices
};

} // namespace convergence
