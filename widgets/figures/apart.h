#pragma once

#include <vector>

namespace convergence {

/// Boxes in a column: where each would like its middle to be, and how high it is.
struct WantedPlace {
    double middle = 0.0;
    double height = 0.0;
};

/// Middles, in the same order, at which no two boxes overlap and all lie between `low` and `high`,
/// as near to the wanted ones as can be (least sum of squares; boxes keep their order). Where they
/// do not all fit they begin at `low` and go beyond `high`.
std::vector<double> movedApart(const std::vector<WantedPlace>& wanted, double low, double high);

} // namespace convergence
