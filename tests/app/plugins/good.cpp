#include "core/experiment/plugin.h"
#include "tests/app/plugins/small_experiment.h"

namespace {
void registerGood(convergence::Registry& registry) {
    registry.add(convergence::testing::smallExperiment("good", "The first"));
}
} // namespace

CONVERGENCE_PLUGIN("good", registerGood)
