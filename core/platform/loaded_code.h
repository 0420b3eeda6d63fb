#pragma once

#include <string>

namespace convergence {

/// Identifies the contents of the program or library that holds an address: the build id, a hash
/// that the linker makes. Empty where the file has none, or the system cannot tell.
[[nodiscard]] std::string buildIdAt(const void* address);

} // namespace convergence
