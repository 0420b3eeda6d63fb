#include "core/experiment/plugin.h"

#include "plugins/stochastic/last_iterate_sgd.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::lastIterateSgd());
}

} // namespace

CONVERGENCE_PLUGIN("stochastic", registerExperiments)
