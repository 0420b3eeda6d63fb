// Takes the id of another plugin's experiment.
#include "core/experiment/plugin.h"
#include "tests/app/plugins/small_experiment.h"

namespace {
void registerAgain(convergence::Registry& registry) {
    registry.add(convergence::testing::smallExperiment("good", "The second"));
}
} // namespace

CONVERGENCE_PLUGIN("good_again", registerAgain)
