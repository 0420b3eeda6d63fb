#include "app/sweeps/result_views.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>

namespace convergence {

namespace {

Scale scaleOf(const ExperimentType& type, const std::string& parameter) {
    for (const Parameter& known : type.description.parameters)
        if (known.name == parameter)
            return known.scale;
    return Scale::linear;
}

AxisSpec factorAxis(const SweepResults& results, const std::string& factor) {
    for (const Column& column : results.recording->factorColumns())
        if (column.name == factor)
            return {column.name, column.label, column.unit,
                    column.categories.empty() ? scaleOf(results.plan->type(), factor)
                                              : Scale::linear};
    return {"arm", "arm", "", Scale::linear};
}

std::string inWords(const char* text) {
    return QCoreApplication::translate("SweepResults", text).toStdString();
}

const Column& metricColumn(const SweepResults& results, const std::string& metric) {
    const Table& trials = results.recording->trials();
    return trials.columns()[trials.columnIndex(metric)];
}

/// As axes and titles name it.
std::string labelOfMetric(const SweepResults& results, const std::string& metric) {
    const std::string& label = metricColumn(results, metric).label;
    return label.empty() ? metric : label;
}

/// Of the runs that came to an end.
bool spansDecades(const SweepResults& results, const std::string& metric) {
    double low = std::numeric_limits<double>::infinity();
    double high = 0.0;
    const Table& trials = results.recording->trials();
    const std::size_t valueColumn = trials.columnIndex(metric);
    const std::size_t trialColumn = trials.columnIndex("trial");
    for (std::size_t row = 0; row < trials.rows(); ++row) {
        const TrialStatus status =
            results.recording->status(static_cast<std::size_t>(trials.at(row, trialColumn)));
        const double value = trials.at(row, valueColumn);
        if (!std::isfinite(value) || status == TrialStatus::diverged ||
            status == TrialStatus::failed)
            continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    return low > 0.0 && high > 30.0 * low;
}

/// Values of the other axes (and the arm) are chosen by selectors.
std::vector<SelectorSpec> selectorsBut(const SweepResults& results,
                                       const std::set<std::string>& used) {
    std::vector<SelectorSpec> selectors;
    if (!used.contains("arm") && results.recording->arms().size() > 1)
        selectors.push_back({"arm", inWords(QT_TRANSLATE_NOOP("SweepResults", "Arm"))});
    for (const std::string& axis : results.axes)
        if (!used.contains(axis))
            selectors.push_back({axis, factorAxis(results, axis).label});
    return selectors;
}

} // namespace

View pivotView(const SweepResults& results, const std::string& metric, const std::string& across,
               const std::string& down) {
    return {.id = "heat_map",
            .title = labelOfMetric(results, metric) + " " +
                     inWords(QT_TRANSLATE_NOOP("SweepResults", "(mean)")),
            .help = inWords(QT_TRANSLATE_NOOP(
                "SweepResults",
                "The mean over seeds of the metric. Click a cell to open its first run.")),
            .kind = ViewKind::pivot,
            .fromTrials = true,
            .x = factorAxis(results, across),
            .y = factorAxis(results, down),
            .selectors = selectorsBut(results, {across, down}),
            .pivot = PivotSpec{.rowFactor = down,
                               .columnFactor = across,
                               .value = metric,
                               .scale = spansDecades(results, metric) ? Scale::logarithmic
                                                                      : Scale::linear}};
}

View lineView(const SweepResults& results, const std::string& metric, const std::string& across,
              const std::set<std::string>& used) {
    return {.id = "metric_against_axis",
            .title = labelOfMetric(results, metric),
            .help = inWords(QT_TRANSLATE_NOOP("SweepResults",
                                              "Median and quartiles over seeds, a curve an arm.")),
            .kind = ViewKind::lineChart,
            .fromTrials = true,
            .x = factorAxis(results, across),
            .y = {metric, labelOfMetric(results, metric), metricColumn(results, metric).unit,
                  spansDecades(results, metric) ? Scale::logarithmic : Scale::linear},
            .series = {{metric, ""}},
            .aggregate = Aggregate::medianAndQuartiles,
            .selectors = selectorsBut(results, used)};
}

View parallelView(const SweepResults& results, const std::string& metric) {
    View view{
        .id = "parallel_coordinates",
        .title = inWords(QT_TRANSLATE_NOOP("SweepResults", "All axes, colored by")) + " " +
                 labelOfMetric(results, metric),
        .help = inWords(QT_TRANSLATE_NOOP(
            "SweepResults", "A line a run. Point at one to read its values, click it to open it.")),
        .kind = ViewKind::parallelCoordinates,
        .fromTrials = true,
        .y = {metric, labelOfMetric(results, metric)},
        .selectors =
            results.recording->arms().size() > 1
                ? std::vector<SelectorSpec>{{"arm",
                                             inWords(QT_TRANSLATE_NOOP("SweepResults", "Arm"))}}
                : std::vector<SelectorSpec>{}};
    for (const std::string& axis : results.axes)
        view.series.push_back({axis, factorAxis(results, axis).label});
    view.series.push_back({metric, labelOfMetric(results, metric)});
    return view;
}

std::shared_ptr<const Recording> facetOf(const Recording& whole, const std::string& factor,
                                         double value) {
    std::vector<TrialPlan> plans;
    std::vector<std::size_t> trials;
    for (std::size_t i = 0; i < whole.plans().size(); ++i)
        if (whole.plans()[i].factors.at(factor) == value) {
            plans.push_back(whole.plans()[i]);
            trials.push_back(i);
        }
    const Table& table = whole.trials();
    const std::vector<Column> finals(table.columns().begin() +
                                         static_cast<std::ptrdiff_t>(whole.firstFinalColumn()),
                                     table.columns().end());
    auto part = std::make_shared<Recording>(std::vector<Column>{{.name = "iteration",
                                                                 .label = "iteration",
                                                                 .unit = "",
                                                                 .role = ColumnRole::clock,
                                                                 .categories = {}}},
                                            whole.factorColumns(), finals, whole.arms(), plans);
    for (std::size_t i = 0; i < trials.size(); ++i) {
        std::vector<double> row;
        for (std::size_t c = whole.firstFinalColumn(); c < table.columns().size(); ++c)
            row.push_back(table.at(trials[i], c));
        part->setStatus(i, whole.status(trials[i]));
        part->setIterations(i, whole.iterations(trials[i]));
        part->conclude(i, row);
    }
    return part;
}

} // namespace convergence
