// What the claims of schedule-refinement measure.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/experiment/claim.h"

namespace convergence::schedule_refinement {

/// Schedules that linear decay is compared with.
inline const std::vector<std::string> classicalRivals = {"cosine", "inverse_time", "step",
                                                         "inverse_sqrt", "constant"};

Judgement judgeLinearOptimal(const Evidence& evidence);
Judgement judgeNumeric(const Evidence& evidence);
Judgement judgeRefinementPays(const Evidence& evidence);
Judgement judgeLinearBest(const Evidence& evidence);
Judgement judgeAdam(const Evidence& evidence);

/// The place of the peak varies between seeds, as the top is flat: judged is the mean over seeds.
Judgement judgeWarmUp(const Evidence& evidence);
Judgement judgeNetworkLoss(const Evidence& evidence);
Judgement judgeTie(const Evidence& evidence);

/// An observation: the verdict is not used.
Judgement observeNoGain(const Evidence& evidence);

} // namespace convergence::schedule_refinement
