// What the claims of one-epoch measure.

#pragma once

#include <functional>
#include <string>

#include "core/experiment/claim.h"

namespace convergence::one_epoch {

Judgement judgeOneEpochWins(const Evidence& evidence);
Judgement judgeHundredEpochs(const Evidence& evidence);
Judgement judgeOverfitting(const Evidence& evidence);
Judgement judgeSpeedUp(const Evidence& evidence);
Judgement observeTenEpochs(const Evidence& evidence);
Judgement judgeDropoutSlows(const Evidence& evidence);
Judgement judgeDropoutHelps(const Evidence& evidence);
Judgement judgePowerLaw(const Evidence& evidence);
/// `budget`: P·T, parameters times symbols; `mustBeInterior`: the best width is neither the
/// smallest nor the largest.
Judgement judgeSizes(const Evidence& evidence, double budget, bool mustBeInterior);
Judgement observeRatio(const Evidence& evidence);

} // namespace convergence::one_epoch
