// What the claims of robust-matrix-recovery measure. What is accepted stands in the claims.

#pragma once

#include <string>

#include "core/experiment/claim.h"

namespace convergence::robust_recovery {

Judgement judgeScale(const Evidence& evidence, const Claim& claim);
Judgement judgeArrival(const Evidence& evidence, const Claim& claim);
Judgement judgeSurplus(const Evidence& evidence, const Claim& claim);
Judgement judgeExactRank(const Evidence& evidence, const Claim& claim);
Judgement judgeOutliers(const Evidence& evidence, const Claim& claim);
Judgement judgeSquaredLoss(const Evidence& evidence, const Claim& claim);
Judgement judgeDense(const Evidence& evidence, const Claim& claim);
Judgement judgeGauge(const Evidence& evidence, const Claim& claim);
/// Log–log slope of the final error in a swept factor.
Judge powerOf(std::string factor);
Judgement judgeNoiseRank(const Evidence& evidence, const Claim& claim);
Judgement judgeElsewhere(const Evidence& evidence, const Claim& claim);
Judgement judgeSampleCount(const Evidence& evidence, const Claim& claim);
Judgement judgeSignRip(const Evidence& evidence, const Claim& claim);

} // namespace convergence::robust_recovery
