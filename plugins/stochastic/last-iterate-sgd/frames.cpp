#include "plugins/stochastic/last-iterate-sgd/frames.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <fmt/format.h>

#include "core/math/statistics.h"
#include "plugins/stochastic/last-iterate-sgd/arms.h"

namespace convergence::last_iterate {

namespace {

using GapsByArm = std::map<std::string, std::vector<double>>;

/// Sorted gaps of the trials that reached their horizon, at the longest horizon that has any.
GapsByArm finalGaps(const Recording& recording) {
    const std::size_t column = recording.trials().columnIndex("gap") - recording.firstFinalColumn();
    std::int64_t longest = 0;
    GapsByArm gaps;
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        const TrialPlan& plan = recording.plans()[trial];
        if (plan.steps < longest || recording.iterations(trial) < plan.steps)
            continue;
        const auto finals = recording.finals(trial);
        if (!finals || !std::isfinite((*finals)[column]))
            continue;
        if (plan.steps > longest) {
            longest = plan.steps;
            gaps.clear();
        }
        gaps[plan.arm].push_back((*finals)[column]);
    }
    for (auto& [arm, sample] : gaps)
        std::sort(sample.begin(), sample.end());
    return gaps;
}

/// From the median up to the quantile that leaves ten replicates above.
CurvesFrame::Curve quantileCurve(std::string label, const std::vector<double>& gaps) {
    constexpr double replicatesAbove = 10.0, spacing = 0.1;
    CurvesFrame::Curve curve{.label = std::move(label), .markers = false};
    const double last = std::log(static_cast<double>(gaps.size()) / replicatesAbove) + 1e-9;
    for (double log = std::log(2.0); log <= last; log += spacing) {
        curve.x.push_back(log);
        curve.y.push_back(quantile(gaps, 1.0 - std::exp(-log)));
    }
    return curve;
}

} // namespace

void drawFinalGaps(const Recording& recording, FrameMap& shared) {
    constexpr std::size_t bins = 20;
    const GapsByArm gaps = finalGaps(recording);
    CurvesFrame quantiles;
    BarsFrame histogram;
    double largest = 0.0;
    for (const auto& [arm, sample] : gaps)
        largest = std::max(largest, quantile(sample, 0.99));
    for (std::size_t bin = 0; bin < bins && largest > 0.0; ++bin)
        histogram.categories.push_back(
            fmt::format("{:.5g}", largest * (static_cast<double>(bin) + 0.5) / bins));
    for (const auto& [arm, sample] : gaps) {
        const std::string label(traitsOf(scheduleArms, arm).label);
        quantiles.curves.push_back(quantileCurve(label, sample));
        if (histogram.categories.empty())
            continue;
        BarsFrame::Series series{label, std::vector<double>(bins, 0.0)};
        for (const double gap : sample)
            if (gap < largest)
                series.values[static_cast<std::size_t>(gap / largest * bins)] += 1.0;
        histogram.series.push_back(std::move(series));
    }
    if (!quantiles.curves.empty())
        shared["quantiles"] = std::move(quantiles);
    if (!histogram.series.empty())
        shared["histogram"] = std::move(histogram);
}

FieldFrame landscapeOf(const StochasticProblem& problem) {
    constexpr std::size_t count = 121;
    const Eigen::VectorXd& center = problem.minimizer();
    const double half = 1.0 + 1.3 * (problem.start() - center).lpNorm<Eigen::Infinity>();
    FieldFrame field{.xMinimum = center[0] - half,
                     .xMaximum = center[0] + half,
                     .yMinimum = center[1] - half,
                     .yMaximum = center[1] + half,
                     .xCount = count,
                     .yCount = count};
    for (std::size_t j = 0; j < count; ++j)
        for (std::size_t i = 0; i < count; ++i) {
            const double u = 2.0 * static_cast<double>(i) / (count - 1) - 1.0;
            const double v = 2.0 * static_cast<double>(j) / (count - 1) - 1.0;
            const Eigen::Vector2d x(center[0] + half * u, center[1] + half * v);
            field.values.push_back(static_cast<float>(problem.gap(x)));
        }
    return field;
}

} // namespace convergence::last_iterate
