#include "core/experiment/plugin.h"

#include "plugins/schedules/rex_schedule.h"
#include "plugins/schedules/schedule_refinement.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::rexSchedule());
    registry.add(convergence::scheduleRefinement());
}

} // namespace

CONVERGENCE_PLUGIN("schedules", registerExperiments)
