#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// "Faster Rates of Convergence to Stationary Points in Differentially Private Optimization"
/// (Arora, Bassily, González, Guzmán, Menart, Ullah 2022): private methods, one trial for each
/// number of samples, dimension, budget and replicate.
ExperimentType dpStationaryPoints();

/// Its parts, each in a file of its own.
Description dpStationaryPointsDescription();
const std::vector<Arm>& privateMethodArms();
std::vector<Claim> dpStationaryPointsClaims();

} // namespace convergence
