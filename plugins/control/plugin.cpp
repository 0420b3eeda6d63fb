#include "core/experiment/plugin.h"

#include "plugins/control/integral-rl/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::integralRl());
}

} // namespace

CONVERGENCE_PLUGIN("control", registerExperiments)
