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

std::vector<std::size_t> trialsWhere(const Recording& recording, const std::string& arm,
                                     const Factors& where) {
    std::vector<std::size_t> trials = recording.trialsOf(arm);
    std::erase_if(trials, [&](std::size_t trial) {
        const auto& factors = recording.plans()[trial].factors;
        return std::any_of(where.begin(), where.end(), [&](const auto& wanted) {
            const auto found = factors.find(wanted.first);
            return found != factors.end() && found->second != wanted.second;
        });
    });
    return trials;
}

PredictedCurve meanOverTrials(const Recording& recording, const std::vector<std::size_t>& trials,
                              const std::string& x, const std::string& y) {
    const Table& table = recording.trials();
    const std::size_t xColumn = table.columnIndex(x), yColumn = table.columnIndex(y);
    std::map<double, std::vector<double>> values;
    for (const std::size_t trial : trials)
        if (trial < table.rows() && std::isfinite(table.at(trial, yColumn)))
            values[table.at(trial, xColumn)].push_back(table.at(trial, yColumn));
    PredictedCurve curve;
    for (const auto& [at, ofTrials] : values) {
        curve.x.push_back(at);
        curve.y.push_back(mean(ofTrials));
    }
    return curve;
}

/// NaN if there is none.
double endOf(const Recording& recording, std::size_t trial, const std::string& column) {
    const Table& trials = recording.trials();
    if (trials.hasColumn(column))
        return trial < trials.rows() ? trials.at(trial, trials.columnIndex(column)) : NAN;
    const Table& trace = recording.trace(trial);
    return trace.hasColumn(column) && trace.rows() > 0
               ? trace.at(trace.rows() - 1, trace.columnIndex(column))
               : NAN;
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

PredictedCurve measuredCurve(const Recording& recording, const View& view, const std::string& arm,
                             const std::string& wanted, const Factors& where) {
    const auto trials = trialsWhere(recording, arm, where);
    if (trials.empty())
        return {};
    const std::size_t longest =
        *std::max_element(trials.begin(), trials.end(), [&](std::size_t a, std::size_t b) {
            return recording.plans()[a].steps < recording.plans()[b].steps;
        });
    const Table& table = view.fromTrials ? recording.trials() : recording.trace(longest);
    std::string column = wanted;
    for (const SeriesSpec& series : view.series)
        if (column.empty() && !series.isPrediction && table.hasColumn(series.column))
            column = series.column;
    if (!table.hasColumn(column) || !table.hasColumn(view.x.column))
        return {};
    if (view.fromTrials)
        return meanOverTrials(recording, trials, view.x.column, column);
    PredictedCurve curve{table.column(view.x.column), table.column(column)};
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
                                const Ranking& by) {
    const bool isKnown = recording.trials().hasColumn(metric) ||
                         (!recording.plans().empty() && recording.trace(0).hasColumn(metric));
    if (!isKnown)
        return {};
    std::vector<RankedArm> ranked;
    for (const std::string& arm : recording.arms()) {
        std::map<Factors, std::vector<double>> values; // of all factors together unless tuned
        for (const std::size_t trial : trialsWhere(recording, arm, by.where))
            if (const double end = endOf(recording, trial, metric); std::isfinite(end))
                values[by.tuned ? recording.plans()[trial].factors : Factors{}].push_back(end);
        RankedArm entry{arm, NAN};
        for (const auto& [factors, ends] : values) {
            const double average = mean(ends);
            if (std::isnan(entry.mean) ||
                (by.mostWins ? average > entry.mean : average < entry.mean))
                entry.mean = average;
        }
        ranked.push_back(entry);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [&by](const RankedArm& a, const RankedArm& b) {
        if (std::isnan(a.mean) || std::isnan(b.mean))
            return !std::isnan(a.mean) && std::isnan(b.mean);
        return by.mostWins ? a.mean > b.mean : a.mean < b.mean;
    });
    return ranked;
}

} // namespace convergence
