#include "core/experiment/graph_layout.h"

#include <cmath>
#include <numbers>

#include <Eigen/Core>
#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence {

namespace {

using Eigen::Index;
using Array = Eigen::ArrayXd;

constexpr double softening = 1e-3; ///< ε
constexpr double leastStep = 1e-9;

void requireUsable(std::size_t nodes, std::span<const GraphFrame::Edge> edges,
                   const ForceOptions& options) {
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const auto& edge = edges[i];
        if (edge.from >= nodes || edge.to >= nodes)
            throw InputError(fmt::format("Edge {} leads from node {} to node {}; there are {}, "
                                         "counted from 0.",
                                         i + 1, edge.from, edge.to, nodes));
        if (!(std::isfinite(edge.weight) && edge.weight >= 0.0F))
            throw InputError(fmt::format("The weight of edge {} is {}; a finite one of 0 or more "
                                         "is needed.",
                                         i + 1, edge.weight));
    }
    if (options.iterations < 0)
        throw InputError(fmt::format("A layout of {} iterations is not possible; 0 or more are.",
                                     options.iterations));
    if (!(std::isfinite(options.gravity) && options.gravity > 0.0))
        throw InputError(fmt::format("The gravity {} of a layout is not possible; it has to be "
                                     "positive.",
                                     options.gravity));
}

GraphLayout toLayout(const Array& positions) {
    const Index n = positions.size() / 2;
    GraphLayout layout;
    for (Index i = 0; i < n; ++i) {
        layout.x.push_back(static_cast<float>(positions[i]));
        layout.y.push_back(static_cast<float>(positions[n + i]));
    }
    return layout;
}

/// −s times the gradient, each node moved by one unit at most.
Array stepOf(const Array& gradient, double s) {
    const Index n = gradient.size() / 2;
    const auto gx = gradient.head(n), gy = gradient.tail(n);
    const Array length = s * (gx.square() + gy.square()).sqrt();
    const Array factor = -s / length.max(1.0);
    Array step(gradient.size());
    step << factor * gx, factor * gy;
    return step;
}

} // namespace

GraphLayout ringLayout(std::size_t nodes) {
    GraphLayout layout;
    for (std::size_t i = 0; i < nodes; ++i) {
        const double angle =
            2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(nodes);
        layout.x.push_back(static_cast<float>(std::sin(angle)));
        layout.y.push_back(static_cast<float>(std::cos(angle)));
    }
    return layout;
}

GraphLayout gridLayout(std::size_t nodes) {
    GraphLayout layout;
    const auto columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(nodes))));
    const std::size_t rows = columns == 0 ? 0 : (nodes + columns - 1) / columns;
    for (std::size_t i = 0; i < nodes; ++i) {
        layout.x.push_back(static_cast<float>(i % columns) -
                           0.5F * static_cast<float>(columns - 1));
        layout.y.push_back(0.5F * static_cast<float>(rows - 1) - static_cast<float>(i / columns));
    }
    return layout;
}

double layoutEnergy(std::span<const double> positions, std::span<const GraphFrame::Edge> edges,
                    double gravity, std::span<double> gradient) {
    const auto size = static_cast<Index>(positions.size());
    const Index n = size / 2;
    const Eigen::Map<const Array> all(positions.data(), size);
    const auto x = all.head(n), y = all.tail(n);
    Eigen::Map<Array> slope(gradient.data(), size);

    double energy = 0.5 * gravity * all.square().sum();
    slope = gravity * all;
    Array dx(n), dy(n), squared(n);
    for (Index i = 0; i + 1 < n; ++i) { // each pair once
        const Index rest = n - i - 1;
        auto a = dx.head(rest), b = dy.head(rest), d = squared.head(rest);
        a = x.tail(rest) - x[i];
        b = y.tail(rest) - y[i];
        d = a.square() + b.square() + softening * softening;
        energy -= 0.5 * d.log().sum();
        a /= d;
        b /= d;
        slope.segment(i + 1, rest) -= a;
        slope.tail(rest) -= b;
        slope[i] += a.sum();
        slope[n + i] += b.sum();
    }
    for (const auto& edge : edges) {
        const Index from = edge.from, to = edge.to;
        const double ex = x[to] - x[from], ey = y[to] - y[from];
        const double length = std::hypot(ex, ey);
        energy += edge.weight * length * length * length / 3.0;
        const double pull = edge.weight * length; // of w d²/k along d/‖d‖
        slope[to] += pull * ex;
        slope[n + to] += pull * ey;
        slope[from] -= pull * ex;
        slope[n + from] -= pull * ey;
    }
    return energy;
}

GraphLayout forceDirectedLayout(std::size_t nodes, std::span<const GraphFrame::Edge> edges,
                                const ForceOptions& options) {
    requireUsable(nodes, edges, options);
    const auto size = static_cast<Index>(2 * nodes);
    // As much room for each node as it will have in the end.
    Array positions(size);
    const double reach = std::sqrt(static_cast<double>(nodes));
    RandomStream({.seed = options.seed, .purpose = "graph layout"})
        .fillUniform({positions.data(), 2 * nodes}, -reach, reach);

    Array gradient(size), next(size), nextGradient(size);
    const auto evaluate = [&](const Array& at, Array& into) {
        return layoutEnergy({at.data(), 2 * nodes}, edges, options.gravity,
                            {into.data(), 2 * nodes});
    };
    double energy = evaluate(positions, gradient), s = 0.1;
    for (int t = 0; t < options.iterations && s > leastStep; ++t) {
        next = positions + stepOf(gradient, s);
        const double reached = evaluate(next, nextGradient);
        if (!(reached < energy)) {
            s *= 0.5;
            continue;
        }
        energy = reached;
        positions.swap(next);
        gradient.swap(nextGradient);
        s *= 1.3;
    }
    return toLayout(positions);
}

} // namespace convergence
