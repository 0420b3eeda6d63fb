#pragma once

// Derivatives of recorded computations, first, second and forward, against central differences.

#include <algorithm>
#include <cmath>
#include <functional>

#include <QtTest>

#include "core/autodiff/operations.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "tests/expectations.h"

namespace convergence::autodiff {

using Build = std::function<Tensor<double>(Graph<double>&, const std::vector<Tensor<double>>&)>;

struct DifferenceProblem {
    std::vector<Shape> shapes;
    Build build;
    double low = -2.0, high = 2.0; ///< inputs are uniform in between
    double tolerance = 1e-6;       ///< of the worst entry, relative to the largest derivative
    bool twice = true;             ///< also the second derivative
    std::uint64_t seed = 11;
};

inline void fill(std::span<double> values, RandomStream& stream, double low, double high) {
    for (double& value : values)
        value = stream.uniform(low, high);
}

/// A constant of numbers between −1 and 1.
inline Tensor<double> randomConstant(Graph<double>& graph, const Shape& shape, std::uint64_t seed) {
    RandomStream stream({.seed = seed, .purpose = "test constant"});
    std::vector<double> values(static_cast<std::size_t>(shape.elements()));
    fill(values, stream, -1.0, 1.0);
    return graph.constant(shape, values);
}

/// ∂output/∂x as found against central differences, for a program whose output has one element.
inline GradientCheck checkedDerivative(Program<double>& program, Tensor<double> output,
                                       Tensor<double> x, std::span<const double> found) {
    const auto value = [&] {
        program.run(3);
        return program.scalar(output);
    };
    if (program.uses(x))
        return checkGradient(value, program.value(x), found, {.step = 1e-5});
    std::vector<double> anywhere(found.size());
    return checkGradient(value, anywhere, found, {.step = 1e-5});
}

/// Gradient of ⟨y, w⟩ for random w in every input, then the gradient of ⟨gradient, v⟩, each against
/// central differences, and Jv against the differences along v.
inline void expectDerivatives(const DifferenceProblem& problem) {
    RandomStream stream({.seed = problem.seed, .purpose = "difference test"});
    Graph<double> graph;
    std::vector<Tensor<double>> inputs;
    for (const Shape& shape : problem.shapes)
        inputs.push_back(graph.input(shape));
    const auto y = problem.build(graph, inputs);
    const auto randomConstant = [&](const Shape& shape) {
        std::vector<double> values(static_cast<std::size_t>(shape.elements()));
        fill(values, stream, -1.0, 1.0);
        return graph.constant(shape, std::move(values));
    };
    const auto loss = sum(y * randomConstant(y.shape()));
    const auto slopes = gradient(loss, inputs);

    std::vector<std::vector<double>> points;
    for (const Shape& shape : problem.shapes) {
        points.emplace_back(static_cast<std::size_t>(shape.elements()));
        fill(points.back(), stream, problem.low, problem.high);
    }
    const auto setPoint = [&](Program<double>& program) {
        for (std::size_t k = 0; k < inputs.size(); ++k)
            if (program.uses(inputs[k]))
                std::copy(points[k].begin(), points[k].end(), program.value(inputs[k]).begin());
    };
    const auto compare = [&](Tensor<double> function, const std::vector<Tensor<double>>& found,
                             const char* what) {
        Program<double> values(graph, {function}), derivatives(graph, found);
        setPoint(values);
        setPoint(derivatives);
        derivatives.run(3);
        for (std::size_t k = 0; k < inputs.size(); ++k) {
            const GradientCheck check =
                checkedDerivative(values, function, inputs[k], derivatives.value(found[k]));
            expectNear(check.error, 0.0,
                       problem.tolerance * std::max(check.largestDerivative, 1e-3),
                       fmt::format("{} in input {}: {}", what, k, check.text()));
        }
    };
    compare(loss, slopes, "first derivative");
    if (QTest::currentTestFailed() || !problem.twice)
        return;
    Tensor<double> along = sum(slopes[0] * randomConstant(slopes[0].shape()));
    for (std::size_t k = 1; k < slopes.size(); ++k)
        along = along + sum(slopes[k] * randomConstant(slopes[k].shape()));
    compare(along, gradient(along, inputs), "second derivative");
    if (QTest::currentTestFailed())
        return;
    // Forward mode: ⟨w, Jv⟩ = ⟨Jᵀw, v⟩ is bilinear, and checked through the first derivative.
    for (std::size_t k = 0; k < inputs.size(); ++k) {
        const auto v = randomConstant(inputs[k].shape());
        const auto forward = dot(jacobianProduct(loss, inputs[k], v), graph.constant(Shape{}, 1.0));
        const auto reverse = dot(slopes[k], v);
        Program<double> program(graph, {forward, reverse});
        setPoint(program);
        program.run(3);
        const double size = std::max(1e-3, std::abs(program.scalar(reverse)));
        expectNear(program.scalar(forward), program.scalar(reverse), 1e-10 * size,
                   "forward mode against reverse mode");
    }
}

} // namespace convergence::autodiff
