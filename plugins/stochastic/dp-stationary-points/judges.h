// What the claims of dp-stationary-points measure. Each judge reads the thresholds of its claim.

#pragma once

#include "core/experiment/claim.h"

namespace convergence::private_points {

Judgement judgeRates(const Evidence& evidence, const Claim& claim);
Judgement judgeWork(const Evidence& evidence, const Claim& claim);
Judgement observeCrossing(const Evidence& evidence, const Claim& claim);
Judgement judgeTelescoping(const Evidence& evidence, const Claim& claim);
Judgement judgeTreeRate(const Evidence& evidence, const Claim& claim);
Judgement judgeTreeStop(const Evidence& evidence, const Claim& claim);
Judgement judgeRecursive(const Evidence& evidence, const Claim& claim);
Judgement judgeEmbedding(const Evidence& evidence, const Claim& claim);
Judgement judgeDirectRise(const Evidence& evidence, const Claim& claim);

} // namespace convergence::private_points
