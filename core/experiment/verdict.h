#pragma once

#include <string_view>

namespace convergence {

/// What came of judging a claim.
enum class Verdict {
    holds,
    fails,
    notEnoughData, ///< runs too few, too short, undecided by their interval, or on other data
    observed,      ///< measured and shown; the claim is an observation, which nothing judges
};
std::string_view nameOf(Verdict verdict);

} // namespace convergence
