// What the claims of voxel-radiance measure.

#pragma once

#include <functional>
#include <string>

#include "core/experiment/claim.h"

namespace convergence::voxel_radiance {

/// Every run must have the advantage of at least `least` dB.
Judgement judgeAdvantage(const Evidence& evidence, const std::string& a, const std::string& b,
                         double least, const std::string& what);
/// PSNR in dB, SSIM in [0, 1].
Judgement judgeQuality(const Evidence& evidence, double leastPsnr, double leastSsim);
Judgement judgeFasterThanNerf(const Evidence& evidence);
Judgement judgePlane(const Evidence& evidence);
Judgement judgePostInSpace(const Evidence& evidence);
Judgement judgeBoxes(const Evidence& evidence);

/// Within a run, trials of one arm from several start opacities: the smallest against the largest.
Judgement judgeOverfitting(const Evidence& evidence);
Judgement judgeSkipping(const Evidence& evidence);

/// Mean difference of an arm to the grid, with its interval, without a verdict.
std::function<Judgement(const Evidence&)> observeDifference(std::string arm, std::string what);

/// The same for runs under other parameters: runs labelled `label` against those labelled "small".
std::function<Judgement(const Evidence&)> observeRuns(std::string label, std::string what);

} // namespace convergence::voxel_radiance
