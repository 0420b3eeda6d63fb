#pragma once

#include "core/experiment/frames.h"
#include "plugins/control/martingale-td/trial.h"

namespace convergence::martingale_td {

/// What a learner believes at θ: "differences", "game", "drift", "learned", "learned_map",
/// "true_map", "difference". None of θ that is not finite.
void drawLearned(const Mesh& mesh, const Eigen::VectorXd& theta, FrameMap& frames);

/// What there is to be found on a mesh: "objectives" between the least TD error and the value, and
/// "traces", the value error of CTD(λ)'s solution against λ.
void drawSolutions(const Mesh& mesh, FrameMap& frames);

/// "true", the value as a surface.
FieldFrame trueSurface(const Mesh& mesh);

} // namespace convergence::martingale_td
