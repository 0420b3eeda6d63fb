#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/experiment/description.h"

namespace convergence {

/// A sweep as it is typed instead of written to a file.
struct TypedSweep {
    std::string preset;
    Overrides fixed;
    /// NAME=VALUES each. VALUES is one of
    ///
    ///     2,3,4                 these values; a list as a value is written [a;b]
    ///     0.01..1:5             five values, evenly spaced
    ///     0.01..1:log:5         five values, evenly spaced in the logarithm
    std::vector<std::string> vary;
    std::string seeds; ///< a count ("10" is 0 to 9), or seeds with commas; empty: none
};

/// The content of the sweep file that says the same (SweepPlan::fromJson). Throws InputError naming
/// the option and what would be accepted; values that an experiment refuses are SweepPlan's to
/// tell.
nlohmann::json sweepJson(const Description& description, const TypedSweep& typed);

} // namespace convergence
