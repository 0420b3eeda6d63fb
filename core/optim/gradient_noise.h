#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/math/random.h"

namespace convergence {

/// Noise ξ added to a gradient in R^d, symmetric about 0.
///
///   none
///   gaussian     N(0, σ²/d) by coordinate: E‖ξ‖² = σ²
///   signs        ±σ by coordinate
///   sub_weibull  uniform direction × σ|N(0,1)|^{2/p}
///   pareto       uniform direction × σ·Lomax(α): E‖ξ‖^p < ∞ for p < α only
class GradientNoise {
public:
    /// `shape` is p of sub_weibull or α of pareto. Throws InputError for an unknown name.
    GradientNoise(std::string_view name, Eigen::Index dimension, double scale, double shape);
    void addTo(Eigen::Ref<Eigen::VectorXd> gradient, RandomStream& stream);
    static const std::vector<std::string>& names();

private:
    enum class Kind { none, gaussian, signs, subWeibull, pareto };
    Kind kind_;
    double scale_;
    double shape_;
    Eigen::VectorXd draw_;
};

} // namespace convergence
