#include "core/optim/line_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace convergence {

namespace {

/// Relative error that rounding may leave in a value of f, a sum of thousands of terms.
constexpr double valueRounding = 1e-14;
/// By which a step grows while no interval is known.
constexpr double growth = 4.0;
/// An interval that is longer than this share of the one before the last is cut in half (Moré and
/// Thuente 1994).
constexpr double slowShrinking = 0.66;
/// An interval that is shorter, relative to its ends, has no step between them to try.
constexpr double shortestInterval = 1e-14;

/// The minimizer of the cubic through two points and their slopes (Nocedal and Wright 3.59); NaN
/// where it has none.
double cubicMinimizer(const LinePoint& a, const LinePoint& b) {
    const double d1 = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.step - b.step);
    const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), b.step - a.step);
    return b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
}

class StrongWolfe {
public:
    StrongWolfe(const AlongLine& phi, const LinePoint& start, const LineSearchOptions& options)
        : phi_(phi), start_(start), options_(options) {
        result_.end = start;
    }

    LineSearchResult run(double firstStep) {
        LinePoint before = start_;
        for (double step = firstStep; !exhausted();) {
            const LinePoint point = evaluate(step);
            if (accepts(point))
                return found(point);
            if (!isLow(point) || (before.step > 0.0 && point.value >= before.value))
                return narrow(before, point);
            if (point.slope >= 0.0)
                return narrow(point, before);
            step = longer(before, point);
            before = point;
        }
        return result_;
    }

private:
    [[nodiscard]] bool exhausted() const {
        return result_.evaluations >= options_.maximumEvaluations;
    }

    LinePoint evaluate(double step) {
        ++result_.evaluations;
        LinePoint point = phi_(step);
        if (!std::isfinite(point.value) || !std::isfinite(point.slope))
            point.value = std::numeric_limits<double>::infinity();
        if (point.value < result_.end.value)
            result_.end = point;
        return point;
    }

    LineSearchResult found(const LinePoint& point) {
        result_.end = point;
        result_.found = true;
        return result_;
    }

    /// Sufficient decrease; false for NaN.
    [[nodiscard]] bool isLow(const LinePoint& point) const {
        return point.value <= start_.value + options_.decrease * point.step * start_.slope;
    }

    [[nodiscard]] bool accepts(const LinePoint& point) const {
        if (isLow(point) && std::abs(point.slope) <= -options_.curvature * start_.slope)
            return true;
        return std::abs(point.value - start_.value) <= valueRounding * std::abs(start_.value) &&
               point.slope >= options_.curvature * start_.slope &&
               point.slope <= (2.0 * options_.decrease - 1.0) * start_.slope;
    }

    /// Beyond `point`, where the slope still falls: where the cubic has its minimum, within bounds.
    [[nodiscard]] static double longer(const LinePoint& before, const LinePoint& point) {
        const double least = point.step + (point.step - before.step);
        const double most = point.step + growth * (point.step - before.step);
        const double guess = cubicMinimizer(before, point);
        return guess > least && guess < most ? guess : most;
    }

    /// `low` is the lower end, `high` the other, on whichever side; between them there is a step
    /// that meets both conditions.
    LineSearchResult narrow(LinePoint low, LinePoint high) {
        double before = std::numeric_limits<double>::infinity(), beforeThat = before;
        while (!exhausted()) {
            const double width = high.step - low.step;
            if (std::abs(width) <= shortestInterval * std::max(low.step, high.step))
                break;
            double step = cubicMinimizer(low, high);
            const double share = (step - low.step) / width;
            if (!(share > 0.0 && share < 1.0) || // NaN too
                std::abs(width) > slowShrinking * beforeThat)
                step = low.step + 0.5 * width;
            beforeThat = std::exchange(before, std::abs(width));
            const LinePoint point = evaluate(step);
            if (accepts(point))
                return found(point);
            if (!isLow(point) || point.value >= low.value) {
                high = point;
            } else {
                if (point.slope * width >= 0.0)
                    high = low;
                low = point;
            }
        }
        return result_;
    }

    const AlongLine& phi_;
    LinePoint start_;
    LineSearchOptions options_;
    LineSearchResult result_;
};

} // namespace

LineSearchResult strongWolfeSearch(const AlongLine& phi, const LinePoint& start, double firstStep,
                                   const LineSearchOptions& options) {
    return StrongWolfe(phi, start, options).run(firstStep);
}

LineSearchResult weakWolfeSearch(const AlongLine& phi, const LinePoint& start, double firstStep,
                                 const LineSearchOptions& options) {
    LineSearchResult result;
    double low = 0.0, high = std::numeric_limits<double>::infinity(), step = firstStep;
    while (result.evaluations < options.maximumEvaluations && !result.found) {
        result.end = phi(step);
        ++result.evaluations;
        if (!(result.end.value <= start.value + options.decrease * step * start.slope))
            high = step;
        else if (result.end.slope < options.curvature * start.slope)
            low = step;
        else
            result.found = true;
        step = std::isinf(high) ? 2.0 * step : 0.5 * (low + high);
    }
    return result;
}

} // namespace convergence
