#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/math/jet.h"

namespace convergence {

/// A function of two variables to be minimized, with exact gradient and Hessian.
class Surface {
public:
    struct Window {
        double xMinimum = -1.0, xMaximum = 1.0, yMinimum = -1.0, yMaximum = 1.0;
    };
    using Function = std::function<Jet(const Jet& x, const Jet& y)>;

    Surface(Function function, Window window, std::vector<Eigen::Vector2d> minima)
        : function_(std::move(function)), window_(window), minima_(std::move(minima)) {}

    /// Value with first and second derivatives.
    [[nodiscard]] Jet at(const Eigen::Vector2d& point) const {
        return function_(Jet::variable(0, point.x()), Jet::variable(1, point.y()));
    }
    /// The part worth looking at.
    [[nodiscard]] const Window& window() const { return window_; }
    /// Global minima, where they are known; empty otherwise.
    [[nodiscard]] const std::vector<Eigen::Vector2d>& minima() const { return minima_; }

private:
    Function function_;
    Window window_;
    std::vector<Eigen::Vector2d> minima_;
};

struct SurfaceOptions {
    double condition = 10.0; ///< κ = L/μ of the bowl, at least 1
    double curvature = 1.0;  ///< L: its largest curvature, positive
    double angle = 0.0;      ///< by which the bowl's axes are turned, in radians
    std::string formula;     ///< in x and y
    double halfWidth = 3.0;  ///< of the window of a formula, about the origin
};

/// quadratic: ½(L u² + μ v²) with (u, v) = (x, y) turned by the angle. rosenbrock: (1 − x)² +
/// 100(y − x²)². beale: (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)². himmelblau:
/// (x² + y − 11)² + (x + y² − 7)². saddle: ½(x² − y²) + ¼y⁴, with minima at (0, ±1). plateau:
/// 1 − exp(−(x² + y²)/2) nearly flat away from its hole. rastrigin: 20 + x² + y² − 10 cos 2πx −
/// 10 cos 2πy. ackley: −20 exp(−0.2 √((x² + y²)/2)) − exp(½(cos 2πx + cos 2πy)) + e + 20; not
/// smooth at its minimum, where the gradient is taken as 0. formula: as typed.
const std::vector<std::string>& surfaceNames();

/// Throws InputError for an unknown name, a formula that is not accepted, options out of range.
Surface makeSurface(std::string_view name, const SurfaceOptions& options = {});

/// Newton's step −H⁻¹g. None where the Hessian is singular to rounding.
std::optional<Eigen::Vector2d> newtonStep(const Jet& jet);

} // namespace convergence
