#include "core/optim/surface.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "core/math/differentiable_expression.h"

namespace convergence {

namespace {

constexpr double turn = 2.0 * std::numbers::pi;

Jet squared(const Jet& a) {
    return a * a;
}

Jet ackley(const Jet& x, const Jet& y) {
    if (x.value == 0.0 && y.value == 0.0)
        return {}; // a kink: value and subgradient 0
    return -20.0 * exp(-0.2 * sqrt(0.5 * (x * x + y * y))) -
           exp(0.5 * (cos(turn * x) + cos(turn * y))) + std::numbers::e + 20.0;
}

Surface quadratic(const SurfaceOptions& options) {
    if (!(options.condition >= 1.0) || !(options.curvature > 0.0))
        throw InputError(fmt::format("A bowl of condition {} and curvature {} is not accepted; the "
                                     "condition must be at least 1, the curvature positive.",
                                     options.condition, options.curvature));
    const double L = options.curvature, mu = L / options.condition;
    const double c = std::cos(options.angle), s = std::sin(options.angle);
    return {[=](const Jet& x, const Jet& y) {
                return 0.5 * (L * squared(c * x + s * y) + mu * squared(c * y - s * x));
            },
            {-2.0, 2.0, -2.0, 2.0},
            {{0.0, 0.0}}};
}

} // namespace

const std::vector<std::string>& surfaceNames() {
    static const std::vector<std::string> names = {"quadratic",  "rosenbrock", "beale",
                                                   "himmelblau", "saddle",     "plateau",
                                                   "rastrigin",  "ackley",     "formula"};
    return names;
}

Surface makeSurface(std::string_view name, const SurfaceOptions& options) {
    if (name == "quadratic")
        return quadratic(options);
    if (name == "rosenbrock")
        return {[](const Jet& x, const Jet& y) {
                    return squared(1.0 - x) + 100.0 * squared(y - x * x);
                },
                {-2.0, 2.0, -1.0, 3.0},
                {{1.0, 1.0}}};
    if (name == "beale")
        return {[](const Jet& x, const Jet& y) {
                    return squared(1.5 - x + x * y) + squared(2.25 - x + x * y * y) +
                           squared(2.625 - x + x * y * y * y);
                },
                {-4.5, 4.5, -4.5, 4.5},
                {{3.0, 0.5}}};
    if (name == "himmelblau")
        return {[](const Jet& x, const Jet& y) {
                    return squared(x * x + y - 11.0) + squared(x + y * y - 7.0);
                },
                {-5.0, 5.0, -5.0, 5.0},
                {{3.0, 2.0},
                 {-2.805118086952745, 3.131312518250573},
                 {-3.779310253377747, -3.283185991286170},
                 {3.584428340330492, -1.848126526964404}}};
    if (name == "saddle")
        return {[](const Jet& x, const Jet& y) {
                    return 0.5 * (x * x - y * y) + 0.25 * squared(y * y);
                },
                {-2.0, 2.0, -2.0, 2.0},
                {{0.0, 1.0}, {0.0, -1.0}}};
    if (name == "plateau")
        return {[](const Jet& x, const Jet& y) { return 1.0 - exp(-0.5 * (x * x + y * y)); },
                {-4.0, 4.0, -4.0, 4.0},
                {{0.0, 0.0}}};
    if (name == "rastrigin")
        return {[](const Jet& x, const Jet& y) {
                    return 20.0 + x * x + y * y - 10.0 * cos(turn * x) - 10.0 * cos(turn * y);
                },
                {-4.0, 4.0, -4.0, 4.0},
                {{0.0, 0.0}}};
    if (name == "ackley")
        return {ackley, {-4.0, 4.0, -4.0, 4.0}, {{0.0, 0.0}}};
    if (name == "formula") {
        auto typed = std::make_shared<const DifferentiableExpression>(options.formula);
        const double h = options.halfWidth;
        return {[typed](const Jet& x, const Jet& y) { return typed->evaluate(x.value, y.value); },
                {-h, h, -h, h},
                {}};
    }
    throw InputError(fmt::format("There is no surface '{}'; known are {}.", name,
                                 fmt::join(surfaceNames(), ", ")));
}

std::optional<Eigen::Vector2d> newtonStep(const Jet& jet) {
    const double determinant = jet.xx * jet.yy - jet.xy * jet.xy;
    const double size = std::max({std::abs(jet.xx * jet.yy), jet.xy * jet.xy});
    if (!(std::abs(determinant) > 8.0 * std::numeric_limits<double>::epsilon() * size))
        return std::nullopt;
    return Eigen::Vector2d(jet.xy * jet.y - jet.yy * jet.x, jet.xy * jet.x - jet.xx * jet.y) /
           determinant;
}

} // namespace convergence
