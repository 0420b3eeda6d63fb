#pragma once

#include <initializer_list>
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

/// Of two that must both hold: a failure counts before a lack of data, and that before `holds`.
constexpr Verdict worse(Verdict a, Verdict b) {
    for (const Verdict verdict : {Verdict::fails, Verdict::notEnoughData})
        if (a == verdict || b == verdict)
            return verdict;
    return a;
}

} // namespace convergence
