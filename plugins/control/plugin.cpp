#include "core/experiment/plugin.h"

#include "plugins/control/integral-rl/experiment.h"
#include "plugins/control/martingale-td/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::integralRl());
    registry.add(convergence::martingaleTd());
}

} // namespace

CONVERGENCE_PLUGIN("control", registerExperiments)
