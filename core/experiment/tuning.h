#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/experiment/recording.h"

namespace convergence {

/// How arms are compared at their best: the value of `factor` is chosen by the smallest mean of
/// `validation` over replicates, and `metric` is what is then compared.
struct TuningSpec {
    std::string factor;
    std::string validation;
    std::string metric;
};

struct TunedResult {
    std::vector<double> metric; ///< one a replicate, in order; empty if nothing is complete
    std::vector<std::uint64_t> replicates; ///< whose they are
    double chosen = 0.0;                   ///< value of the tuned factor
    bool atEdge = false; ///< the best is the smallest or largest value of the grid
};

/// Among `trials` whose factors have the given values, picks the best value of the tuned factor.
/// A value of the factor counts only once all its trials are in; trials that did not finish count
/// as infinitely bad.
TunedResult tunedResult(const Recording& recording, std::span<const std::size_t> trials,
                        const std::map<std::string, double>& factors, const TuningSpec& spec);

} // namespace convergence
