#pragma once

#include <cstddef>
#include <string>

namespace convergence {

/// Bytes of memory that can be had without swapping; 0 if unknown.
[[nodiscard]] double availableMemory();

/// The processor as the system names it; empty if unknown.
[[nodiscard]] std::string processorName();

/// Advises the system to keep these bytes in large pages, where it has any.
void preferLargePages(void* begin, std::size_t bytes);

} // namespace convergence
