#include "plugins/stochastic/one-epoch/frames.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "core/math/statistics.h"

namespace convergence {

void OneEpochResults::add(const Key& key, double iteration, double testLoss) {
    const std::lock_guard lock(mutex_);
    Curve& curve = curves_[key];
    if (!curve.iteration.empty() && curve.iteration.back() >= iteration)
        curve = {}; // the trial started again
    curve.iteration.push_back(iteration);
    curve.testLoss.push_back(testLoss);
    curve.gap = std::numeric_limits<double>::quiet_NaN();
}

void OneEpochResults::conclude(const Key& key, double gap) {
    const std::lock_guard lock(mutex_);
    curves_[key].gap = gap;
}

void OneEpochResults::addSize(double budget, double width, const Size& size) {
    const std::lock_guard lock(mutex_);
    const auto [known, isNew] = sizes_[budget].try_emplace(width, size);
    if (!isNew && size.tuningLoss < known->second.tuningLoss)
        known->second = size;
}

std::map<OneEpochResults::Key, OneEpochResults::Curve> OneEpochResults::curves() const {
    const std::lock_guard lock(mutex_);
    return curves_;
}

std::vector<OneEpochResults::Size> OneEpochResults::sizes(double budget) const {
    const std::lock_guard lock(mutex_);
    std::vector<Size> list;
    if (const auto found = sizes_.find(budget); found != sizes_.end())
        for (const auto& [width, size] : found->second)
            list.push_back(size);
    std::sort(list.begin(), list.end(),
              [](const Size& a, const Size& b) { return a.ratio < b.ratio; });
    return list;
}

SpeedUp speedUpOf(const std::vector<double>& onceIterations, const std::vector<double>& onceLosses,
                  const std::vector<double>& manyIterations,
                  const std::vector<double>& manyLosses) {
    SpeedUp result;
    if (manyLosses.empty())
        return result;
    const auto best = std::min_element(manyLosses.begin(), manyLosses.end());
    result.bestLoss = *best;
    result.bestAt = manyIterations[static_cast<std::size_t>(best - manyLosses.begin())];
    for (std::size_t i = 0; i < onceLosses.size() && !result.found; ++i)
        if (onceLosses[i] <= result.bestLoss && onceIterations[i] > 0.0) {
            result.found = true;
            result.reachedAt = onceIterations[i];
        }
    return result;
}

namespace {

using Key = OneEpochResults::Key;
using Curve = OneEpochResults::Curve;

SpeedUp compared(const Curve& once, const Curve& many) {
    return speedUpOf(once.iteration, once.testLoss, many.iteration, many.testLoss);
}

/// A bar for each E and dropout with a dot for each replicate; NaN leaves a curve out.
BarsFrame barsOver(const OneEpochResults& results,
                   const std::function<double(const Key&, const Curve&)>& value) {
    const auto curves = results.curves();
    std::set<double> epochs, rates;
    for (const auto& [key, curve] : curves)
        if (std::isfinite(value(key, curve))) {
            epochs.insert(key.epochs);
            rates.insert(key.dropout);
        }
    BarsFrame bars;
    for (const double e : epochs)
        bars.categories.push_back(fmt::format("E = {}", e));
    for (const double rate : rates) {
        BarsFrame::Series series{
            rates.size() == 1 && rate == 0.0 ? "no dropout" : fmt::format("dropout {}", rate), {}};
        for (const double e : epochs) {
            std::vector<double> sample;
            for (const auto& [key, curve] : curves)
                if (key.epochs == e && key.dropout == rate)
                    if (const double v = value(key, curve); std::isfinite(v))
                        sample.push_back(v);
            series.values.push_back(mean(sample));
            series.dots.push_back(sample.size() > 1 ? sample : std::vector<double>{});
        }
        bars.series.push_back(std::move(series));
    }
    return bars;
}

} // namespace

CurvesFrame speedUpConstruction(const OneEpochResults& results, Key many) {
    const auto curves = results.curves();
    if (many.epochs <= 1.0)
        for (const auto& [key, curve] : curves) // in order of E
            if (key.dropout == many.dropout && key.replicate == many.replicate)
                many.epochs = key.epochs;
    const auto own = curves.find(many);
    const auto once = curves.find({1.0, many.dropout, many.replicate});
    CurvesFrame frame;
    if (own == curves.end() || once == curves.end() || many.epochs <= 1.0)
        return frame;
    const auto withoutStart = [](const Curve& curve, std::string label) {
        CurvesFrame::Curve shown{std::move(label), curve.iteration, curve.testLoss};
        if (!shown.x.empty() && shown.x.front() == 0.0) { // no place on a logarithmic axis
            shown.x.erase(shown.x.begin());
            shown.y.erase(shown.y.begin());
        }
        return shown;
    };
    frame.curves = {withoutStart(once->second, "one epoch"),
                    withoutStart(own->second, fmt::format("{} epochs", many.epochs))};
    const SpeedUp up = compared(once->second, own->second);
    const double last = std::max(once->second.iteration.back(), own->second.iteration.back());
    const auto& first = frame.curves[0].x;
    frame.curves.push_back({"its least test loss",
                            {first.empty() ? last : first.front(), last},
                            {up.bestLoss, up.bestLoss}});
    if (up.found)
        frame.curves.push_back({fmt::format("reached at {} and {}: {:.2f} times as fast",
                                            up.reachedAt, up.bestAt, up.factor()),
                                {up.reachedAt, up.bestAt},
                                {up.bestLoss, up.bestLoss},
                                true});
    return frame;
}

BarsFrame speedUpBars(const OneEpochResults& results) {
    const auto curves = results.curves();
    return barsOver(results, [&](const Key& key, const Curve& curve) {
        const auto once = curves.find({1.0, key.dropout, key.replicate});
        if (key.epochs <= 1.0 || once == curves.end())
            return std::numeric_limits<double>::quiet_NaN();
        const SpeedUp up = compared(once->second, curve);
        return up.found ? up.factor() : std::numeric_limits<double>::quiet_NaN();
    });
}

BarsFrame gapBars(const OneEpochResults& results) {
    return barsOver(results, [](const Key&, const Curve& curve) { return curve.gap; });
}

BarsFrame finalLossBars(const OneEpochResults& results) {
    return barsOver(results, [](const Key&, const Curve& curve) {
        return curve.testLoss.empty() ? std::numeric_limits<double>::quiet_NaN()
                                      : curve.testLoss.back();
    });
}

CurvesFrame powerLawResiduals(const OneEpochResults& results, const Key& key, double from) {
    const auto curves = results.curves();
    const auto own = curves.find(key);
    CurvesFrame frame;
    if (own == curves.end())
        return frame;
    const Curve& curve = own->second;
    const LineFit fit = fitLogLog(curve.iteration, curve.testLoss, {.xMinimum = from});
    if (!fit.valid())
        return frame;
    CurvesFrame::Curve residuals{
        .label = fmt::format("slope {:.3f}, R² {:.3f}", fit.slope, fit.rSquared)};
    for (std::size_t i = 0; i < curve.iteration.size(); ++i)
        if (curve.iteration[i] >= from) {
            residuals.x.push_back(curve.iteration[i]);
            residuals.y.push_back(std::log(curve.testLoss[i]) - fit.intercept -
                                  fit.slope * std::log(curve.iteration[i]));
        }
    const double last = residuals.x.back();
    frame.curves = {std::move(residuals), {"power law", {from, last}, {0.0, 0.0}}};
    return frame;
}

CurvesFrame ratioHeuristic(const OneEpochResults& results, double budget, double from,
                           double fromLoss, double target) {
    const auto sizes = results.sizes(budget);
    CurvesFrame frame;
    CurvesFrame::Curve measured{.label = "measured"};
    for (const auto& size : sizes) {
        measured.x.push_back(size.ratio);
        measured.y.push_back(size.loss);
        if (std::abs(size.ratio / from - 1.0) < 1e-9)
            fromLoss = size.loss; // at the better learning rate
    }
    // The loss at the target: between the measured ones, along ln(T/P).
    double there = fromLoss;
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
        if (sizes[i].ratio <= target && target <= sizes[i + 1].ratio) {
            const double share =
                std::log(target / sizes[i].ratio) / std::log(sizes[i + 1].ratio / sizes[i].ratio);
            there = (1.0 - share) * sizes[i].loss + share * sizes[i + 1].loss;
        }
    if (!measured.x.empty())
        frame.curves.push_back(measured);
    if (measured.x.size() > 1) {
        CurvesFrame::Curve dots = measured;
        dots.label = "models";
        dots.markers = true;
        frame.curves.push_back(std::move(dots));
    }
    frame.curves.push_back(
        {fmt::format("T/P {:.3g} → ρ = {:.3g}: P* = P·{:.3g}, T* = T·{:.3g}", from, target,
                     std::sqrt(from / target), std::sqrt(target / from)),
         {from, target},
         {fromLoss, there}});
    frame.curves.push_back({"from", {from}, {fromLoss}, true});
    return frame;
}

} // namespace convergence
