#pragma once

#include <span>
#include <string>
#include <string_view>

namespace convergence {

/// The end of an error sentence on an unknown name, with its mark: "; did you mean 'rows'?" when a
/// known name is close (edit distance at most a third of its length), else "; known are a, b, c.".
std::string suggestion(std::string_view name, std::span<const std::string> known);

} // namespace convergence
