#include "core/math/rate_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace convergence {

namespace {

constexpr double largestCorrelation = 0.99;
constexpr std::size_t mostPoints = 300;

/// Lag-one autocorrelation of a line's residuals, corrected for its bias −(1 + 4ρ)/n.
double correlationOf(const std::vector<double>& residuals) {
    double products = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < residuals.size(); ++i) {
        squares += residuals[i] * residuals[i];
        if (i > 0)
            products += residuals[i] * residuals[i - 1];
    }
    if (!(squares > 0.0))
        return 0.0;
    const double raw = products / squares, n = static_cast<double>(residuals.size());
    return std::clamp(raw + (1.0 + 4.0 * raw) / n, 0.0, largestCorrelation);
}

/// The points, evenly spaced in ln x where there are more than enough.
void thin(std::vector<double>& x, std::vector<double>& y) {
    if (x.size() <= mostPoints)
        return;
    const double first = std::log(x.front()), last = std::log(x.back());
    std::vector<double> keptX, keptY;
    std::size_t row = 0;
    for (std::size_t i = 0; i < mostPoints; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(mostPoints - 1);
        const double wanted = std::exp(first + share * (last - first)) * (1.0 - 1e-12);
        row = static_cast<std::size_t>(
            std::lower_bound(x.begin() + static_cast<std::ptrdiff_t>(row), x.end(), wanted) -
            x.begin());
        row = std::min(row, x.size() - 1);
        if (keptX.empty() || keptX.back() != x[row]) {
            keptX.push_back(x[row]);
            keptY.push_back(y[row]);
        }
    }
    x = std::move(keptX);
    y = std::move(keptY);
}

} // namespace

LineFit allowingForCorrelation(LineFit fit, RateLaw law, std::span<const double> x,
                               std::span<const double> y, double leastWorth) {
    if (!fit.valid() || !std::isfinite(fit.slopeError))
        return fit;
    std::vector<double> residuals;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()) && residuals.size() < fit.count; ++i) {
        const bool isUsed = std::isfinite(x[i]) && std::isfinite(y[i]) && y[i] > 0.0 &&
                            (law == RateLaw::exponential || x[i] > 0.0);
        if (isUsed)
            residuals.push_back(std::log(y[i]) - fit.intercept -
                                fit.slope * (law == RateLaw::power ? std::log(x[i]) : x[i]));
    }
    const double rho = correlationOf(residuals);
    const double inflation = (1.0 + rho) / (1.0 - rho);
    const double worth = static_cast<double>(fit.count) / inflation;
    fit.slopeError *= std::sqrt(inflation);
    if (worth < leastWorth) {
        fit.slopeLow = fit.slopeHigh = std::numeric_limits<double>::quiet_NaN();
        return fit;
    }
    const double reach = studentTQuantile(0.975, std::max(1.0, worth - 2.0)) * fit.slopeError;
    fit.slopeLow = fit.slope - reach;
    fit.slopeHigh = fit.slope + reach;
    return fit;
}

Rates fitRates(std::span<const double> x, std::span<const double> y, double from, double to) {
    std::vector<double> usedX, usedY;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        if (x[i] > 0.0 && x[i] >= from && x[i] <= to && y[i] > 0.0 && std::isfinite(x[i]) &&
            std::isfinite(y[i])) {
            usedX.push_back(x[i]);
            usedY.push_back(y[i]);
        }
    thin(usedX, usedY);
    return {.power = allowingForCorrelation(fitLogLog(usedX, usedY), RateLaw::power, usedX, usedY),
            .exponential = allowingForCorrelation(fitLogLinear(usedX, usedY), RateLaw::exponential,
                                                  usedX, usedY),
            .points = usedX.size()};
}

} // namespace convergence
