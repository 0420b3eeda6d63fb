#include "core/platform/machine.h"

namespace convergence {

double availableMemory() {
    return 0.0;
}

std::string processorName() {
    return {};
}

void preferLargePages(void*, std::size_t) {}

} // namespace convergence
