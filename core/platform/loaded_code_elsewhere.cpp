#include "core/platform/loaded_code.h"

namespace convergence {

std::string buildIdAt(const void*) {
    return {};
}

} // namespace convergence
