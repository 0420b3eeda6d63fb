#include "core/experiment/plugin.h"

#include "plugins/radiance/voxel-radiance/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::voxelRadiance());
}

} // namespace

CONVERGENCE_PLUGIN("radiance", registerExperiments)
