#include "core/experiment/plugin.h"

#include "plugins/matrix/matrix_sensing.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::matrixSensing());
}

} // namespace

CONVERGENCE_PLUGIN("matrix", registerExperiments)
