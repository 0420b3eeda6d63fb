#include "core/experiment/plugin.h"

#include "plugins/schedules/rex-schedule/experiment.h"
#include "plugins/schedules/schedule-refinement/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::rexSchedule());
    registry.add(convergence::scheduleRefinement());
}

} // namespace

CONVERGENCE_PLUGIN("schedules", registerExperiments)
