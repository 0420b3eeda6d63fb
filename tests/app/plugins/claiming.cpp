// An experiment with a claim that is verified in a moment.
#include "core/experiment/plugin.h"
#include "tests/app/report/claiming_experiment.h"

namespace {
void registerClaiming(convergence::Registry& registry) {
    registry.add(convergence::testing::claimingExperiment());
}
} // namespace

CONVERGENCE_PLUGIN("claiming", registerClaiming)
