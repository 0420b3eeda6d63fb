#include "core/math/statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Continued fraction of the incomplete beta function (modified Lentz).
double betaFraction(double a, double b, double x) {
    constexpr double tiny = 1e-300;
    constexpr int enoughTerms = 10000;
    const auto guarded = [](double value) { return std::abs(value) < tiny ? tiny : value; };
    double c = 1.0;
    double d = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    double fraction = d;
    for (int m = 1; m < enoughTerms; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1.0 / guarded(1.0 + even * d);
        c = guarded(1.0 + even / c);
        fraction *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1.0 / guarded(1.0 + odd * d);
        c = guarded(1.0 + odd / c);
        fraction *= d * c;
        if (std::abs(d * c - 1.0) < 1e-16)
            break;
    }
    return fraction;
}

/// Above so many degrees of freedom the incomplete beta function loses digits to cancellation, and
/// the expansion about the normal has more than enough.
constexpr double manyDegrees = 300.0;

/// P(T ≤ −t), t ≥ 0: half of I_x(ν/2, ½) with x = ν/(ν + t²).
double studentTTailByBeta(double t, double degrees) {
    const double a = 0.5 * degrees;
    const double x = degrees / (degrees + t * t);
    const double complement = t * t / (degrees + t * t); // 1 − x without cancellation
    if (complement <= 0.0)
        return 0.5;
    // x^a (1 − x)^½ / B(a, ½), with ln x = −ln(1 + t²/ν).
    const double front = std::tgamma(a + 0.5) / std::tgamma(a) / std::sqrt(std::numbers::pi) *
                         std::exp(-a * std::log1p(t * t / degrees)) * std::sqrt(complement);
    // The fraction converges fast on this side of the mean; the other follows by symmetry.
    return x < (a + 1.0) / (a + 2.5) ? 0.5 * front * betaFraction(a, 0.5, x) / a
                                     : 0.5 * (1.0 - front * betaFraction(0.5, a, complement) / 0.5);
}

/// The same by the normal deviate of equal tail (Hill 1970).
double studentTTailByNormal(double t, double degrees) {
    const double a = degrees - 0.5;
    const double b = 48.0 * a * a;
    const double y = a * std::log1p(t * t / degrees);
    const double correction = ((-0.4 * y - 3.3) * y - 24.0) * y - 85.5;
    const double deviate =
        std::sqrt(y) * (1.0 + (y + 3.0 + correction / (0.8 * y * y + 100.0 + b)) / b);
    return normalCdf(-deviate);
}

bool hasNan(std::span<const double> sample) {
    return std::any_of(sample.begin(), sample.end(),
                       [](double value) { return std::isnan(value); });
}

double quantileOfSorted(const std::vector<double>& sorted, double probability) {
    const double position = probability * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double fraction = position - static_cast<double>(below);
    // At a whole position the next value has no say, which matters where it is infinite.
    return fraction == 0.0 ? sorted[below] : std::lerp(sorted[below], sorted[below + 1], fraction);
}

struct Points {
    std::vector<double> x;
    std::vector<double> y;
};

/// Of increasing x, the indices nearest to log-spaced positions.
std::vector<std::size_t> logSpacedIndices(const std::vector<double>& x, std::size_t samples) {
    std::vector<std::size_t> chosen;
    const double first = std::log(x.front());
    const double last = std::log(x.back());
    for (std::size_t i = 0; i < samples; ++i) {
        const double target =
            std::exp(first + (last - first) * static_cast<double>(i) /
                                 static_cast<double>(std::max<std::size_t>(samples - 1, 1)));
        auto at = std::lower_bound(x.begin(), x.end(), target);
        if (at == x.end() || (at != x.begin() && target - *(at - 1) < *at - target))
            --at;
        const auto index = static_cast<std::size_t>(at - x.begin());
        if (chosen.empty() || index != chosen.back())
            chosen.push_back(index);
    }
    return chosen;
}

