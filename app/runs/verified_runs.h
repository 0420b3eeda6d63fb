#pragma once

#include <memory>

#include "core/experiment/run_cache.h"

namespace convergence {

/// The runs that verifications of this person made, for the window and the command line alike: in
/// the folder for what may be thrown away.
std::shared_ptr<const RunCache> verifiedRuns();

} // namespace convergence
