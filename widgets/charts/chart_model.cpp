#include "widgets/charts/chart_model.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/math/rate_fit.h"
#include "widgets/charts/csv_text.h"

namespace convergence {

namespace {

/// Points a fit uses, spaced evenly in the logarithm of x (or in x).
constexpr std::size_t fitSamples = 300;
/// A measured curve this far below its largest value is rounding noise, not convergence.
constexpr double roundingFloor = 1e-13;

/// About `fitSamples` rows of [begin, end), evenly spaced on the fit's x axis.
std::vector<std::size_t> fitRows(const SeriesPyramid& data, std::size_t begin, std::size_t end,
                                 Scale scale) {
    std::vector<std::size_t> rows;
    if (end - begin <= fitSamples) {
        for (std::size_t row = begin; row < end; ++row)
            rows.push_back(row);
        return rows;
    }
    while (begin + 1 < end && !std::isfinite(toAxis(data.x(begin), scale)))
        ++begin;
    const double first = toAxis(data.x(begin), scale), last = toAxis(data.x(end - 1), scale);
    for (std::size_t i = 0, row = begin; i < fitSamples; ++i) {
        const double at = first + (last - first) * double(i) / double(fitSamples - 1);
        row = std::min(data.lowerBound(fromAxis(at, scale) * (1 - 1e-12), row), end - 1);
        if (rows.empty() || rows.back() != row)
            rows.push_back(row);
    }
    return rows;
}

LineFit fitCurve(const SeriesPyramid& data, FitKind kind, AxisRange window) {
    if (!data.isMonotone() || data.rows() < 3)
        return {};
    const std::size_t begin = data.lowerBound(window.minimum);
    const std::size_t end = window.maximum > 0.0
                                ? data.lowerBound(std::nextafter(window.maximum, INFINITY), begin)
                                : data.rows();
    if (end <= begin)
        return {};
    std::vector<double> x, y;
    const Scale scale = kind == FitKind::logLog ? Scale::logarithmic : Scale::linear;
    for (const std::size_t row : fitRows(data, begin, end, scale)) {
        x.push_back(data.x(row));
        y.push_back(data.y(row));
    }
    const FitWindow floor{.yMinimum = roundingFloor * data.extent(0, data.rows()).maximum};
    constexpr double leastWorth = 10.0; // fewer independent points have no interval to speak of
    if (kind == FitKind::logLog)
        return allowingForCorrelation(fitLogLog(x, y, floor), RateLaw::power, x, y, leastWorth);
    return allowingForCorrelation(fitLogLinear(x, y, floor), RateLaw::exponential, x, y,
                                  leastWorth);
}

} // namespace

ChartModel::ChartModel(View view, std::shared_ptr<const Description> description)
    : view_(std::move(view)), description_(std::move(description)),
      fitKind_(view_.fit.kind), fitWindow_{view_.fit.windowMinimum, view_.fit.windowMaximum} {}

void ChartModel::setRuns(std::vector<ChartRun> runs) {
    std::erase_if(runs, [](const ChartRun& run) { return !run.recording; });
    runs_ = std::move(runs);
    if (runs_.empty())
        selectors_.clear();
    else
        selectors_ =
            trialSelectors(view_.selectors, *runs_.front().recording, *description_, selectors_);
    rebuild();
}

void ChartModel::select(std::size_t selector, std::size_t option) {
    selectors_.at(selector).current = std::min(option, selectors_.at(selector).options.size() - 1);
    rebuild();
}

void ChartModel::setHidden(std::size_t group, bool hidden) {
    ChartGroup& entry = groups_.at(group);
    if (entry.isHidden == hidden)
        return;
    entry.isHidden = hidden;
    if (hidden)
        hidden_.insert(entry.label);
    else
        hidden_.erase(entry.label);
    changed_ = true;
}

void ChartModel::setArmLook(const ArmLook& look) {
    if (look == armLook_)
        return;
    armLook_ = look;
    changed_ = true;
}

bool ChartModel::isLost(const ChartCurve& curve) const {
    if (view_.fromTrials)
        return false; // single points may be
    const auto index = std::size_t(&curve - curves_.data());
    const Recording& recording = *runs_[curve.run].recording;
    const auto diverged = [&](std::size_t trial) {
        return recording.status(trial) == TrialStatus::diverged;
    };
    return index < joined_.size()
               ? std::all_of(joined_[index].begin(), joined_[index].end(), diverged)
               : diverged(curve.trial);
}

bool ChartModel::setsScale(const ChartCurve& curve) const {
    if (armLook_.isDivergedInFull || !isLost(curve))
        return true;
    return std::none_of(curves_.begin(), curves_.end(), [&](const ChartCurve& other) {
        return isVisible(other) && !groups_[other.group].isPrediction && other.data.rows() > 0 &&
               !isLost(other);
    });
}

void ChartModel::setFitKind(FitKind kind) {
    if (view_.fit.kind == FitKind::none || kind == fitKind_)
        return;
    fitKind_ = kind;
    updateFits();
    changed_ = true;
}

void ChartModel::setFitWindow(double minimum, double maximum) {
    fitWindow_ = {minimum, maximum};
    updateFits();
    changed_ = true;
}

bool ChartModel::update() {
    bool fresh = false;
    if (view_.fromTrials) {
        bool newRows = false;
        for (std::size_t run = 0; run < runs_.size(); ++run)
            newRows = newRows || runs_[run].recording->trials().rows() != rowsSeen_[run];
        if (newRows)
            rebuild();
    } else if (view_.aggregate != Aggregate::none) {
        fresh = joinNewRows();
    }
    for (ChartCurve& curve : curves_) {
        fresh = curve.data.update() || fresh;
        if (curve.low) {
            curve.low->update();
            curve.high->update();
        }
    }
    if (fresh)
        updateFits();
    // The end of a trial need not come with new rows.
    const auto lost = std::size_t(std::count_if(
        curves_.begin(), curves_.end(), [&](const ChartCurve& curve) { return isLost(curve); }));
    fresh = fresh || changed_ || lost != lostSeen_;
    lostSeen_ = lost;
    changed_ = false;
    return fresh;
}

void ChartModel::updateFits() {
    if (view_.fit.kind == FitKind::none)
        return;
    for (ChartCurve& curve : curves_) {
        const ChartGroup& group = groups_[curve.group];
        const bool fitted = fitKind_ != FitKind::none && !group.isPrediction && curve.run == 0;
        curve.fit = fitted ? fitCurve(curve.data, fitKind_, fitWindow_) : LineFit{};
    }
}

bool ChartModel::hasData(std::size_t group) const {
    return std::any_of(curves_.begin(), curves_.end(), [&](const ChartCurve& curve) {
        return curve.group == group && !curve.data.extent(0, curve.data.rows()).empty();
    });
}

std::size_t ChartModel::visibleCurves() const {
    return std::size_t(std::count_if(curves_.begin(), curves_.end(), [&](const ChartCurve& curve) {
        return isVisible(curve) && curve.data.rows() > 0;
    }));
}

AxisRange ChartModel::xData(Scale scale) const {
    AxisRange range{INFINITY, -INFINITY};
    for (const ChartCurve& curve : curves_) {
        if (!isVisible(curve))
            continue;
        const Extent& x = curve.data.xExtent();
        range.minimum =
            std::min(range.minimum, scale == Scale::logarithmic ? x.minimumPositive : x.minimum);
        range.maximum = std::max(range.maximum, x.maximum);
    }
    return range;
}

AxisRange ChartModel::yData(Scale scale) const {
    AxisRange measured{INFINITY, -INFINITY}, predicted = measured;
    const auto include = [&](AxisRange& range, const SeriesPyramid& data) {
        const Extent y = data.extent(0, data.rows());
        range.minimum =
            std::min(range.minimum, scale == Scale::logarithmic ? y.minimumPositive : y.minimum);
        range.maximum = std::max(range.maximum, y.maximum);
    };
    const auto includeSound = [&](const ChartCurve& curve) {
        for (std::size_t row = 0; row < curve.data.rows(); ++row) {
            const double y = curve.data.y(row);
            if (curve.lostRows[row] || !std::isfinite(y) ||
                (scale == Scale::logarithmic && !(y > 0.0)))
                continue;
            measured.minimum = std::min(measured.minimum, y);
            measured.maximum = std::max(measured.maximum, y);
        }
    };
    for (const ChartCurve& curve : curves_) {
        if (!isVisible(curve))
            continue;
        if (groups_[curve.group].isPrediction) {
            include(predicted, curve.data);
            continue;
        }
        if (!setsScale(curve))
            continue;
        const bool someLost =
            !armLook_.isDivergedInFull && curve.lostRows.size() >= curve.data.rows() &&
            std::find(curve.lostRows.begin(), curve.lostRows.end(), true) != curve.lostRows.end();
        if (someLost) {
            includeSound(curve);
            continue;
        }
        include(measured, curve.data);
        if (curve.low) {
            include(measured, *curve.low);
            include(measured, *curve.high);
        }
    }
    // A prediction may run off the chart; what was measured may not.
    return measured.minimum <= measured.maximum ? measured : predicted;
}

std::optional<double> ChartModel::xOfIteration(std::int64_t iteration) const {
    if (view_.fromTrials)
        return std::nullopt;
    if (view_.x.column == "iteration")
        return double(iteration);
    for (const ChartCurve& curve : curves_) {
        if (curve.run != 0 || curve.ownTable || curve.data.rows() == 0)
            continue;
        const Table& trace = runs_.front().recording->trace(curve.trial);
        SeriesPyramid clock({&trace, 0, &trace, 0});
        clock.update();
        const std::size_t row = clock.lowerBound(double(iteration));
        if (row < curve.data.rows())
            return curve.data.x(row);
    }
    return std::nullopt;
}

std::string ChartModel::csv(AxisRange x) const {
    std::string text = fmt::format("run,arm,trial,factors,series,{},value",
                                   csvField(std::string_view(view_.x.column)));
    const bool quartiles = view_.aggregate == Aggregate::medianAndQuartiles;
    text += quartiles ? ",lower_quartile,upper_quartile\r\n" : "\r\n";
    for (const ChartCurve& curve : curves_) {
        if (!isVisible(curve))
            continue;
        std::string factors;
        for (const auto& [name, value] : curve.factors)
            factors += fmt::format("{}{}={}", factors.empty() ? "" : ";", name, value);
        const std::string trial = curve.ownTable ? "" : std::to_string(curve.trial);
        const std::string head = fmt::format(
            "{},{},{},{},{},", csvField(std::string_view(runs_[curve.run].name)),
            csvField(std::string_view(curve.arm)), trial, csvField(std::string_view(factors)),
            csvField(std::string_view(curve.column)));
        for (std::size_t row = 0; row < curve.data.rows(); ++row) {
            const double at = curve.data.x(row);
            if (at < x.minimum || at > x.maximum)
                continue;
            text += head + csvField(at) + ',' + csvField(curve.data.y(row));
            if (quartiles)
                text += ',' + (curve.low ? csvField(curve.low->y(row)) : "") + ',' +
                        (curve.high ? csvField(curve.high->y(row)) : "");
            text += "\r\n";
        }
    }
    return text;
}

} // namespace convergence
