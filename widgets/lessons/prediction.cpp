#include "widgets/lessons/prediction.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/math/statistics.h"
#include "widgets/charts/ticks.h"

namespace convergence {

namespace {

constexpr int comparedPlaces = 100;

/// y at x by linear interpolation on the axes' scales; none outside the curve.
std::optional<double> valueAt(const PredictedCurve& curve, double x, const PredictionAxes& axes) {
    for (std::size_t i = 1; i < curve.x.size(); ++i) {
        const double left = toAxis(curve.x[i - 1], axes.xScale);
        const double right = toAxis(curve.x[i], axes.xScale);
        if (!(x >= left && x <= right))
            continue;
        const double from = toAxis(curve.y[i - 1], axes.yScale);
        const double to = toAxis(curve.y[i], axes.yScale);
        return right > left ? from + (to - from) * (x - left) / (right - left) : to;
    }
    return std::nullopt;
}

} // namespace

PredictionAxes predictionAxes(const PredictionSpec& spec, const View& view,
                              std::int64_t plannedSteps) {
    PredictionAxes axes{.xLabel = QString::fromStdString(view.x.label),
                        .yLabel = QString::fromStdString(view.y.label),
                        .xScale = view.x.scale,
                        .yScale = view.y.scale};
    if (spec.hasAxes) {
        axes.xMinimum = spec.xMinimum;
        axes.xMaximum = spec.xMaximum;
        axes.yMinimum = spec.yMinimum;
        axes.yMaximum = spec.yMaximum;
    } else {
        axes.xMinimum = axes.xScale == Scale::logarithmic ? 1.0 : 0.0;
        axes.xMaximum = std::max<double>(10.0, double(plannedSteps));
        axes.yMinimum = axes.yScale == Scale::logarithmic ? 1e-6 : 0.0;
    }
    // A lesson may give an axis that begins at 0 to a logarithmic view.
    if (axes.xMinimum <= 0.0)
        axes.xScale = Scale::linear;
    if (axes.yMinimum <= 0.0)
        axes.yScale = Scale::linear;
    return axes;
}

namespace {

/// Of a view that has a point for each trial: the mean over those at the same place.
PredictedCurve curveOfTrials(const Recording& recording, const View& view, const std::string& arm) {
    const Table& trials = recording.trials();
    const auto series = std::find_if(view.series.begin(), view.series.end(), [&](const auto& s) {
        return !s.isPrediction && trials.hasColumn(s.column);
    });
    if (series == view.series.end() || !trials.hasColumn(view.x.column))
        return {};
    const std::size_t trial = trials.columnIndex("trial"), x = trials.columnIndex(view.x.column),
                      y = trials.columnIndex(series->column);
    std::map<double, std::vector<double>> values;
    for (std::size_t row = 0; row < trials.rows(); ++row)
        if (recording.plans()[std::size_t(trials.at(row, trial))].arm == arm &&
            std::isfinite(trials.at(row, y)))
            values[trials.at(row, x)].push_back(trials.at(row, y));
    PredictedCurve curve;
    for (const auto& [place, all] : values) {
        curve.x.push_back(place);
        curve.y.push_back(mean(all));
    }
    return curve;
}

} // namespace

PredictedCurve measuredCurve(const Recording& recording, const View& view, const std::string& arm) {
    const auto trials = recording.trialsOf(arm);
    if (trials.empty())
        return {};
    if (view.fromTrials)
        return curveOfTrials(recording, view, arm);
    const Table& table = recording.trace(trials.front());
    const auto series = std::find_if(view.series.begin(), view.series.end(), [&](const auto& s) {
        return !s.isPrediction && table.hasColumn(s.column);
    });
    if (series == view.series.end() || !table.hasColumn(view.x.column))
        return {};
    PredictedCurve curve{table.column(view.x.column), table.column(series->column)};
    const std::size_t rows = std::min(curve.x.size(), curve.y.size());
    curve.x.resize(rows);
    curve.y.resize(rows);
    return curve;
}

std::optional<double> scoreOfCurve(const PredictedCurve& predicted, const PredictedCurve& measured,
                                   const PredictionAxes& axes) {
    const double left = toAxis(axes.xMinimum, axes.xScale);
    const double right = toAxis(axes.xMaximum, axes.xScale);
    const double height = toAxis(axes.yMaximum, axes.yScale) - toAxis(axes.yMinimum, axes.yScale);
    const double bottom = toAxis(axes.yMinimum, axes.yScale);
    std::vector<double> gaps;
    for (int i = 0; i < comparedPlaces; ++i) {
        const double x = left + (right - left) * i / (comparedPlaces - 1);
        const auto guess = valueAt(predicted, x, axes);
        const auto truth = valueAt(measured, x, axes);
        if (!guess || !truth || std::isnan(*guess))
            continue;
        // A measurement below the axis (or 0 on a logarithmic one) counts as its lower end.
        const double inside = std::isnan(*truth) ? bottom : std::max(*truth, bottom);
        gaps.push_back(std::min(1.0, std::abs(*guess - inside) / height));
    }
    if (gaps.size() < 2)
        return std::nullopt;
    return 100.0 * (1.0 - mean(gaps));
}

std::vector<RankedArm> rankArms(const Recording& recording, const std::string& metric,
                                bool mostWins) {
    const Table& trials = recording.trials();
    if (!trials.hasColumn(metric))
        return {};
    const std::size_t column = trials.columnIndex(metric);
    const std::size_t trialColumn = trials.columnIndex("trial");
    std::vector<RankedArm> ranked;
    for (const std::string& arm : recording.arms()) {
        std::vector<double> values;
        for (std::size_t row = 0; row < trials.rows(); ++row)
            if (recording.plans()[std::size_t(trials.at(row, trialColumn))].arm == arm &&
                std::isfinite(trials.at(row, column)))
                values.push_back(trials.at(row, column));
        ranked.push_back({arm, mean(values)});
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [mostWins](const RankedArm& a, const RankedArm& b) {
                         if (std::isnan(a.mean) || std::isnan(b.mean))
                             return !std::isnan(a.mean) && std::isnan(b.mean);
                         return mostWins ? a.mean > b.mean : a.mean < b.mean;
                     });
    return ranked;
}

} // namespace convergence
