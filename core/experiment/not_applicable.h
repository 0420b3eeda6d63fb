#pragma once

#include <limits>

namespace convergence {

/// What a row says where a metric does not apply, or is not there yet. Never an ordinary value.
inline constexpr double notApplicable = std::numeric_limits<double>::quiet_NaN();

} // namespace convergence
