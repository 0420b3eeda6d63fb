// What the claims of robust-matrix-recovery measure.

#pragma once

#include <functional>
#include <string>

#include "core/experiment/claim.h"

namespace convergence::robust_recovery {

Judgement judgeScale(const Evidence& evidence);
Judgement judgeArrival(const Evidence& evidence);
Judgement judgeSurplus(const Evidence& evidence);
Judgement judgeExactRank(const Evidence& evidence);
Judgement judgeOutliers(const Evidence& evidence);
Judgement judgeSquaredLoss(const Evidence& evidence);
Judgement judgeDense(const Evidence& evidence);
Judgement judgeGauge(const Evidence& evidence);
Judgement judgePower(const Evidence& evidence, const std::string& factor, double expected);
Judgement judgeNoiseRank(const Evidence& evidence);
Judgement judgeElsewhere(const Evidence& evidence);
Judgement judgeSampleCount(const Evidence& evidence);
Judgement judgeSignRip(const Evidence& evidence);

} // namespace convergence::robust_recovery
