#pragma once

#include "core/experiment/claim.h"

namespace convergence {

/// Compares all gradients of the voxel grid's loss, which are written by hand, with central
/// differences in double precision on a small random field, for three orders of activation.
/// Evidence that puts "pre" in the place of "grid" has the gradient of activation before
/// interpolation judged as if it were that of activation after it.
Judgement judgeGradients(const Evidence& evidence);

/// Σ w_k + T_last on random rays, which must be 1: what is absorbed and what is left.
Judgement judgeConservation(const Evidence& evidence);

} // namespace convergence
