#include "core/experiment/plugin.h"

#include "plugins/neural-networks/neural-tangent-kernel/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::neuralTangentKernel());
}

} // namespace

CONVERGENCE_PLUGIN("neural-networks", registerExperiments)
