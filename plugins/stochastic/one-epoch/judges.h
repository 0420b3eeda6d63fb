// What the claims of one-epoch measure. Each judge reads the thresholds of its claim.

#pragma once

#include "core/experiment/claim.h"

namespace convergence::one_epoch {

Judgement judgeOneEpochWins(const Evidence& evidence, const Claim& claim);
Judgement judgeHundredEpochs(const Evidence& evidence, const Claim& claim);
Judgement judgeOverfitting(const Evidence& evidence, const Claim& claim);
Judgement judgeSpeedUp(const Evidence& evidence, const Claim& claim);
Judgement observeTenEpochs(const Evidence& evidence, const Claim& claim);
Judgement judgeDropoutSlows(const Evidence& evidence, const Claim& claim);
Judgement judgeDropoutHelps(const Evidence& evidence, const Claim& claim);
Judgement judgePowerLaw(const Evidence& evidence, const Claim& claim);

struct SizeOptions {
    double budget = 0.0;         ///< P·T, parameters times symbols
    bool mustBeInterior = false; ///< the best width is neither the smallest nor the largest
};
Judgement judgeSizes(const Evidence& evidence, const Claim& claim, const SizeOptions& options);
Judgement observeRatio(const Evidence& evidence, const Claim& claim);

} // namespace convergence::one_epoch
