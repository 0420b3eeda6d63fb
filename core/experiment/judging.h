#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/experiment/claim.h"

namespace convergence {

/// What judges of claims share.

/// One measured number for each run (or trial) that a claim looks at.
struct Sample {
    double value = 0.0;
    bool inside = false; ///< within the claim's threshold
    std::string place;   ///< for the explanation: "seed 1"
};

/// All samples must be inside: the verdict, their mean, and their range as the interval. Not enough
/// data without samples.
Judgement judgeAll(const std::vector<Sample>& samples, std::string threshold,
                   const std::string& what);

/// Puts the mean of `sample` and its 95 % Student t interval into the judgement.
void setMeanInterval(Judgement& judgement, std::span<const double> sample);

/// True once the trial will record no more and was not cut short.
bool ended(const EvidenceRun& run, std::size_t trial);

/// Where a run of a protocol stands, for explanations: "its label, seed 1"; without a seed, where
/// nothing is random.
std::string placeOf(const EvidenceRun& run);

/// A final metric of a trial; not applicable until the trial has ended.
double finalOf(const EvidenceRun& run, std::size_t trial, const std::string& column);
/// The same of an arm's first trial; not applicable if there is none.
double finalOf(const Evidence& evidence, const EvidenceRun& run, const std::string& arm,
               const std::string& column);

/// Enough for a range, too few for a rank test.
inline const std::vector<std::uint64_t> threeSeeds = {0, 1, 2};
/// For the interval of a mean.
inline const std::vector<std::uint64_t> twelveSeeds = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

/// For means near a threshold.
inline const std::vector<std::uint64_t> twentySeeds = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                                       10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

/// A refutation that runs the arm `by` alone and puts it in the place of `arm`. The experiment
/// chooses its arms by a choice set named "arms".
Refutation replacedArm(const std::string& arm, const std::string& by, std::string description);

} // namespace convergence
