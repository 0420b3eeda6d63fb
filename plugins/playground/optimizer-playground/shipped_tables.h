// Small tables to begin with.

#pragma once

#include "core/data/fit_table.h"

namespace convergence::playground {

/// Made up for this program: 24 people's hours of practice and points in a test; 40 leaves of two
/// plants, by length and width.
FitTable shippedTable(FitTable::Kind kind);

} // namespace convergence::playground
