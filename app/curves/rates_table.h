#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/experiment/table_frame.h"
#include "core/math/rate_fit.h"

namespace convergence {

/// Which part of a curve a rate is of, in units of its clock.
struct RateWindow {
    std::string name;
    double from = 0.0, to = 0.0;
};

/// The windows that are worth a look at: the one that is asked for (from < to, or to = 0: to the
/// end; none where both are 0), the whole curve, its second half, and its last decade where there
/// are two.
std::vector<RateWindow> rateWindows(std::span<const double> x, double from, double to);

/// Rates of one curve over one window.
struct RateLine {
    std::string curve;
    RateWindow window;
    Rates rates;
};

/// "−0.512 (−0.53 … −0.49)", or a dash.
std::string slopeInWords(const LineFit& fit, double sign);

/// A row a line: both laws with their 95 % intervals, and which describes the curve better.
TableFrame ratesTable(const std::vector<RateLine>& lines);

} // namespace convergence
