#pragma once

// Jets against central differences.

#include <algorithm>
#include <array>
#include <functional>

#include <Eigen/Core>

#include "core/math/gradient_check.h"
#include "core/math/jet.h"

namespace convergence::testing {

/// The gradient at p against differences of `value`, and the rows of the Hessian against
/// differences of the gradient, which costs one rounding less: the check that is furthest off.
inline GradientCheck checkJet(const std::function<double(const Eigen::Vector2d&)>& value,
                              const std::function<Jet(const Eigen::Vector2d&)>& jetAt,
                              Eigen::Vector2d p, double step = 1e-5) {
    const Jet jet = jetAt(p);
    const GradientCheckOptions options{.step = step};
    const std::array checks{
        checkGradient([&] { return value(p); }, p, Eigen::Vector2d(jet.x, jet.y), options),
        checkGradient([&] { return jetAt(p).x; }, p, Eigen::Vector2d(jet.xx, jet.xy), options),
        checkGradient([&] { return jetAt(p).y; }, p, Eigen::Vector2d(jet.xy, jet.yy), options)};
    return *std::ranges::max_element(checks, {}, &GradientCheck::error);
}

} // namespace convergence::testing
