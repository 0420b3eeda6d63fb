// Throws what is not an exception.
#include "core/experiment/plugin.h"

namespace {
void registerBadly(convergence::Registry&) {
    throw 42;
}
} // namespace

CONVERGENCE_PLUGIN("throws_number", registerBadly)
