// All paths as one episode.

#pragma once

#include "core/experiment/frames.h"
#include "core/experiment/recording.h"

namespace convergence::playground {

/// A ball an optimizer, where its trace says that it was at each step; one that has ended stays. At
/// most 600 moments, of more every n-th. `ballRadius` is in units of the plane. Before any trial
/// has recorded anything there are no bodies.
SceneFrame raceOf(const Recording& soFar, double ballRadius);

} // namespace convergence::playground
