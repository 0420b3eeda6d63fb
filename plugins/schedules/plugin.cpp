#include "core/experiment/plugin.h"

#include "plugins/schedules/rex_schedule.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::rexSchedule());
}

} // namespace

CONVERGENCE_PLUGIN("schedules", registerExperiments)
