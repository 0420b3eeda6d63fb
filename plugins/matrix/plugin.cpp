#include "core/experiment/plugin.h"

#include "plugins/matrix/matrix_sensing.h"
#include "plugins/matrix/robust_recovery.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::matrixSensing());
    registry.add(convergence::robustRecovery());
}

} // namespace

CONVERGENCE_PLUGIN("matrix", registerExperiments)
