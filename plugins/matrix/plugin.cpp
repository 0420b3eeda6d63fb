#include "core/experiment/plugin.h"

#include "plugins/matrix/dictionary_learning.h"
#include "plugins/matrix/federated_pca.h"
#include "plugins/matrix/matrix_sensing.h"
#include "plugins/matrix/robust_recovery.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::matrixSensing());
    registry.add(convergence::robustRecovery());
    registry.add(convergence::dictionaryLearning());
    registry.add(convergence::federatedPca());
}

} // namespace

CONVERGENCE_PLUGIN("matrix", registerExperiments)
