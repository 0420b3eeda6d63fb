// What a sweep found, in the sweep window: views over its results, the tasks, files.

#include <QComboBox>
#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSaveFile>
#include <QScrollArea>
#include <QTabWidget>
#include <QTableWidget>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "app/sweeps/window.h"
#include "core/error.h"
#include "widgets/view_widget.h"

namespace convergence {

namespace {

/// Charts in the grid of small multiples at the most.
constexpr std::size_t mostMultiples = 12;

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

bool spansDecades(const SweepResults& results, const std::string& metric) {
    double low = std::numeric_limits<double>::infinity();
    double high = 0.0;
    for (const double value : results.recording->trials().column(metric))
        if (std::isfinite(value)) {
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
            selectors.push_back({axis, axis});
    return selectors;
}

View pivotView(const SweepResults& results, const std::string& metric, const std::string& across,
               const std::string& down) {
    return {.id = "heat_map",
            .title = metric + " " + inWords(QT_TRANSLATE_NOOP("SweepResults", "(mean)")),
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
              std::vector<SelectorSpec> selectors) {
    return {.id = "metric_against_axis",
            .title = metric,
            .help = inWords(QT_TRANSLATE_NOOP("SweepResults",
                                              "Median and quartiles over seeds, a curve an arm.")),
            .kind = ViewKind::lineChart,
            .fromTrials = true,
            .x = factorAxis(results, across),
            .y = {metric, metric, "",
                  spansDecades(results, metric) ? Scale::logarithmic : Scale::linear},
            .series = {{metric, ""}},
            .aggregate = Aggregate::medianAndQuartiles,
            .selectors = std::move(selectors)};
}

View parallelView(const SweepResults& results, const std::string& metric) {
    View view{
        .id = "parallel_coordinates",
        .title = inWords(QT_TRANSLATE_NOOP("SweepResults", "All axes, colored by")) + " " + metric,
        .help = inWords(QT_TRANSLATE_NOOP(
            "SweepResults", "A line a run. Point at one to read its values, click it to open it.")),
        .kind = ViewKind::parallelCoordinates,
        .fromTrials = true,
        .y = {metric, metric},
        .selectors =
            results.recording->arms().size() > 1
                ? std::vector<SelectorSpec>{{"arm",
                                             inWords(QT_TRANSLATE_NOOP("SweepResults", "Arm"))}}
                : std::vector<SelectorSpec>{}};
    for (const std::string& axis : results.axes)
        view.series.push_back({axis, factorAxis(results, axis).label});
    view.series.push_back({metric, metric});
    return view;
}

std::shared_ptr<const Recording> everything(const SweepResults& results) {
    return results.recording;
}

/// The part of the results in which a factor has one value.
std::shared_ptr<const Recording> facet(const Recording& whole, const std::string& factor,
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

} // namespace

void SweepWindow::fillChoices() {
    const auto fill = [](QComboBox* box, const QStringList& names, int preferred) {
        const QString before = box->currentText();
        box->clear();
        box->addItems(names);
        const auto kept = names.indexOf(before);
        box->setCurrentIndex(static_cast<int>(kept >= 0 ? kept : preferred));
    };
    QStringList metrics;
    for (const std::string& metric : results_->metrics)
        metrics << QString::fromStdString(metric);
    QStringList factors;
    for (const std::string& axis : results_->axes)
        factors << QString::fromStdString(axis);
    factors << "arm";
    fill(metric_, metrics, 0);
    fill(across_, factors, 0);
    fill(down_, factors, std::min<int>(1, static_cast<int>(factors.size()) - 1));
}

void SweepWindow::rebuildViews() {
    if (!results_)
        return;
    const int tab = std::max(0, tabs_->currentIndex());
    tasks_->setParent(nullptr);
    while (tabs_->count() > 0) {
        QWidget* page = tabs_->widget(0);
        tabs_->removeTab(0);
        page->deleteLater();
    }
    views_.clear();
    const std::string metric = metric_->currentText().toStdString();
    const std::string across = across_->currentText().toStdString();
    const std::string down = down_->currentText().toStdString();
    const auto page = [&](const QString& title) {
        auto* area = new QScrollArea(tabs_);
        area->setWidgetResizable(true);
        area->setFrameShape(QFrame::NoFrame);
        auto* content = new QWidget(area);
        auto* grid = new QGridLayout(content);
        grid->setContentsMargins(0, 0, 0, 0);
        area->setWidget(content);
        tabs_->addTab(area, title);
        return std::pair{content, grid};
    };
    if (!metric.empty()) {
        const auto [map, mapGrid] = page(tr("Heat map"));
        addView(map, *mapGrid, pivotView(*results_, metric, across, down), 0, 0, everything);
        const auto [line, lineGrid] = page(tr("Metric against axis"));
        addView(line, *lineGrid,
                lineView(*results_, metric, across, selectorsBut(*results_, {"arm", across})), 0, 0,
                everything);
        const auto [multiples, multiplesGrid] = page(tr("Small multiples"));
        addMultiples(multiples, *multiplesGrid, metric, across, down);
        const auto [parallel, parallelGrid] = page(tr("Parallel coordinates"));
        addView(parallel, *parallelGrid, parallelView(*results_, metric), 0, 0, everything);
    }
    fillTasks();
    tabs_->addTab(tasks_, tr("Tasks"));
    tasks_->show();
    tabs_->setCurrentIndex(std::min(tab, tabs_->count() - 1));
}

void SweepWindow::updateViews() {
    for (const Shown& shown : views_) {
        shown.view->setRuns({{"", shown.part(*results_)}});
        shown.view->refresh();
    }
    fillTasks();
}

std::vector<ViewWidget*> SweepWindow::resultViews() const {
    std::vector<ViewWidget*> views;
    for (const Shown& shown : views_)
        views.push_back(shown.view);
    return views;
}

std::vector<double> SweepWindow::facetValues() const {
    const std::string down = down_->currentText().toStdString();
    std::set<double> values;
    for (const TrialPlan& plan : results_->recording->plans())
        if (const auto found = plan.factors.find(down); found != plan.factors.end())
            values.insert(found->second);
    return {values.begin(), values.end()};
}

void SweepWindow::addMultiples(QWidget* page, QGridLayout& grid, const std::string& metric,
                               const std::string& across, const std::string& down) {
    facets_ = facetValues();
    if (facets_.empty() || down == across) // an arm a curve: one chart says it all
        return addView(
            page, grid,
            lineView(*results_, metric, across, selectorsBut(*results_, {"arm", across})), 0, 0,
            everything);
    int place = 0;
    constexpr int columns = 2;
    const Column* factor = nullptr;
    for (const Column& column : results_->recording->factorColumns())
        if (column.name == down)
            factor = &column;
    for (const double value : facets_) {
        if (static_cast<std::size_t>(place) >= mostMultiples)
            break;
        View view =
            lineView(*results_, metric, across, selectorsBut(*results_, {"arm", across, down}));
        const std::string shown = factor->categories.empty()
                                      ? fmt::format("{:.4g}", value)
                                      : factor->categories[static_cast<std::size_t>(value)];
        view.id = "multiple";
        view.title = fmt::format("{} = {}", down, shown);
        addView(page, grid, view, place / columns, place % columns,
                [down, value](const SweepResults& results) {
                    return facet(*results.recording, down, value);
                });
        ++place;
    }
}

void SweepWindow::addView(
    QWidget* page, QGridLayout& grid, const View& view, int row, int column,
    std::function<std::shared_ptr<const Recording>(const SweepResults&)> part) {
    const std::shared_ptr<const Description> description(results_->plan,
                                                         &results_->plan->type().description);
    ViewWidget* widget = ViewWidget::create(view, description, theme_, page);
    // Where selectors leave a chart's own title no room, it stands above.
    auto* title = new QLabel(
        QString("<b>%1</b>").arg(QString::fromStdString(view.title).toHtmlEscaped()), page);
    title->setVisible(view.id == "multiple");
    widget->setMinimumHeight(260);
    widget->setRuns({{"", part(*results_)}});
    widget->refresh();
    connect(widget, &ViewWidget::trialChosen, this, [this](std::size_t trial) {
        if (trial < results_->taskOfTrial.size())
            choose(results_->taskOfTrial[trial]);
    });
    connect(widget, &ViewWidget::exportRequested, this, [this, widget] {
        const QString path = QFileDialog::getSaveFileName(
            this, tr("Export"), QString::fromStdString(widget->view().id) + ".svg",
            tr("Pictures and data (*.svg *.pdf *.png *.csv *.tex)"));
        if (path.isEmpty())
            return;
        try {
            widget->exportTo(path, widget->size(), 2.0);
        } catch (const InputError& error) {
            tell(QString::fromUtf8(error.what()), true);
        }
    });
    grid.addWidget(title, 2 * row, column);
    grid.addWidget(widget, 2 * row + 1, column);
    grid.setRowStretch(2 * row + 1, 1);
    views_.push_back({widget, std::move(part)});
}

void SweepWindow::fillTasks() {
    const std::vector<std::string> columns = results_->plan->columns();
    QStringList header{tr("Task")};
    for (const std::string& column : columns)
        header << QString::fromStdString(column);
    header << tr("State") << tr("Seconds") << tr("Message");
    tasks_->setColumnCount(static_cast<int>(header.size()));
    tasks_->setHorizontalHeaderLabels(header);
    tasks_->verticalHeader()->hide();
    tasks_->horizontalHeader()->setStretchLastSection(true);
    constexpr std::size_t mostRows = 5000;
    const std::size_t rows = std::min(mostRows, results_->tasks.size());
    tasks_->setRowCount(static_cast<int>(rows));
    for (std::size_t row = 0; row < rows; ++row) {
        const TaskResult& task = results_->tasks[row];
        QStringList cells{QString::number(task.task)};
        for (const std::string& cell : results_->plan->cells(task.task))
            cells << QString::fromStdString(cell);
        const std::string_view state = nameOf(task.state);
        cells << QString::fromUtf8(state.data(), static_cast<qsizetype>(state.size()))
              << QString::number(task.seconds, 'g', 3) << QString::fromStdString(task.message);
        for (int column = 0; column < cells.size(); ++column)
            tasks_->setItem(static_cast<int>(row), column, new QTableWidgetItem(cells[column]));
    }
}

void SweepWindow::choose(std::uint64_t task) {
    const SweepPlan& plan = *results_->plan;
    Overrides overrides;
    if (!plan.preset().empty())
        overrides = plan.type().description.findPreset(plan.preset())->overrides;
    for (const auto& [name, value] : plan.overrides(task))
        overrides.insert_or_assign(name, value);
    Q_EMIT runChosen(QString::fromStdString(plan.type().description.id), overrides);
}

void SweepWindow::save() {
    try {
        const std::string text = plan().dump(2) + "\n";
        const QString path = QFileDialog::getSaveFileName(this, tr("Save sweep file"), "sweep.json",
                                                          tr("Sweeps (*.json)"));
        if (path.isEmpty())
            return;
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) ||
            file.write(text.data(), static_cast<qint64>(text.size())) < 0 || !file.commit())
            throw InputError("The file '" + path.toStdString() + "' cannot be written.");
        tell(tr("Run it anywhere with: convergence-lab sweep %1").arg(path), false);
    } catch (const InputError& error) {
        tell(QString::fromUtf8(error.what()), true);
    }
}

void SweepWindow::open() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a sweep file, or the results of a sweep"), {},
                                     tr("Sweeps and results (*.json *.sqlite)"));
    if (!path.isEmpty())
        openFile(path);
}

