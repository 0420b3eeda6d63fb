#include "core/experiment/plugin.h"

#include "plugins/playground/optimizer-playground/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::optimizerPlayground());
}

} // namespace

CONVERGENCE_PLUGIN("playground", registerExperiments)
