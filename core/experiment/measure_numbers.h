#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/experiment/measure.h"

namespace convergence::measures {

// What the sources of measure.h share.

/// Of numbers that all have to be there. A NaN among them is the outcome.
template <typename Before>
Number extreme(const std::vector<Number>& numbers, Before before) {
    Number found;
    for (const Number& number : numbers) {
        if (!number)
            return std::nullopt;
        if (!found || std::isnan(*number) || (!std::isnan(*found) && before(*number, *found)))
            found = number;
    }
    return found;
}

/// Throws std::logic_error where no trial is given; `what` is what was to be measured of it.
std::size_t trialOf(const Place& place, const std::string& what);

} // namespace convergence::measures
