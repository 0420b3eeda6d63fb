#include "core/experiment/plugin.h"

#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"
#include "plugins/matrix/fed-pca/experiment.h"
#include "plugins/matrix/matrix-sensing/experiment.h"
#include "plugins/matrix/robust-matrix-recovery/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::matrixSensing());
    registry.add(convergence::robustRecovery());
    registry.add(convergence::dictionaryLearning());
    registry.add(convergence::federatedPca());
}

} // namespace

CONVERGENCE_PLUGIN("matrix", registerExperiments)
