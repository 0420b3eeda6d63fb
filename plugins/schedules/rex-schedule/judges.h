// What the claims of rex-schedule measure.

#pragma once

#include "core/experiment/claim.h"

namespace convergence::rex {

Judgement judgeLowBudgets(const Evidence& evidence, const Claim& claim);
Judgement judgeStepsLose(const Evidence& evidence, const Claim& claim);
Judgement judgeHighBudgets(const Evidence& evidence, const Claim& claim);
Judgement judgeSamplingRate(const Evidence& evidence, const Claim& claim);
Judgement judgeAdam(const Evidence& evidence, const Claim& claim);
/// The identities need no training, only the values that shape REX.
Judgement judgeIdentities(const Evidence& evidence, const Claim& claim);

} // namespace convergence::rex
