// What the claims of matrix-sensing measure beyond core/experiment/curve_judges.h.

#pragma once

#include "core/experiment/claim.h"
#include "core/experiment/curve_judges.h"

namespace convergence::matrix_sensing {

/// −ln(1 − η/κ).
double rateAtExactRank(const EvidenceRun& run, std::size_t trial);
/// −ln(1 − ησ_k²) with the smallest singular value of the larger factor at the end.
double rateOfSurplus(const EvidenceRun& run, std::size_t trial);

/// e_T·2ηT/√(k − r).
Judgement judgeConstant(const Evidence& evidence, const Claim& claim);
/// How many times faster the modified step makes the smallest start, and the relative change of
/// FGᵀ by it.
Judgement judgeGain(const Evidence& evidence, const Claim& claim);
/// β of the fastest rate, and that rate over the second.
Judgement judgeBalance(const Evidence& evidence, const Claim& claim);
/// The same of several arms: the first that fails, else the first that lacks data, else the first.
Judge worstOf(std::vector<Judge> arms);

/// For claims about the population limit: a watched run with random measurements says nothing.
Judge inPopulationLimit(Judge judge);

} // namespace convergence::matrix_sensing
