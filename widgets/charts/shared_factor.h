#pragma once

#include <string>

#include "widgets/charts/ticks.h"

namespace convergence {

/// Takes a power of ten out of the labels of linear ticks whose numbers are long without it, so
/// that it can be written once: "×10⁻⁵". Empty, and nothing is changed, where it makes them no
/// shorter.
std::string takeFactor(AxisTicks& ticks);

} // namespace convergence
