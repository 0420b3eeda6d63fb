#pragma once

#include <string>
#include <string_view>

namespace convergence {

/// How deep lists and objects of a JSON text may lie in each other.
inline constexpr int deepestJson = 64;

/// Throws InputError naming `source` for a JSON text that is nested deeper than deepestJson. The
/// parser does not mind, but whoever copies or prints the result, level by level, would run out of
/// stack. Text that is no JSON passes: that is for the parser to say.
void requireShallowJson(std::string_view text, const std::string& source);

} // namespace convergence
