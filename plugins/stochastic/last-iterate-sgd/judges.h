// What the claims of last-iterate-sgd measure. Each judge reads the thresholds of its claim.

#pragma once

#include "core/experiment/claim.h"

namespace convergence::last_iterate {

Judgement judgeLogarithm(const Evidence& evidence, const Claim& claim);
Judgement judgeLipschitz(const Evidence& evidence, const Claim& claim);
Judgement judgeLinearWins(const Evidence& evidence, const Claim& claim);
Judgement judgeComposite(const Evidence& evidence, const Claim& claim);
Judgement judgeQuantiles(const Evidence& evidence, const Claim& claim);
Judgement judgeHeavyTails(const Evidence& evidence, const Claim& claim);
Judgement judgeGeometry(const Evidence& evidence, const Claim& claim);

} // namespace convergence::last_iterate
