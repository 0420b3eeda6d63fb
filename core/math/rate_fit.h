#pragma once

#include <span>

#include "core/math/statistics.h"

namespace convergence {

/// How a positive quantity falls, as a straight line: ln y against ln x, or against x.
enum class RateLaw {
    power,      ///< y = c·x^s: the slope s
    exponential ///< y = c·e^{s·x}: −s is the rate
};

/// The same fit with an interval for residuals that hang together, as those of training curves do.
/// With the lag-one autocorrelation ρ > 0 of the residuals in the order of x, corrected for the
/// bias of a short series, n points are worth n(1 − ρ)/(1 + ρ): the standard error grows by the
/// root of (1 + ρ)/(1 − ρ), and Student's t has as many degrees of freedom as points are left. ρ is
/// at most 0.99. Exact for no process, close for residuals of first order (Bartlett 1935).
///
/// `x` and `y` are the points that were fitted, in order. Fits that are not valid stay as they are.
/// Where the points are worth fewer than `leastWorth` there is no interval: its ends are NaN. What
/// is left then is no scatter but a bend.
LineFit allowingForCorrelation(LineFit fit, RateLaw law, std::span<const double> x,
                               std::span<const double> y, double leastWorth = 0.0);

/// Both laws on the same points of a curve.
struct Rates {
    LineFit power, exponential;
    std::size_t points = 0;
    /// Of ln y about the two lines: the smaller sum of squares says which law describes it better.
    [[nodiscard]] bool isPower() const { return power.rSquared >= exponential.rSquared; }
    [[nodiscard]] bool valid() const { return power.valid() && exponential.valid(); }
};
/// Of points with x and y above 0 and x in the window, at most 300, log-spaced. x increases.
Rates fitRates(std::span<const double> x, std::span<const double> y, double from, double to);

} // namespace convergence
