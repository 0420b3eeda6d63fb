#include "plugins/stochastic/bilevel-borep/frames.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace convergence::borep {

namespace {

/// The arm, with its step where it has several.
std::string nameOf(const Recording& soFar, std::size_t trial) {
    const TrialPlan& plan = soFar.plans()[trial];
    std::string name(traitsOf(methodArms, plan.arm).label);
    for (const TrialPlan& other : soFar.plans())
        if (other.arm == plan.arm && other.factors != plan.factors)
            return fmt::format("{}, η = {:.3g}", name, plan.factors.at("step"));
    return name;
}

} // namespace

FieldFrame landscapeOf(const Setting& setting) {
    constexpr std::size_t count = 61;
    constexpr double least = -3.0, margin = 1.0;
    const auto& tops = setting.values.numbers("start_tops");
    const bool isSpread = traitsOf(startChoices, setting.values.text("start")).isSpread;
    const double top = isSpread ? *std::max_element(tops.begin(), tops.end())
                                : std::abs(setting.values.real("start_value"));
    const Eigen::VectorXd start = setting.upperStart(top);
    FieldFrame field{.xMinimum = least,
                     .xMaximum = start[0] + margin,
                     .yMinimum = least,
                     .yMaximum = top + margin,
                     .xCount = count,
                     .yCount = count};
    Eigen::VectorXd x = Eigen::VectorXd::Zero(start.size());
    for (std::size_t j = 0; j < count; ++j)
        for (std::size_t i = 0; i < count; ++i) {
            const auto along = [](double low, double high, std::size_t k) {
                return low + (high - low) * static_cast<double>(k) / (count - 1);
            };
            x[0] = along(field.xMinimum, field.xMaximum, i);
            x[x.size() - 1] = along(field.yMinimum, field.yMaximum, j);
            field.values.push_back(static_cast<float>(std::log1p(setting.cosh.value(x))));
        }
    return field;
}

CurvesFrame smoothnessCurves(const Recording& soFar) {
    CurvesFrame frame;
    double low = std::numeric_limits<double>::infinity(), high = 0.0;
    for (std::size_t trial = 0; trial < soFar.plans().size(); ++trial) {
        if (soFar.plans()[trial].replicate != 0 || soFar.trace(trial).rows() == 0)
            continue;
        const Table& trace = soFar.trace(trial);
        CurvesFrame::Curve curve{.label = nameOf(soFar, trial),
                                 .x = trace.column("upper_norm"),
                                 .y = trace.column("curvature"),
                                 .markers = true};
        for (const double x : curve.x)
            if (std::isfinite(x) && x > 0.0) {
                low = std::min(low, x);
                high = std::max(high, x);
            }
        frame.curves.push_back(std::move(curve));
    }
    if (high > low) {
        constexpr int points = 50;
        CurvesFrame::Curve line{.label = "1 + ‖∇ₓf‖", .x = {}, .y = {}};
        for (int k = 0; k < points; ++k) {
            line.x.push_back(low * std::pow(high / low, static_cast<double>(k) / (points - 1)));
            line.y.push_back(1.0 + line.x.back());
        }
        frame.curves.push_back(std::move(line));
    }
    return frame;
}

BarsFrame weightBars(const LineTask& task, const Eigen::VectorXd& x) {
    constexpr std::size_t bins = 10;
    BarsFrame frame;
    std::vector<double> right(bins, 0.0), wrong(bins, 0.0);
    for (std::size_t b = 0; b < bins; ++b)
        frame.categories.push_back(fmt::format("{:.2f}", (static_cast<double>(b) + 0.5) / bins));
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        const auto bin = std::min(
            bins - 1, static_cast<std::size_t>(bilevel::sigmoid(x[i]) * static_cast<double>(bins)));
        (task.isWrong(static_cast<std::size_t>(i)) ? wrong : right)[bin] += 1.0;
    }
    frame.series = {{"right label", std::move(right)}, {"wrong label", std::move(wrong)}};
    return frame;
}

TableFrame leastTrusted(const Setting& setting, const LineTask& task, const Eigen::VectorXd& x) {
    constexpr std::ptrdiff_t shown = 10;
    std::vector<Eigen::Index> order(static_cast<std::size_t>(x.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](Eigen::Index a, Eigen::Index b) { return x[a] < x[b]; });
    TableFrame table{.rowTitle = "line"};
    TableFrame::Column weight{.label = "weight", .unit = {}, .values = {}, .hasBars = true};
    weight.digits = 3;
    TableFrame::Column given{.label = "given", .unit = {}, .values = {}};
    TableFrame::Column truth{.label = "true", .unit = {}, .values = {}};
    for (auto at = order.begin(); at != order.end() && at - order.begin() < shown; ++at) {
        const auto i = static_cast<std::size_t>(*at);
        table.rows.push_back(setting.lines.lines[task.lines[i]]);
        weight.values.push_back(bilevel::sigmoid(x[*at]));
        given.texts.push_back(setting.lines.languages[task.task.training.labels[i]]);
        truth.texts.push_back(setting.lines.languages[task.truth[i]]);
    }
    table.columns = {std::move(weight), std::move(given), std::move(truth)};
    return table;
}

CurvesFrame::Curve ridgeGrid(const LineTask& task) {
    constexpr int points = 13, steps = 400;
    constexpr double low = -9.0, high = 3.0;
    const std::vector<double> weights(task.task.training.size(), 1.0);
    CurvesFrame::Curve curve{.label = "grid search", .x = {}, .y = {}};
    for (int k = 0; k < points; ++k) {
        const double x = low + (high - low) * k / (points - 1);
        // The curvature is at most ½ + eˣ.
        const double step = 1.0 / (0.5 + std::exp(x));
        const Eigen::VectorXd W = task.task.trained(weights, std::exp(x), step, steps);
        curve.x.push_back(x);
        curve.y.push_back(task.task.loss(task.task.validation, W));
    }
    return curve;
}

CurvesFrame ridgeCurves(const CurvesFrame::Curve& grid, const Recording& soFar) {
    CurvesFrame frame{.curves = {grid}};
    for (std::size_t trial = 0; trial < soFar.plans().size(); ++trial) {
        const Table& trace = soFar.trace(trial);
        if (soFar.plans()[trial].replicate != 0 || trace.rows() == 0)
            continue;
        frame.curves.push_back({.label = nameOf(soFar, trial),
                                .x = trace.column("log_ridge"),
                                .y = trace.column("validation_loss")});
    }
    return frame;
}

} // namespace convergence::borep
