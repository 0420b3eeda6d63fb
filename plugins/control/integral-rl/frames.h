#pragma once

#include "core/control/integral_systems.h"
#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "plugins/control/integral-rl/arms.h"

namespace convergence::integral_rl {

/// The windows of one evaluation.
struct ShownWindows {
    const control::ControlledSystem& system;
    const Eigen::VectorXd& policy;
    const Eigen::MatrixXd& starts; ///< of windows, one a column
    double length;
    Eigen::Index samples;
    double smoothness; ///< of the Gaussian process; 0: none
    double lengthScale;
};
/// "close_up": the running cost in one window (from 1), its samples and what is made of them;
/// "difference": the same less the running cost; "windows": a film through all of them.
void drawWindows(const ShownWindows& windows, Eigen::Index shown, FrameMap& frames);

/// "state_path": where the state goes under the policy in the plane of x₁ and x₂.
void drawLoop(const control::ControlledSystem& system, const Eigen::VectorXd& weights,
              const Eigen::VectorXd& start, FrameMap& frames);

/// "poles": eigenvalues of the closed loops of all policies so far beside those of the best one.
void drawPoles(const control::ControlledSystem& system,
               const std::vector<Eigen::VectorXd>& policies, FrameMap& frames);

/// The systems under the latest policy of each arm, side by side: carts that should come to rest,
/// or states in the plane. Of the trials with the first of the samples, windows and starts.
SceneFrame loopsOf(const Recording& soFar, const control::ControlledSystem& system,
                   const Eigen::VectorXd& start);

} // namespace convergence::integral_rl
