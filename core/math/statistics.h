#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "core/math/random.h"

namespace convergence {

// ---- Distributions -------------------------------------------------------------------------

/// Standard normal distribution function.
double normalCdf(double x);
/// Student's t distribution function with `degrees` > 0 degrees of freedom: regularized incomplete
/// beta function (continued fraction, Lentz) up to 300 degrees, beyond that Hill's expansion about
/// the normal (1970). Relative error below 1e-10 in the lower tail for |t| ≤ 10.
double studentTCdf(double t, double degrees);
/// Its inverse, by bisection of the tail to machine precision; 0 < probability < 1
/// (std::logic_error otherwise).
double studentTQuantile(double probability, double degrees);

// ---- Samples -------------------------------------------------------------------------------

/// Mean; NaN for an empty sample.
double mean(std::span<const double> sample);
/// Standard deviation with n − 1 in the denominator; NaN for fewer than two.
double standardDeviation(std::span<const double> sample);
/// Standard error of the mean, standardDeviation / √n; NaN for fewer than two.
double standardError(std::span<const double> sample);
/// Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
/// NaN for an empty sample and for one that has a NaN in it; 0 ≤ probability ≤ 1 (std::logic_error
/// otherwise).
double quantile(std::vector<double> sample, double probability);
double median(std::vector<double> sample);
/// Median and quartiles, e.g. of one quantity over replicates; NaN like quantile().
struct Quartiles {
    double lower = std::numeric_limits<double>::quiet_NaN();
    double median = std::numeric_limits<double>::quiet_NaN();
    double upper = std::numeric_limits<double>::quiet_NaN();
};
Quartiles quartiles(std::vector<double> sample);
/// Quartiles at each position over replicates (one curve each). A replicate that is shorter than
/// others, or NaN at a position, is left out there.
std::vector<Quartiles> quartileBand(std::span<const std::vector<double>> replicates);
/// Ranks from 1, ties averaged; all NaN if the sample has a NaN in it.
std::vector<double> ranks(std::span<const double> sample);

/// A point estimate and an interval that covers it.
struct Interval {
    double estimate = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
};

/// Mean with its Student t interval; the interval is NaN for fewer than two values.
Interval meanInterval(std::span<const double> sample, double confidence = 0.95);
/// Mean with a bootstrap percentile interval from `resamples` resamples of `stream`.
Interval bootstrapMean(std::span<const double> sample, RandomStream stream,
                       double confidence = 0.95, std::size_t resamples = 2000);
/// a − b, paired: mean difference with its t interval. Throws InputError if the sizes differ.
Interval pairedDifference(std::span<const double> a, std::span<const double> b,
                          double confidence = 0.95);

struct MannWhitney {
    double u = 0.0;      ///< pairs (a_i, b_j) with a_i < b_j, ties count ½
    double pBelow = 1.0; ///< one-sided: evidence that a tends to be below b
    double pTwoSided = 1.0;
};
/// Exact for up to 20 values in all without ties, else normal approximation with corrections for
/// ties and continuity (Mann and Whitney 1947). Throws InputError on an empty sample and on NaN.
MannWhitney mannWhitney(std::span<const double> a, std::span<const double> b);

// ---- Fits ----------------------------------------------------------------------------------

/// Least-squares line through (x, y) after the transformation of the fit.
struct LineFit {
    double slope = std::numeric_limits<double>::quiet_NaN();
    double intercept = std::numeric_limits<double>::quiet_NaN();
    double rSquared = std::numeric_limits<double>::quiet_NaN();
    double slopeError = std::numeric_limits<double>::quiet_NaN(); ///< standard error
    double slopeLow = std::numeric_limits<double>::quiet_NaN();   ///< 95 % Student t interval
    double slopeHigh = std::numeric_limits<double>::quiet_NaN();
    std::size_t count = 0;   ///< points used
    std::size_t dropped = 0; ///< points in the window that had no logarithm
    double xMinimum = std::numeric_limits<double>::quiet_NaN(); ///< of the points used
    double xMaximum = std::numeric_limits<double>::quiet_NaN();

    /// At least three points that do not all have the same x.
    [[nodiscard]] bool valid() const { return count >= 3 && xMaximum > xMinimum; }
};

/// Which points a fit takes. Bounds are inclusive.
struct FitWindow {
    double xMinimum = -std::numeric_limits<double>::infinity();
    double xMaximum = std::numeric_limits<double>::infinity();
    double yMinimum = -std::numeric_limits<double>::infinity();
    double yMaximum = std::numeric_limits<double>::infinity();
    /// At most this many points, the nearest to log-spaced x; 0 = all. Needs increasing x; has no
    /// effect where x starts at 0 or below.
    std::size_t logSpacedSamples = 0;
    /// With y bounds: stop at the first point below yMinimum, so that noise at a floor, which may
    /// come back above it, is left out.
    bool stopAtFloor = true;
};

/// y = intercept + slope·x. x and y have equal lengths (std::logic_error otherwise). Points that
/// are not finite are dropped and counted.
/// With fewer than three points the fit is not valid and its numbers are NaN. The errors assume
/// independent residuals: on a trajectory they describe scatter about the line, not uncertainty of
/// an exponent.
LineFit fitLinear(std::span<const double> x, std::span<const double> y,
                  const FitWindow& window = {});
/// ln y = intercept + slope·x: exponential decay at the rate −slope per unit of x.
LineFit fitLogLinear(std::span<const double> x, std::span<const double> y,
                     const FitWindow& window = {});
/// ln y = intercept + slope·ln x: a power law. Points with x ≤ 0 or y ≤ 0 are dropped and counted.
LineFit fitLogLog(std::span<const double> x, std::span<const double> y,
                  const FitWindow& window = {});

} // namespace convergence
