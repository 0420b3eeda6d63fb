#pragma once

#include "core/control/martingale_learner.h"

namespace convergence::control {

/// What divides a learner's step sizes: the norm of the map by which θ moves near θ = 0, on average
/// over episodes, and that of the average u of the gradient methods. Below 2/ofTheta a step of a
/// method that descends (squared error, martingale loss) does not overshoot in any direction.
struct LearningCurvature {
    double ofTheta = 1.0;
    double ofAverage = 1.0; ///< 1 but for preconditionedGradient
};

///   offline, online, leastSquares   ‖R‖, R = −∂E Σ g_iw_i/∂θ
///   gradient                        ‖RᵀR‖
///   preconditionedGradient          ‖RᵀG⁻¹R‖ and ‖G‖, G = E Σ g_ig_iᵀΔt
LearningCurvature learningCurvature(Method method, const MartingalePopulation& population,
                                    const MartingaleCondition& condition, Eigen::Index dimension);

} // namespace convergence::control
