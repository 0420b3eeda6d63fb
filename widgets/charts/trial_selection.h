#pragma once

#include <cstddef>
#include <vector>

#include "core/experiment/recording.h"
#include "core/experiment/view.h"

namespace convergence {

/// Rows of the trials table (of the first `rows`) that a view takes: all, or with a tuned factor,
/// of the rows that agree in arm, replicate and every other factor only the one with the smallest
/// `tunedBy` (the first of equal ones; rows without that number only if there is no other).
/// `pivot` may be null.
std::vector<std::size_t> tunedRows(const Recording& recording, std::size_t rows,
                                   const PivotSpec* pivot);

} // namespace convergence