/// A sweep file becomes the design; lists and ranges are shown as the lists that they are.
void SweepWindow::openFile(const QString& path) {
    if (path.endsWith(".sqlite"))
        return openResults(path);
    try {
        const SweepPlan read = SweepPlan::fromFile(path.toStdString(), registry_);
        Overrides values;
        if (!read.preset().empty())
            values = read.type().description.findPreset(read.preset())->overrides;
        for (const auto& [name, value] : read.overrides(0))
            values.insert_or_assign(name, value);
        design(registry_.find(read.type().description.id), values);
        for (const SweepAxis& axis : read.axes())
            if (axis.isRandom()) {
                const QString kind = axis.kind == SweepAxis::Kind::normal    ? "normal"
                                     : axis.kind == SweepAxis::Kind::uniform ? "uniform"
                                                                             : "log_uniform";
                setAxis(QString::fromStdString(axis.parameter), kind,
                        QString("%1, %2").arg(axis.first).arg(axis.second));
            } else {
                QStringList list;
                for (const Value& value : axis.values)
                    list << QString::fromStdString(formatValue(value));
                setAxis(QString::fromStdString(axis.parameter), "list", list.join(", "));
            }
    } catch (const InputError& error) {
        tell(QString::fromUtf8(error.what()), true);
    }
}

} // namespace convergence
