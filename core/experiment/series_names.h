#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/experiment/column_pattern.h"

namespace convergence {

/// The number that a column's name has in a series: 2 for "sigma_f_2" of "sigma_f_{}".
/// None where the name is none of the series.
std::optional<std::size_t> numberInSeries(const ColumnPattern& pattern, std::string_view name);

/// The label of a column of a series: "σ₂ of F" for 2 and "σ{_} of F".
std::string labelInSeries(const ColumnPattern& pattern, std::size_t number);

} // namespace convergence
