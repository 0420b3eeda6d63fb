// What the claims of large-step-logistic measure. Each judge reads the thresholds of its claim.

#pragma once

#include "core/experiment/claim.h"

namespace convergence::large_step {

Judgement judgeTable(const Evidence& evidence, const Claim& claim);
Judgement judgeLinearInN(const Evidence& evidence, const Claim& claim);
Judgement judgeTwoPoints(const Evidence& evidence, const Claim& claim);
Judgement judgeReduction(const Evidence& evidence, const Claim& claim);
Judgement judgeMoreLoss(const Evidence& evidence, const Claim& claim);
Judgement judgeLimit(const Evidence& evidence, const Claim& claim);
Judgement judgeImbalance(const Evidence& evidence, const Claim& claim);
Judgement judgeBounds(const Evidence& evidence, const Claim& claim);

} // namespace convergence::large_step
