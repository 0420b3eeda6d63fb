// An experiment that throws where it is told to: in each way into a plugin.
#include "core/experiment/plugin.h"
#include "tests/core/experiment/throwing_experiment.h"

namespace {
void registerThrowing(convergence::Registry& registry) {
    registry.add(convergence::testing::throwing());
}
} // namespace

CONVERGENCE_PLUGIN("throwing", registerThrowing)
