#pragma once

#include <cstddef>
#include <limits>

#include "core/experiment/claim.h"

namespace convergence {

/// Whether a verdict would be another on other seeds, computed from one pool of runs and not by
/// running again (Efron 1979): protocols of the claim's size are drawn from the pool with
/// repetitions, and each is judged. Deterministic: the draws have a stream of their own.
///
/// What is drawn are the seeds of a protocol, with all runs of a seed together so that pairs stay
/// pairs; where a protocol has no seeds, the replicates inside its runs. A claim with neither is
/// deterministic.
struct Stability {
    std::size_t pool = 0;  ///< seeds, or replicates; 0 where nothing is random
    std::size_t draws = 0; ///< those that could be judged
    /// Mean and standard deviation over the draws of what the protocol measures.
    double estimate = std::numeric_limits<double>::quiet_NaN();
    double standardError = std::numeric_limits<double>::quiet_NaN();
    /// From the threshold, in standard errors of the margin (Judgement::margins); of several
    /// thresholds the least. Positive: inside. Infinite where nothing is random; 0 where some draws
    /// never came to a number that others came to. NaN where words decide.
    double distance = std::numeric_limits<double>::quiet_NaN();

    /// 3.3 standard errors: one verdict in a thousand would be the other.
    static constexpr double least = 3.3;
    [[nodiscard]] bool stable() const { return distance >= least || distance <= -least; }
};

struct StabilityOptions {
    std::size_t draws = 2000;
};

/// `pool`: the runs of the claim's protocol at the pool's seeds. Draws whose judgement measures
/// nothing are left out; a NaN that was measured counts as outside.
Stability stabilityOf(const Claim& claim, const Evidence& pool,
                      const StabilityOptions& options = {});

} // namespace convergence