Points thinned(Points points, std::size_t samples) {
    if (samples == 0 || points.x.size() <= samples || points.x.front() <= 0.0)
        return points;
    Points chosen;
    for (const std::size_t index : logSpacedIndices(points.x, samples)) {
        chosen.x.push_back(points.x[index]);
        chosen.y.push_back(points.y[index]);
    }
    return chosen;
}

/// Least and greatest; NaN if there is none.
std::pair<double, double> range(const std::vector<double>& values) {
    if (values.empty())
        return {nan, nan};
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    return {*least, *greatest};
}

LineFit fitLine(const Points& points) {
    LineFit fit;
    fit.count = points.x.size();
    std::tie(fit.xMinimum, fit.xMaximum) = range(points.x);
    if (!fit.valid())
        return fit;
    const double n = static_cast<double>(fit.count);
    const double meanX = mean(points.x);
    const double meanY = mean(points.y);
    double sxx = 0.0, sxy = 0.0, syy = 0.0;
    for (std::size_t i = 0; i < fit.count; ++i) {
        const double dx = points.x[i] - meanX;
        const double dy = points.y[i] - meanY;
        sxx += dx * dx;
        sxy += dx * dy;
        syy += dy * dy;
    }
    fit.slope = sxy / sxx;
    fit.intercept = meanY - fit.slope * meanX;
    double residual = 0.0;
    for (std::size_t i = 0; i < fit.count; ++i) {
        const double r = points.y[i] - meanY - fit.slope * (points.x[i] - meanX);
        residual += r * r;
    }
    fit.rSquared = syy > 0.0 ? 1.0 - residual / syy : 1.0;
    fit.slopeError = std::sqrt(residual / (n - 2.0) / sxx);
    const double reach = studentTQuantile(0.975, n - 2.0) * fit.slopeError;
    fit.slopeLow = fit.slope - reach;
    fit.slopeHigh = fit.slope + reach;
    return fit;
}

LineFit fitTransformed(std::span<const double> x, std::span<const double> y,
                       const FitWindow& window, bool logX, bool logY) {
    if (x.size() != y.size())
        throw std::logic_error(
            fmt::format("a fit was given {} abscissas and {} ordinates", x.size(), y.size()));
    Points points;
    std::size_t dropped = 0;
    bool above = false;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!(x[i] >= window.xMinimum && x[i] <= window.xMaximum))
            continue;
        above |= y[i] >= window.yMinimum;
        if (window.stopAtFloor && above && y[i] < window.yMinimum)
            break;
        if (y[i] < window.yMinimum || y[i] > window.yMaximum)
            continue;
        if (!std::isfinite(x[i]) || !std::isfinite(y[i]) || (logX && x[i] <= 0.0) ||
            (logY && y[i] <= 0.0)) {
            ++dropped;
            continue;
        }
        points.x.push_back(x[i]);
        points.y.push_back(y[i]);
    }
    points = thinned(std::move(points), window.logSpacedSamples);
    const auto used = range(points.x);
    if (logX)
        for (double& value : points.x)
            value = std::log(value);
    if (logY)
        for (double& value : points.y)
            value = std::log(value);
    LineFit fit = fitLine(points);
    fit.dropped = dropped;
    std::tie(fit.xMinimum, fit.xMaximum) = used;
    return fit;
}

/// Number of ways, of all C(n + m, n), in which U ≤ u (Mann and Whitney 1947, recursion by counts).
double exactLowerTail(std::size_t n, std::size_t m, double u) {
    // ways[i][v]: subsets of size i of the first so many ranks with rank sum excess v.
    const std::size_t largest = n * m;
    std::vector<std::vector<double>> ways(n + 1, std::vector<double>(largest + 1, 0.0));
    ways[0][0] = 1.0;
    for (std::size_t rank = 1; rank <= n + m; ++rank)
        for (std::size_t i = std::min(rank, n); i >= 1; --i) {
            // Taking `rank` as the i-th smallest adds rank − i to U.
            const std::size_t excess = rank - i;
            for (std::size_t v = largest + 1; v-- > excess;)
                ways[i][v] += ways[i - 1][v - excess];
        }
    double below = 0.0, all = 0.0;
    for (std::size_t v = 0; v <= largest; ++v) {
        all += ways[n][v];
        if (static_cast<double>(v) <= u)
            below += ways[n][v];
    }
    return below / all;
}

} // namespace

