// Pictures of all trials of the first replicate together.

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "plugins/stochastic/upsample-upweight/frames.h"

namespace convergence::upsample {

namespace {

bool hasSeveralTemperatures(const Recording& soFar) {
    double first = notApplicable;
    for (const TrialPlan& plan : soFar.plans()) {
        if (!traitsOf(methodArms, plan.arm).isStatic())
            continue;
        const double tau = plan.factors.at("temperature");
        if (applies(first) && tau != first)
            return true;
        first = tau;
    }
    return false;
}

/// The last recorded value; not applicable before the first row.
double lastOf(const Recording& soFar, std::size_t trial, const char* column) {
    const Table& trace = soFar.trace(trial);
    const std::size_t rows = trace.rows();
    return rows == 0 ? notApplicable : trace.at(rows - 1, trace.columnIndex(column));
}

std::vector<std::size_t> firstTrials(const Recording& soFar) {
    std::vector<std::size_t> trials;
    for (std::size_t trial = 0; trial < soFar.plans().size(); ++trial)
        if (soFar.plans()[trial].replicate == 0)
            trials.push_back(trial);
    return trials;
}

} // namespace

std::string nameOfTrial(const Recording& soFar, std::size_t trial) {
    const TrialPlan& plan = soFar.plans()[trial];
    const MethodArm& arm = traitsOf(methodArms, plan.arm);
    return arm.isStatic() && hasSeveralTemperatures(soFar)
               ? fmt::format("{} {:.4g}", arm.label, plan.factors.at("temperature"))
               : std::string(arm.label);
}

CurvesFrame frontierCurves(const Recording& soFar) {
    CurvesFrame frame;
    std::map<std::string, std::map<double, std::pair<double, double>>> statics;
    for (const std::size_t trial : firstTrials(soFar)) {
        const double x = lastOf(soFar, trial, "loss_largest");
        const double y = lastOf(soFar, trial, "loss_smallest");
        if (!std::isfinite(x) || !std::isfinite(y) || soFar.iterations(trial) == 0)
            continue;
        const TrialPlan& plan = soFar.plans()[trial];
        const MethodArm& arm = traitsOf(methodArms, plan.arm);
        if (arm.isStatic())
            statics[std::string(arm.label)][plan.factors.at("temperature")] = {x, y};
        frame.curves.push_back(
            {.label = nameOfTrial(soFar, trial), .x = {x}, .y = {y}, .markers = true});
    }
    for (const auto& [label, byTemperature] : statics) {
        if (byTemperature.size() < 2)
            continue;
        CurvesFrame::Curve curve{.label = label + " by τ", .x = {}, .y = {}};
        for (const auto& [temperature, at] : byTemperature) {
            curve.x.push_back(at.first);
            curve.y.push_back(at.second);
        }
        frame.curves.push_back(std::move(curve));
    }
    return frame;
}

BarsFrame normBars(const Recording& soFar) {
    std::vector<std::pair<std::string, Numbers>> counts;
    std::size_t first = NormBins::count, last = 0;
    for (const std::size_t trial : firstTrials(soFar)) {
        if (traitsOf(methodArms, soFar.plans()[trial].arm).isFull())
            continue;
        Numbers shares;
        double sum = 0.0;
        for (std::size_t bin = 0; bin < NormBins::count; ++bin) {
            const double count = lastOf(soFar, trial, fmt::format("norms_{}", bin + 1).c_str());
            shares.push_back(applies(count) ? count : 0.0);
            sum += shares.back();
            if (shares.back() > 0.0) {
                first = std::min(first, bin);
                last = std::max(last, bin);
            }
        }
        if (sum == 0.0)
            continue;
        for (double& share : shares)
            share /= sum;
        counts.emplace_back(nameOfTrial(soFar, trial), std::move(shares));
    }
    BarsFrame bars;
    if (counts.empty())
        return bars;
    for (std::size_t bin = first; bin <= last; ++bin)
        bars.categories.push_back(fmt::format("{:.2g}", NormBins::center(bin)));
    for (auto& [label, shares] : counts)
        bars.series.push_back(
            {label, Numbers(shares.begin() + static_cast<std::ptrdiff_t>(first),
                            shares.begin() + static_cast<std::ptrdiff_t>(last) + 1)});
    return bars;
}

TableFrame summaryTable(const Setting& setting, const Recording& soFar) {
    TableFrame table{.rowTitle = "method", .rows = {}, .columns = {}};
    const auto trials = firstTrials(soFar);
    for (const std::size_t trial : trials)
        table.rows.push_back(nameOfTrial(soFar, trial));
    const auto add = [&](std::string label, std::string unit, const std::string& column,
                         TableFrame::Best best) {
        TableFrame::Column made{
            .label = std::move(label), .unit = std::move(unit), .values = {}, .best = best};
        for (const std::size_t trial : trials)
            made.values.push_back(lastOf(soFar, trial, column.c_str()));
        table.columns.push_back(std::move(made));
    };
    for (std::size_t i = 0; i < setting.names.size(); ++i)
        add("loss, " + setting.names[i], "nats", fmt::format("domain_loss_{}", i + 1),
            TableFrame::Best::smallest);
    for (std::size_t i = 0; i < setting.names.size(); ++i)
        add("repetitions, " + setting.names[i], "", fmt::format("repetitions_{}", i + 1),
            TableFrame::Best::none);
    return table;
}

} // namespace convergence::upsample
