// What the claims of schedule-refinement measure.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/experiment/claim.h"

namespace convergence::schedule_refinement {

/// Schedules that linear decay is compared with, first the one that comes nearest.
inline const std::vector<std::string> classicalRivals = {"cosine", "inverse_time", "step",
                                                         "inverse_sqrt", "constant"};

Judgement judgeLinearOptimal(const Evidence& evidence, const Claim& claim);
Judgement judgeNumeric(const Evidence& evidence, const Claim& claim);
Judgement judgeRefinementPays(const Evidence& evidence, const Claim& claim);
Judgement judgeLinearBest(const Evidence& evidence, const Claim& claim);
Judgement judgeAdam(const Evidence& evidence, const Claim& claim);

/// The place of the peak varies between seeds, as the top is flat: judged is the mean over seeds.
Judgement judgeWarmUp(const Evidence& evidence, const Claim& claim);
Judgement judgeNetworkLoss(const Evidence& evidence, const Claim& claim);
Judgement judgeTie(const Evidence& evidence, const Claim& claim);

/// An observation: the verdict is not used.
Judgement observeNoGain(const Evidence& evidence);

} // namespace convergence::schedule_refinement
