#include <stdexcept>

#include "core/experiment/plugin.h"

namespace {
void registerBadly(convergence::Registry&) {
    throw std::runtime_error("the table of primes is empty");
}
} // namespace

CONVERGENCE_PLUGIN("throws", registerBadly)