double normalCdf(double x) {
    return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

double studentTCdf(double t, double degrees) {
    const double tail = degrees > manyDegrees ? studentTTailByNormal(std::abs(t), degrees)
                                              : studentTTailByBeta(std::abs(t), degrees);
    return t > 0.0 ? 1.0 - tail : tail;
}

double studentTQuantile(double probability, double degrees) {
    if (!(probability > 0.0 && probability < 1.0))
        throw std::logic_error(
            fmt::format("a quantile at probability {} was asked for", probability));
    const double tail = std::min(probability, 1.0 - probability);
    double low = 0.0, high = 1.0;
    while (studentTCdf(-high, degrees) > tail && high < 1e300)
        high *= 2.0;
    while (high - low > 1e-15 * high) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high)
            break;
        (studentTCdf(-middle, degrees) > tail ? low : high) = middle;
    }
    const double quantile = 0.5 * (low + high);
    return probability < 0.5 ? -quantile : quantile;
}

double mean(std::span<const double> sample) {
    if (sample.empty())
        return nan;
    return std::accumulate(sample.begin(), sample.end(), 0.0) / static_cast<double>(sample.size());
}

double standardDeviation(std::span<const double> sample) {
    if (sample.size() < 2)
        return nan;
    const double center = mean(sample);
    double sum = 0.0;
    for (const double value : sample)
        sum += (value - center) * (value - center);
    return std::sqrt(sum / static_cast<double>(sample.size() - 1));
}

double standardError(std::span<const double> sample) {
    return standardDeviation(sample) / std::sqrt(static_cast<double>(sample.size()));
}

double quantile(std::vector<double> sample, double probability) {
    if (!(probability >= 0.0 && probability <= 1.0))
        throw std::logic_error(
            fmt::format("a quantile at probability {} was asked for", probability));
    if (sample.empty() || hasNan(sample))
        return nan;
    std::sort(sample.begin(), sample.end());
    return quantileOfSorted(sample, probability);
}

double median(std::vector<double> sample) {
    return quantile(std::move(sample), 0.5);
}

Quartiles quartiles(std::vector<double> sample) {
    if (sample.empty() || hasNan(sample))
        return {};
    std::sort(sample.begin(), sample.end());
    return {quantileOfSorted(sample, 0.25), quantileOfSorted(sample, 0.5),
            quantileOfSorted(sample, 0.75)};
}

std::vector<Quartiles> quartileBand(std::span<const std::vector<double>> replicates) {
    std::size_t length = 0;
    for (const std::vector<double>& replicate : replicates)
        length = std::max(length, replicate.size());
    std::vector<Quartiles> band(length);
    std::vector<double> values;
    for (std::size_t i = 0; i < length; ++i) {
        values.clear();
        for (const std::vector<double>& replicate : replicates)
            if (i < replicate.size() && !std::isnan(replicate[i]))
                values.push_back(replicate[i]);
        band[i] = quartiles(values);
    }
    return band;
}

std::vector<double> ranks(std::span<const double> sample) {
    if (hasNan(sample))
        return std::vector<double>(sample.size(), nan);
    std::vector<std::size_t> order(sample.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return sample[a] < sample[b]; });
    std::vector<double> result(sample.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first + 1;
        while (end < order.size() && sample[order[end]] == sample[order[first]])
            ++end;
        const double rank = 0.5 * static_cast<double>(first + 1 + end);
        for (; first < end; ++first)
            result[order[first]] = rank;
    }
    return result;
}

