#include "core/experiment/plugin.h"

#include "plugins/stochastic/dp_stationary_points.h"
#include "plugins/stochastic/large_step_logistic.h"
#include "plugins/stochastic/last_iterate_sgd.h"
#include "plugins/stochastic/one_epoch.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::dpStationaryPoints());
    registry.add(convergence::largeStepLogistic());
    registry.add(convergence::lastIterateSgd());
    registry.add(convergence::oneEpoch());
}

} // namespace

CONVERGENCE_PLUGIN("stochastic", registerExperiments)
