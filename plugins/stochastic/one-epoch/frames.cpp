#include "plugins/stochastic/one-epoch/frames.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "core/math/statistics.h"

namespace convergence::one_epoch {

TrialKey keyOf(const TrialPlan& plan) {
    return {plan.factors.at("epochs"), plan.factors.at("dropout"), plan.replicate};
}

LossCurve lossCurve(const Recording& recording, std::size_t trial) {
    const Table& trace = recording.trace(trial);
    LossCurve curve{trace.column("iteration"), trace.column("test_loss")};
    // The writer may have added a row in between.
    const std::size_t rows = std::min(curve.iteration.size(), curve.testLoss.size());
    curve.iteration.resize(rows);
    curve.testLoss.resize(rows);
    return curve;
}

SpeedUp speedUpOf(const LossCurve& once, const LossCurve& many) {
    SpeedUp result;
    if (many.testLoss.empty())
        return result;
    const auto best = std::min_element(many.testLoss.begin(), many.testLoss.end());
    result.bestLoss = *best;
    result.bestAt = many.iteration[static_cast<std::size_t>(best - many.testLoss.begin())];
    for (std::size_t i = 0; i < once.testLoss.size() && !result.found; ++i)
        if (once.testLoss[i] <= result.bestLoss && once.iteration[i] > 0.0) {
            result.found = true;
            result.reachedAt = once.iteration[i];
        }
    return result;
}

namespace {

/// A final metric; not applicable until the trial has ended.
double finalOf(const Recording& recording, std::size_t trial, const char* column) {
    const auto finals = recording.finals(trial);
    return finals ? (*finals)[recording.trials().columnIndex(column) - recording.firstFinalColumn()]
                  : notApplicable;
}

struct Curve {
    LossCurve losses;           ///< at least one
    double gap = notApplicable; ///< test − training loss at the end
};
using Curves = std::map<TrialKey, Curve>;

/// Of the trials that have been tested once at least.
Curves curvesOf(const Recording& recording) {
    Curves curves;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial)
        if (LossCurve losses = lossCurve(recording, trial); !losses.testLoss.empty())
            curves[keyOf(recording.plans()[trial])] = {std::move(losses),
                                                       finalOf(recording, trial, "gap")};
    return curves;
}

/// One width at one budget; of several learning rates the one with the least tuning loss.
struct Size {
    double ratio = 0.0; ///< T/P
    double loss = 0.0;
    double tuningLoss = 0.0;
};

/// Of the trials at one budget that have ended, by ratio.
std::vector<Size> sizesAt(const Recording& recording, double budget) {
    std::map<double, Size> byWidth;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        const auto& factors = recording.plans()[trial].factors;
        if (factors.at("compute_budget") != budget || !recording.finals(trial))
            continue;
        const Size size{finalOf(recording, trial, "ratio"), finalOf(recording, trial, "test_loss"),
                        finalOf(recording, trial, "tuning_loss")};
        const auto [known, isNew] = byWidth.try_emplace(factors.at("width"), size);
        if (!isNew && size.tuningLoss < known->second.tuningLoss)
            known->second = size;
    }
    std::vector<Size> sizes;
    for (const auto& [width, size] : byWidth)
        sizes.push_back(size);
    std::sort(sizes.begin(), sizes.end(),
              [](const Size& a, const Size& b) { return a.ratio < b.ratio; });
    return sizes;
}

/// A bar for each E and dropout with a dot for each replicate; NaN leaves a curve out.
BarsFrame barsOver(const Curves& curves,
                   const std::function<double(const TrialKey&, const Curve&)>& value) {
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

CurvesFrame speedUpConstruction(const Recording& recording, TrialKey many) {
    const Curves curves = curvesOf(recording);
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
        CurvesFrame::Curve shown{std::move(label), curve.losses.iteration, curve.losses.testLoss};
        if (!shown.x.empty() && shown.x.front() == 0.0) { // no place on a logarithmic axis
            shown.x.erase(shown.x.begin());
            shown.y.erase(shown.y.begin());
        }
        return shown;
    };
    frame.curves = {withoutStart(once->second, "one epoch"),
                    withoutStart(own->second, fmt::format("{} epochs", many.epochs))};
    const SpeedUp up = speedUpOf(once->second.losses, own->second.losses);
    const double last =
        std::max(once->second.losses.iteration.back(), own->second.losses.iteration.back());
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

BarsFrame speedUpBars(const Recording& recording) {
    const Curves curves = curvesOf(recording);
    return barsOver(curves, [&](const TrialKey& key, const Curve& curve) {
        const auto once = curves.find({1.0, key.dropout, key.replicate});
        if (key.epochs <= 1.0 || once == curves.end())
            return notApplicable;
        const SpeedUp up = speedUpOf(once->second.losses, curve.losses);
        return up.found ? up.factor() : notApplicable;
    });
}

BarsFrame gapBars(const Recording& recording) {
    return barsOver(curvesOf(recording),
                    [](const TrialKey&, const Curve& curve) { return curve.gap; });
}

BarsFrame finalLossBars(const Recording& recording) {
    return barsOver(curvesOf(recording), [](const TrialKey&, const Curve& curve) {
        return curve.losses.testLoss.back();
    });
}

CurvesFrame powerLawResiduals(const Recording& recording, const TrialKey& key, double from) {
    const Curves curves = curvesOf(recording);
    const auto own = curves.find(key);
    CurvesFrame frame;
    if (own == curves.end())
        return frame;
    const LossCurve& curve = own->second.losses;
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

CurvesFrame ratioHeuristic(const Recording& recording, const HeuristicStart& start) {
    const std::vector<Size> sizes = sizesAt(recording, start.budget);
    const double from = start.ratio, target = start.targetRatio;
    double fromLoss = start.loss;
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

} // namespace convergence::one_epoch
