#include "widgets/charts/shared_factor.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace convergence {

namespace {

bool isIntegral(double value) {
    return std::abs(value - std::round(value)) < 1e-9 * std::max(1.0, std::abs(value));
}

} // namespace

std::string takeFactor(AxisTicks& ticks) {
    if (ticks.major.size() < 2)
        return {};
    double largest = 0.0, step = INFINITY;
    for (std::size_t i = 0; i < ticks.major.size(); ++i) {
        largest = std::max(largest, std::abs(ticks.major[i].value));
        if (i > 0)
            step = std::min(step, ticks.major[i].value - ticks.major[i - 1].value);
    }
    if (!(largest >= 1e5 || largest < 1e-2) || !(step > 0.0))
        return {};
    const int exponent = int(std::floor(std::log10(largest) + 1e-9));
    const double power = std::pow(10.0, exponent);
    int decimals = 0;
    while (decimals < 6 && !isIntegral(std::pow(10.0, decimals) * step / power))
        ++decimals;
    if (decimals > 3)
        return {};
    for (Tick& tick : ticks.major) {
        tick.label = tick.value == 0.0 ? "0" : fmt::format("{:.{}f}", tick.value / power, decimals);
        if (tick.label.starts_with('-'))
            tick.label.replace(0, 1, "−");
    }
    return "×10" + superscript(exponent);
}

} // namespace convergence
