#include "core/experiment/plugin.h"

#include "plugins/federated/fed-speed/experiment.h"
#include "plugins/federated/momentum-fl/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::momentumFl());
    registry.add(convergence::fedSpeed());
}

} // namespace

CONVERGENCE_PLUGIN("federated", registerExperiments)
