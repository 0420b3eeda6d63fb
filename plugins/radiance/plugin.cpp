#include "core/experiment/plugin.h"

#include "plugins/radiance/voxel_radiance.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::voxelRadiance());
}

} // namespace

CONVERGENCE_PLUGIN("radiance", registerExperiments)
