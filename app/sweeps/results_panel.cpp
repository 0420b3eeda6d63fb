#include "app/sweeps/results_panel.h"

#include <set>

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QTabWidget>
#include <QTableWidget>
#include <fmt/format.h>

#include "app/sweeps/result_views.h"
#include "core/error.h"
#include "widgets/view_widget.h"

namespace convergence {

namespace {

/// Charts in the grid of small multiples at the most.
constexpr std::size_t mostMultiples = 12;

std::shared_ptr<const Recording> everything(const SweepResults& results) {
    return results.recording;
}

} // namespace

SweepResultsPanel::SweepResultsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), message_(new QLabel(this)) {
    auto* layout = new QVBoxLayout(this);
    message_->setWordWrap(true);
    message_->setObjectName("sweepMessage");
    message_->hide();
    layout->addWidget(message_);
    auto* bar = new QHBoxLayout;
    const auto choice = [&](const QString& label, const char* name) {
        auto* box = new QComboBox(this);
        box->setObjectName(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        auto* text = new QLabel(label, this);
        text->setBuddy(box);
        box->setAccessibleName(label);
        bar->addWidget(text);
        bar->addWidget(box);
        box->setEnabled(false); // until there are results
        connect(box, &QComboBox::activated, this, &SweepResultsPanel::rebuildViews);
        return box;
    };
    metric_ = choice(tr("&Metric"), "metric");
    across_ = choice(tr("A&cross"), "across");
    down_ = choice(tr("&Down"), "down");
    bar->addStretch(1);
    layout->addLayout(bar);
    tabs_ = new QTabWidget(this);
    tabs_->setObjectName("results");
    tabs_->setDocumentMode(true);
    layout->addWidget(tabs_, 1);
    auto* blank =
        new QLabel(tr("Here will be, as soon as the first tasks are done: a heat map over "
                      "two of the axes, the metric against one of them, small charts for "
                      "the values of another, all axes side by side, and the list of "
                      "tasks. A click on a cell or a line opens its run."),
                   tabs_);
    blank->setObjectName("sweepBlank");
    blank->setWordWrap(true);
    blank->setAlignment(Qt::AlignCenter);
    blank->setMargin(40);
    tabs_->addTab(blank, tr("Results"));
    tasks_ = new QTableWidget(this);
    tasks_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    tasks_->setSelectionBehavior(QAbstractItemView::SelectRows);
    tasks_->setAccessibleName(tr("Tasks"));
    tasks_->hide();
    connect(tasks_, &QTableWidget::cellActivated, this,
            [this](int row) { choose(results_->tasks[static_cast<std::size_t>(row)].task); });
}

void SweepResultsPanel::take(std::shared_ptr<const SweepResults> results) {
    const bool sameShape =
        results_ && results_->axes == results->axes && results_->metrics == results->metrics;
    results_ = std::move(results);
    if (!sameShape)
        fillChoices();
    if (!sameShape || facetValues() != facets_)
        rebuildViews();
    else
        updateViews();
}

void SweepResultsPanel::fillChoices() {
    const Table& trials = results_->recording->trials();
    const auto fill = [&](QComboBox* box, const QStringList& names, int preferred) {
        const QString before = box->currentData().toString();
        box->clear();
        for (const QString& name : names) {
            const std::string column = name.toStdString();
            const std::string label =
                trials.hasColumn(column) ? trials.columns()[trials.columnIndex(column)].label : "";
            box->addItem(label.empty() ? name : QString::fromStdString(label), name);
        }
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
    for (QComboBox* box : {metric_, across_, down_})
        box->setEnabled(true);
    fill(metric_, metrics, 0);
    fill(across_, factors, 0);
    fill(down_, factors, std::min<int>(1, static_cast<int>(factors.size()) - 1));
}

void SweepResultsPanel::rebuildViews() {
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
    const std::string metric = metric_->currentData().toString().toStdString();
    const std::string across = across_->currentData().toString().toStdString();
    const std::string down = down_->currentData().toString().toStdString();
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
        addView(map, {*mapGrid}, pivotView(*results_, metric, across, down), everything);
        const auto [line, lineGrid] = page(tr("Metric against axis"));
        addView(line, {*lineGrid}, lineView(*results_, metric, across, {"arm", across}),
                everything);
        const auto [multiples, multiplesGrid] = page(tr("Small multiples"));
        addMultiples(multiples, *multiplesGrid, metric, across, down);
        const auto [parallel, parallelGrid] = page(tr("Parallel coordinates"));
        addView(parallel, {*parallelGrid}, parallelView(*results_, metric), everything);
    }
    fillTasks();
    tabs_->addTab(tasks_, tr("Tasks"));
    tasks_->show();
    tabs_->setCurrentIndex(std::min(tab, tabs_->count() - 1));
}

void SweepResultsPanel::updateViews() {
    for (const Shown& shown : views_) {
        shown.view->setRuns({{"", shown.part(*results_)}});
        shown.view->refresh();
    }
    fillTasks();
}

std::vector<ViewWidget*> SweepResultsPanel::views() const {
    std::vector<ViewWidget*> views;
    for (const Shown& shown : views_)
        views.push_back(shown.view);
    return views;
}

std::vector<double> SweepResultsPanel::facetValues() const {
    const std::string down = down_->currentData().toString().toStdString();
    std::set<double> values;
    for (const TrialPlan& plan : results_->recording->plans())
        if (const auto found = plan.factors.find(down); found != plan.factors.end())
            values.insert(found->second);
    return {values.begin(), values.end()};
}

void SweepResultsPanel::addMultiples(QWidget* page, QGridLayout& grid, const std::string& metric,
                                     const std::string& across, const std::string& down) {
    facets_ = facetValues();
    if (facets_.empty() || down == across) // an arm a curve: one chart says it all
        return addView(page, {grid}, lineView(*results_, metric, across, {"arm", across}),
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
        View view = lineView(*results_, metric, across, {"arm", across, down});
        const std::string shown = factor->categories.empty()
                                      ? fmt::format("{:.4g}", value)
                                      : factor->categories[static_cast<std::size_t>(value)];
        view.id = "multiple";
        view.title = fmt::format("{} = {}", down, shown);
        addView(page, {grid, place / columns, place % columns}, view,
                [down, value](const SweepResults& results) {
                    return facetOf(*results.recording, down, value);
                });
        ++place;
    }
}

void SweepResultsPanel::addView(
    QWidget* page, const Cell& cell, const View& view,
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
    connect(widget, &ViewWidget::exportRequested, this, [this, widget] { exportView(*widget); });
    cell.grid.addWidget(title, 2 * cell.row, cell.column);
    cell.grid.addWidget(widget, 2 * cell.row + 1, cell.column);
    cell.grid.setRowStretch(2 * cell.row + 1, 1);
    views_.push_back({widget, std::move(part)});
}

void SweepResultsPanel::fillTasks() {
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

void SweepResultsPanel::choose(std::uint64_t task) {
    const SweepPlan& plan = *results_->plan;
    Overrides overrides;
    if (!plan.preset().empty())
        overrides = plan.type().description.findPreset(plan.preset())->overrides;
    for (const auto& [name, value] : plan.overrides(task))
        overrides.insert_or_assign(name, value);
    Q_EMIT runChosen(QString::fromStdString(plan.type().description.id), overrides);
}

void SweepResultsPanel::exportView(ViewWidget& view) {
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export"), QString::fromStdString(view.view().id) + ".svg",
        tr("Pictures and data (*.svg *.pdf *.png *.csv *.tex)"));
    if (path.isEmpty())
        return;
    try {
        view.exportTo(path, view.size(), 2.0);
    } catch (const InputError& error) {
        warn(QString::fromUtf8(error.what()));
    }
}

void SweepResultsPanel::tell(const QString& sentence) {
    say(sentence, theme_.accent);
}

void SweepResultsPanel::warn(const QString& sentence) {
    say(sentence, theme_.failure);
}

void SweepResultsPanel::clearMessage() {
    message_->hide();
}

void SweepResultsPanel::say(const QString& sentence, const QColor& back) {
    message_->setStyleSheet(QString("QLabel { background: %1; color: %2; padding: 6px; }")
                                .arg(back.name(), theme_.dark ? "#101010" : "#ffffff"));
    message_->setText(sentence);
    message_->setVisible(!sentence.isEmpty());
}

void SweepResultsPanel::setTheme(const Theme& theme) {
    theme_ = theme;
    for (const Shown& shown : views_)
        shown.view->setTheme(theme);
}

} // namespace convergence
