// What the claims of matrix-sensing measure.

#pragma once

#include <functional>
#include <string>

#include "core/experiment/claim.h"

namespace convergence::matrix_sensing {

/// Slope of ln e² against ln t over [first, last] for every trial of an arm.
Judgement judgeSlope(const Evidence& evidence, const std::string& arm, double first, double last,
                     double expected, double tolerance);

/// e_T · 2ηT/√(k − r), which the theory says is 1.
Judgement judgeConstant(const Evidence& evidence, double tolerance);
Judgement judgeExact(const Evidence& evidence);
Judgement judgeSurplusRate(const Evidence& evidence);
Judgement judgeExponent(const Evidence& evidence);
Judgement judgeModifiedSpread(const Evidence& evidence);
Judgement judgeModifiedGain(const Evidence& evidence);
Judgement judgeRectangular(const Evidence& evidence);
Judgement judgeBalancePeak(const Evidence& evidence);
Judgement judgeImbalance(const Evidence& evidence);

/// For claims about the population limit: a watched run with random measurements says nothing.
std::function<Judgement(const Evidence&)>
inPopulationLimit(std::function<Judgement(const Evidence&)> judge);

} // namespace convergence::matrix_sensing
