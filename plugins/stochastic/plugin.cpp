#include "core/experiment/plugin.h"

#include "plugins/stochastic/bilevel-borep/experiment.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"
#include "plugins/stochastic/last-iterate-sgd/experiment.h"
#include "plugins/stochastic/one-epoch/experiment.h"
#include "plugins/stochastic/upsample-upweight/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::bilevelBorep());
    registry.add(convergence::dpStationaryPoints());
    registry.add(convergence::largeStepLogistic());
    registry.add(convergence::lastIterateSgd());
    registry.add(convergence::oneEpoch());
    registry.add(convergence::upsampleUpweight());
}

} // namespace

CONVERGENCE_PLUGIN("stochastic", registerExperiments)
