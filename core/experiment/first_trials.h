#pragma once

#include <cstddef>
#include <memory>

#include "core/experiment/recording.h"

namespace convergence {

/// A recording as it was when its first `count` trials had ended, in the order of the plans: the
/// plans are all there, rows and traces are those of these trials. Without wall times. `count` is
/// at most the number of rows in the table of trials; std::out_of_range otherwise.
std::shared_ptr<const Recording> firstTrials(const Recording& recording, std::size_t count);

} // namespace convergence
