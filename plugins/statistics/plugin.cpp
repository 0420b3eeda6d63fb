#include "core/experiment/plugin.h"

#include "plugins/statistics/frechet-sdr/experiment.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"
#include "plugins/statistics/top-two-crowdsourcing/experiment.h"

namespace {

void registerExperiments(convergence::Registry& registry) {
    registry.add(convergence::frechetSdr());
    registry.add(convergence::learningCurvePrediction());
    registry.add(convergence::topTwoCrowdsourcing());
}

} // namespace

CONVERGENCE_PLUGIN("statistics", registerExperiments)
