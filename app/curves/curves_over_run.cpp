#include "app/curves/curves_over_run.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/not_applicable.h"

namespace convergence {

namespace {

/// What stands last in "run - Train loss", in the letters of a column's name.
std::string wordOf(std::string_view curve) {
    for (const std::string_view separator : {" - ", "."})
        if (const std::size_t at = curve.rfind(separator); at != std::string_view::npos)
            curve.remove_prefix(at + separator.size());
    std::string word;
    for (const char c : curve)
        word += std::isalnum(static_cast<unsigned char>(c)) != 0
                    ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
                    : '_';
    return word;
}

} // namespace

std::vector<Column> metricsOf(const Recording& run) {
    std::vector<Column> metrics;
    if (!run.plans().empty())
        for (const Column& column : run.trace(0).columns())
            if (column.role == ColumnRole::metric)
                metrics.push_back(column);
    return metrics;
}

std::string likelyMetric(const std::string& curve, const std::vector<Column>& metrics) {
    const std::string word = wordOf(curve);
    for (const Column& metric : metrics)
        if (metric.name == word)
            return metric.name;
    constexpr std::size_t shortest = 3; // shorter words are in too many
    for (const Column& metric : metrics)
        if (word.size() >= shortest && metric.name.size() >= shortest &&
            (metric.name.find(word) != std::string::npos ||
             word.find(metric.name) != std::string::npos))
            return metric.name;
    return {};
}

std::shared_ptr<const Recording> curvesLike(const Recording& run, const CurveLog& log,
                                            std::size_t clock, const std::vector<CurveAs>& drawn,
                                            const std::string& source) {
    if (drawn.empty() || run.plans().empty())
        throw InputError("No curve is to be drawn; choose a quantity for one of them.");
    const std::vector<Column>& columns = run.trace(0).columns();
    const auto& ofTrials = run.trials().columns();
    const std::vector<Column> finals(
        ofTrials.begin() + static_cast<std::ptrdiff_t>(run.firstFinalColumn()), ofTrials.end());
    std::vector<std::string> arms;
    std::vector<TrialPlan> plans;
    for (const CurveAs& each : drawn) {
        const CurveLog::Curve& curve = log.curves.at(each.curve);
        arms.push_back(curve.id);
        plans.push_back({.arm = curve.id,
                         .factors = {},
                         .steps = static_cast<std::int64_t>(curve.values.size()) - 1});
    }
    auto recording = std::make_shared<Recording>(columns, run.factorColumns(), finals, arms, plans);
    recording->setProvenance({.data = fmt::format("From the log {}.", source), .standIn = true});
    std::vector<double> row(columns.size());
    for (std::size_t trial = 0; trial < drawn.size(); ++trial) {
        const CurveLog::Curve& curve = log.curves[drawn[trial].curve];
        Table& trace = recording->traceForWriting(trial);
        const std::size_t metric = trace.columnIndex(drawn[trial].metric);
        for (std::size_t i = 0; i < curve.values.size(); ++i) {
            if (!std::isfinite(curve.clocks.at(clock)[i]))
                continue;
            std::fill(row.begin(), row.end(), notApplicable);
            row[0] = curve.clocks[clock][i]; // the clock "iteration"
            row[metric] = curve.values[i];
            trace.append(row);
        }
        recording->setIterations(trial, plans[trial].steps);
        recording->setStatus(trial, TrialStatus::finished);
        recording->conclude(trial, std::vector<double>(finals.size(), notApplicable));
    }
    return recording;
}

} // namespace convergence
