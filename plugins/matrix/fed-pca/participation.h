// Who took part in which round, as a timeline.

#pragma once

#include <cstdint>
#include <vector>

#include "core/experiment/frames.h"

namespace convergence::federated_pca {

/// A round lasts one unit of time: clients that were drawn compute for three quarters of it, the
/// others wait, and in the last quarter the server averages. `costs` has a row a round with the
/// local cost of each client, NaN for those that waited; the first row is round `firstRound`. The
/// messages of the newest five rounds are drawn as arrows.
TimelineFrame participationOf(const std::vector<std::vector<float>>& costs,
                              std::int64_t firstRound);

} // namespace convergence::federated_pca
