#pragma once

#include <string_view>

#include "core/experiment/parameter.h"

namespace convergence {

/// Throws InputError, naming parameter and number, unless all numbers of a list are whole: for
/// lists of counts, which are kept as real numbers.
void requireWholeNumbers(const ParameterValues& values, std::string_view name);

} // namespace convergence