Interval meanInterval(std::span<const double> sample, double confidence) {
    Interval interval{mean(sample), nan, nan};
    if (sample.size() < 2)
        return interval;
    const double n = static_cast<double>(sample.size());
    const double reach = studentTQuantile(0.5 + 0.5 * confidence, n - 1.0) * standardError(sample);
    interval.low = interval.estimate - reach;
    interval.high = interval.estimate + reach;
    return interval;
}

Interval bootstrapMean(std::span<const double> sample, RandomStream stream, double confidence,
                       std::size_t resamples) {
    Interval interval{mean(sample), nan, nan};
    if (sample.size() < 2)
        return interval;
    std::vector<double> means(resamples);
    for (double& value : means) {
        double sum = 0.0;
        for (std::size_t i = 0; i < sample.size(); ++i)
            sum += sample[stream.integer(sample.size())];
        value = sum / static_cast<double>(sample.size());
    }
    interval.low = quantile(means, 0.5 - 0.5 * confidence);
    interval.high = quantile(means, 0.5 + 0.5 * confidence);
    return interval;
}

Interval pairedDifference(std::span<const double> a, std::span<const double> b, double confidence) {
    if (a.size() != b.size())
        throw InputError(
            fmt::format("Paired samples of {} and {} values were given; they must be of one size.",
                        a.size(), b.size()));
    std::vector<double> differences(a.size());
    std::transform(a.begin(), a.end(), b.begin(), differences.begin(), std::minus<>());
    return meanInterval(differences, confidence);
}

MannWhitney mannWhitney(std::span<const double> a, std::span<const double> b) {
    if (a.empty() || b.empty())
        throw InputError(fmt::format(
            "Samples of {} and {} values were given to a rank test; both need at least one.",
            a.size(), b.size()));
    if (hasNan(a) || hasNan(b))
        throw InputError("A rank test was given values that are not numbers; every value must have "
                         "its place in the order.");
    std::vector<double> both(a.begin(), a.end());
    both.insert(both.end(), b.begin(), b.end());
    const std::vector<double> rank = ranks(both);
    const double n = static_cast<double>(a.size());
    const double m = static_cast<double>(b.size());
    const double rankSumOfA = std::accumulate(rank.begin(), rank.begin() + std::ssize(a), 0.0);
    // Pairs in which a is above b; small when a tends to be below.
    const double above = rankSumOfA - n * (n + 1.0) / 2.0;
    MannWhitney result;
    result.u = n * m - above;

    std::vector<double> sorted = both;
    std::sort(sorted.begin(), sorted.end());
    double ties = 0.0;
    for (std::size_t first = 0; first < sorted.size();) {
        std::size_t end = first;
        while (end < sorted.size() && sorted[end] == sorted[first])
            ++end;
        const double t = static_cast<double>(end - first);
        ties += t * t * t - t;
        first = end;
    }
    constexpr std::size_t largestExact = 20;
    double pAbove = 1.0;
    if (ties == 0.0 && both.size() <= largestExact) {
        result.pBelow = exactLowerTail(a.size(), b.size(), above);
        pAbove = exactLowerTail(a.size(), b.size(), result.u);
    } else {
        const double total = n + m;
        const double variance = n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
        if (variance <= 0.0)
            return result; // all values are equal
        const double center = 0.5 * n * m;
        result.pBelow = normalCdf((above - center + 0.5) / std::sqrt(variance));
        pAbove = normalCdf((result.u - center + 0.5) / std::sqrt(variance));
    }
    result.pTwoSided = std::min(1.0, 2.0 * std::min(result.pBelow, pAbove));
    return result;
}

LineFit fitLinear(std::span<const double> x, std::span<const double> y, const FitWindow& window) {
    return fitTransformed(x, y, window, false, false);
}

LineFit fitLogLinear(std::span<const double> x, std::span<const double> y,
                     const FitWindow& window) {
    return fitTransformed(x, y, window, false, true);
}

LineFit fitLogLog(std::span<const double> x, std::span<const double> y, const FitWindow& window) {
    return fitTransformed(x, y, window, true, true);
}

} // namespace convergence
