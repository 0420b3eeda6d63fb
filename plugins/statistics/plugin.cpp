#include "core/experiment/plugin.h"

#include "plugins/statistics/frechet-sdr/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::frechetSdr());
}

} // namespace

CONVERGENCE_PLUGIN("statistics", registerExperiments)
