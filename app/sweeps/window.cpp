#include "app/sweeps/window.h"

#include <thread>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>
#include <QSpinBox>
#include <QSplitter>
#include <QStandardPaths>
#include <QTableWidget>
#include <fmt/format.h>

#include "core/error.h"
#include "widgets/view_widget.h"

namespace convergence {

namespace {

constexpr int millisecondsBetweenReadings = 500;
enum Column { columnName, columnKind, columnValues };

const QStringList axisKinds = {"fixed",   "list",        "linear", "log",
                               "uniform", "log_uniform", "normal"};

bool isNumber(const Parameter& parameter) {
    return parameter.kind == ParameterKind::real || parameter.kind == ParameterKind::integer;
}

QString hintFor(const QString& kind) {
    if (kind == "list")
        return SweepWindow::tr("values, e.g. 1, 2, 4");
    if (kind == "linear" || kind == "log")
        return SweepWindow::tr("from, to, count");
    if (kind == "uniform" || kind == "log_uniform")
        return SweepWindow::tr("from, to");
    if (kind == "normal")
        return SweepWindow::tr("mean, deviation");
    return {};
}

/// A line of the design as the axis of a sweep file.
nlohmann::json axisJson(const Parameter& parameter, const QString& kind, const QString& text) {
    const QStringList parts = text.split(',', Qt::SkipEmptyParts);
    nlohmann::json axis{{"parameter", parameter.name}};
    if (kind == "list") {
        axis["list"] = nlohmann::json::array();
        for (const QString& part : parts)
            axis["list"].push_back(toJson(parseValue(parameter, part.trimmed().toStdString())));
        return axis;
    }
    const QStringList names = kind == "normal" ? QStringList{"mean", "deviation"}
                              : kind == "linear" || kind == "log"
                                  ? QStringList{"from", "to", "count"}
                                  : QStringList{"from", "to"};
    nlohmann::json range = nlohmann::json::object();
    bool valid = parts.size() == names.size();
    for (qsizetype i = 0; valid && i < names.size(); ++i) {
        const double number = parts[i].trimmed().toDouble(&valid);
        if (names[i] == "count")
            range["count"] = static_cast<std::int64_t>(number);
        else
            range[names[i].toStdString()] = number;
    }
    if (!valid)
        throw InputError(fmt::format("Axis '{}': '{}' is not accepted, expected {}.",
                                     parameter.name, text.toStdString(),
                                     hintFor(kind).toStdString()));
    axis[kind.toStdString()] = range;
    return axis;
}

/// What a fresh axis starts with: around the value that the parameter has.
QString startFor(const Parameter& parameter, const QString& kind, const Value& value) {
    if (kind == "fixed")
        return QString::fromStdString(formatValue(value));
    if (kind == "list" || !isNumber(parameter)) {
        QStringList all;
        for (const Choice& choice : parameter.choices)
            all << QString::fromStdString(choice.id);
        if (parameter.kind == ParameterKind::boolean)
            all = QStringList{"false", "true"};
        return all.isEmpty() ? QString::fromStdString(formatValue(value)) : all.join(", ");
    }
    const double number = std::holds_alternative<double>(value) ? std::get<double>(value)
                          : std::holds_alternative<std::int64_t>(value)
                              ? static_cast<double>(std::get<std::int64_t>(value))
                              : 1.0;
    if (kind == "normal")
        return QString("%1, %2").arg(number).arg(std::max(std::abs(number) / 10, 1e-3));
    const bool steps = kind == "linear" || kind == "log";
    const auto bounded = [&](double wanted) {
        const bool known =
            parameter.minimum.expression.empty() && parameter.maximum.expression.empty();
        return known ? std::clamp(wanted, parameter.minimum.value, parameter.maximum.value)
                     : wanted;
    };
    const bool logarithmic = kind.startsWith("log");
    const double low = bounded(logarithmic ? number / 10 : number / 2);
    const double high = bounded(logarithmic ? number * 10 : number * 2);
    return QString("%1, %2%3").arg(low).arg(high).arg(steps ? ", 5" : "");
}

} // namespace

SweepWindow::SweepWindow(const Registry& registry, const Theme& theme, QString program,
                         QWidget* parent)
    : QMainWindow(parent), registry_(registry), theme_(theme), program_(std::move(program)) {
    setWindowTitle(tr("Sweep – Convergence Lab"));
    auto* splitter = new QSplitter(this);
    splitter->addWidget(buildDesigner());
    splitter->addWidget(buildResults());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({400, 800});
    setCentralWidget(splitter);
    buildMenu();
    resize(1240, 780);
    connect(&poll_, &QTimer::timeout, this, &SweepWindow::readResults);
    connect(&process_, &QProcess::finished, this, &SweepWindow::finished);
    connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            tell(tr("The sweep cannot be started: %1.").arg(process_.errorString()), true);
    });
}

SweepWindow::~SweepWindow() {
    process_.disconnect(this);
    if (isRunning()) {
        process_.terminate(); // what has run is kept, and the sweep can be continued
        process_.waitForFinished(3000);
    }
}

QWidget* SweepWindow::buildDesigner() {
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    title_ = new QLabel(panel);
    title_->setWordWrap(true);
    layout->addWidget(title_);
    parameters_ = new QTableWidget(0, 3, panel);
    parameters_->setObjectName("parameters");
    parameters_->setHorizontalHeaderLabels({tr("Parameter"), tr("Vary"), tr("Values")});
    parameters_->verticalHeader()->hide();
    parameters_->horizontalHeader()->setSectionResizeMode(columnName, QHeaderView::Stretch);
    parameters_->horizontalHeader()->setSectionResizeMode(columnValues, QHeaderView::Stretch);
    parameters_->setAccessibleName(tr("Parameters and how each is varied"));
    layout->addWidget(parameters_, 1);

    auto* form = new QFormLayout;
    const auto spin = [&](const QString& label, const QString& tip, int minimum, int maximum) {
        auto* box = new QSpinBox(panel);
        box->setRange(minimum, maximum);
        box->setToolTip(tip);
        box->setAccessibleName(label);
        form->addRow(label, box);
        connect(box, &QSpinBox::valueChanged, this, &SweepWindow::checkDesign);
        return box;
    };
    seeds_ = spin(tr("Seeds"), tr("Runs of each combination, with seeds 0, 1, ..."), 1, 100000);
    draws_ = spin(tr("Draws"), tr("How often the random axes are drawn"), 1, 1000000);
    draws_->setValue(20);
    processes_ = spin(tr("Processes"), tr("Worker processes; 0 is one a core"), 0, 1024);
    claims_ = new QCheckBox(tr("Judge the claims of every run"), panel);
    recordings_ = new QCheckBox(tr("Keep whole recordings"), panel);
    form->addRow(claims_);
    form->addRow(recordings_);
    layout->addLayout(form);
    verdict_ = new QLabel(panel);
    verdict_->setWordWrap(true);
    verdict_->setObjectName("verdict");
    layout->addWidget(verdict_);
    auto* buttons = new QHBoxLayout;
    run_ = new QPushButton(tr("&Run"), panel);
    stop_ = new QPushButton(tr("S&top"), panel);
    stop_->setEnabled(false);
    connect(run_, &QPushButton::clicked, this, &SweepWindow::run);
    connect(stop_, &QPushButton::clicked, this, &SweepWindow::stop);
    buttons->addWidget(run_);
    buttons->addWidget(stop_);
    layout->addLayout(buttons);
    progress_ = new QProgressBar(panel);
    progress_->setFormat("%v / %m");
    progress_->setAccessibleName(tr("Tasks with a result"));
    layout->addWidget(progress_);
    return panel;
}

QWidget* SweepWindow::buildResults() {
    auto* panel = new QWidget(this);
    auto* layout = new QVBoxLayout(panel);
    message_ = new QLabel(panel);
    message_->setWordWrap(true);
    message_->setObjectName("sweepMessage");
    message_->hide();
    layout->addWidget(message_);
    auto* bar = new QHBoxLayout;
    const auto choice = [&](const QString& label, const char* name) {
        auto* box = new QComboBox(panel);
        box->setObjectName(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        auto* text = new QLabel(label, panel);
        text->setBuddy(box);
        box->setAccessibleName(label);
        bar->addWidget(text);
        bar->addWidget(box);
        connect(box, &QComboBox::activated, this, &SweepWindow::rebuildViews);
        return box;
    };
    metric_ = choice(tr("&Metric"), "metric");
    across_ = choice(tr("A&cross"), "across");
    down_ = choice(tr("&Down"), "down");
    bar->addStretch(1);
    layout->addLayout(bar);
    tabs_ = new QTabWidget(panel);
    tabs_->setObjectName("results");
    tabs_->setDocumentMode(true);
    layout->addWidget(tabs_, 1);
    tasks_ = new QTableWidget(panel);
    tasks_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    tasks_->setSelectionBehavior(QAbstractItemView::SelectRows);
    tasks_->setAccessibleName(tr("Tasks"));
    tasks_->hide();
    connect(tasks_, &QTableWidget::cellActivated, this,
            [this](int row) { choose(results_->tasks[static_cast<std::size_t>(row)].task); });
    return panel;
}

void SweepWindow::buildMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("&Open sweep or results …"), QKeySequence::Open, this, &SweepWindow::open);
    file->addAction(tr("&Save sweep file …"), QKeySequence::Save, this, &SweepWindow::save);
    file->addSeparator();
    file->addAction(tr("&Close"), QKeySequence::Close, this, &QWidget::close);
}

void SweepWindow::design(std::shared_ptr<const ExperimentType> type, const Overrides& overrides) {
    type_ = std::move(type);
    overrides_ = overrides;
    title_->setText(tr("<b>%1</b>: choose what varies; everything else keeps the values of the "
                       "parameter form.")
                        .arg(QString::fromStdString(type_->description.title).toHtmlEscaped()));
    fillParameters();
    checkDesign();
}

void SweepWindow::fillParameters() {
    const auto& list = type_->description.parameters;
    parameters_->setRowCount(0);
    for (const Parameter& parameter : list) {
        if (parameter.kind == ParameterKind::seed || parameter.kind == ParameterKind::seedList)
            continue;
        const int row = parameters_->rowCount();
        parameters_->insertRow(row);
        auto* name = new QTableWidgetItem(QString::fromStdString(
            parameter.symbol.empty() ? parameter.label : parameter.label + " " + parameter.symbol));
        name->setData(Qt::UserRole, QString::fromStdString(parameter.name));
        name->setToolTip(QString::fromStdString(parameter.help +
                                                " Accepted: " + acceptedRange(parameter) + "."));
        name->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        parameters_->setItem(row, columnName, name);
        auto* kind = new QComboBox(parameters_);
        kind->addItems(isNumber(parameter) ? axisKinds : axisKinds.mid(0, 2));
        kind->setAccessibleName(tr("How %1 varies").arg(name->text()));
        parameters_->setCellWidget(row, columnKind, kind);
        auto* values = new QLineEdit(parameters_);
        values->setAccessibleName(tr("Values of %1").arg(name->text()));
        parameters_->setCellWidget(row, columnValues, values);
        const auto fill = [this, &parameter, kind, values] {
            const auto own = overrides_.find(parameter.name);
            values->setText(
                startFor(parameter, kind->currentText(),
                         own == overrides_.end() ? parameter.defaultValue : own->second));
            values->setEnabled(kind->currentText() != "fixed");
            values->setToolTip(hintFor(kind->currentText()));
            checkDesign();
        };
        fill();
        connect(kind, &QComboBox::currentTextChanged, values, fill);
        connect(values, &QLineEdit::textEdited, this, &SweepWindow::checkDesign);
    }
    parameters_->resizeColumnToContents(columnKind);
}

void SweepWindow::setAxis(const QString& parameter, const QString& kind, const QString& numbers) {
    for (int row = 0; row < parameters_->rowCount(); ++row)
        if (parameters_->item(row, columnName)->data(Qt::UserRole) == parameter) {
            qobject_cast<QComboBox*>(parameters_->cellWidget(row, columnKind))
                ->setCurrentText(kind);
            qobject_cast<QLineEdit*>(parameters_->cellWidget(row, columnValues))->setText(numbers);
            checkDesign();
        }
}

void SweepWindow::setSeeds(int count) {
    seeds_->setValue(count);
}

nlohmann::json SweepWindow::plan() const {
    nlohmann::json axes = nlohmann::json::array();
    nlohmann::json fixed = nlohmann::json::object();
    for (const auto& [name, value] : overrides_)
        fixed[name] = toJson(value);
    bool random = false;
    for (int row = 0; row < parameters_->rowCount(); ++row) {
        const auto* kind = qobject_cast<QComboBox*>(parameters_->cellWidget(row, columnKind));
        if (kind->currentText() == "fixed")
            continue;
        const auto* values = qobject_cast<QLineEdit*>(parameters_->cellWidget(row, columnValues));
        const Parameter& parameter = findParameter(
            type_->description.parameters,
            parameters_->item(row, columnName)->data(Qt::UserRole).toString().toStdString());
        axes.push_back(axisJson(parameter, kind->currentText(), values->text()));
        fixed.erase(parameter.name);
        random |= axisKinds.indexOf(kind->currentText()) > axisKinds.indexOf("log");
    }
    nlohmann::json keep = {"metrics"};
    if (claims_->isChecked())
        keep.push_back("claims");
    if (recordings_->isChecked())
        keep.push_back("recordings");
    nlohmann::json plan{{"experiment", type_->description.id}, {"axes", axes}, {"keep", keep}};
    for (const Parameter& parameter : type_->description.parameters)
        if (parameter.kind == ParameterKind::seed || parameter.kind == ParameterKind::seedList) {
            fixed.erase(parameter.name);
            plan["seeds"] = {{"count", seeds_->value()}};
        }
    plan["fixed"] = fixed;
    if (random)
        plan["draws"] = draws_->value();
    return plan;
}

void SweepWindow::checkDesign() {
    if (!type_)
        return;
    QString sentence;
    bool valid = true;
    try {
        const SweepPlan parsed = SweepPlan::fromJson(plan(), registry_);
        sentence =
            parsed.taskCount() == 1 ? tr("1 task.") : tr("%1 tasks.").arg(parsed.taskCount());
        draws_->setEnabled(std::any_of(parsed.axes().begin(), parsed.axes().end(),
                                       [](const SweepAxis& axis) { return axis.isRandom(); }));
    } catch (const InputError& error) {
        sentence = QString::fromUtf8(error.what());
        valid = false;
    }
    verdict_->setText(sentence);
    verdict_->setStyleSheet(
        QString("color: %1").arg((valid ? theme_.text : theme_.failure).name()));
    run_->setEnabled(valid && !isRunning());
}

void SweepWindow::run() {
    QString file;
    try {
        const std::string text = plan().dump(2);
        const QDir store(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation));
        const QString name = QString::fromStdString(type_->description.id) + " " +
                             QDateTime::currentDateTime().toString("yyyy-MM-dd HH.mm.ss.zzz");
        folder_ = store.filePath("sweeps/" + name);
        file = folder_ + "/sweep.json";
        QSaveFile out(file);
        if (!store.mkpath("sweeps/" + name) || !out.open(QIODevice::WriteOnly) ||
            out.write(text.data(), static_cast<qint64>(text.size())) < 0 || !out.commit())
            throw InputError("The folder '" + folder_.toStdString() + "' cannot be written.");
    } catch (const InputError& error) {
        tell(QString::fromUtf8(error.what()), true);
        return;
    }
    message_->hide();
    process_.start(program_, {"sweep", file, "--out", folder_, "--processes",
                              QString::number(processes_->value())});
    run_->setEnabled(false);
    stop_->setEnabled(true);
    poll_.start(millisecondsBetweenReadings);
}

void SweepWindow::stop() {
    if (isRunning())
        process_.terminate();
}

void SweepWindow::finished(int exitCode) {
    poll_.stop();
    stop_->setEnabled(false);
    const QString error = QString::fromUtf8(process_.readAllStandardError()).trimmed();
    if (exitCode == 2)
        tell(error, true);
    else
        tell(tr("Results in %1").arg(folder_), false);
    checkDesign();
    readResults();
}

void SweepWindow::openResults(const QString& path) {
    folder_ = path;
    readResults();
}

void SweepWindow::readResults() {
    if (reading_) {
        stale_ = true;
        return;
    }
    reading_ = true;
    const QPointer<SweepWindow> self(this);
    std::thread([self, path = folder_.toStdString(), &registry = registry_] {
        std::shared_ptr<const SweepResults> results;
        QString problem;
        try {
            results = std::make_shared<const SweepResults>(readSweepResults(path, registry));
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, results, problem] {
            if (!self)
                return;
            self->reading_ = false;
            if (results)
                self->take(results);
            else if (!self->isRunning()) // the database of a fresh sweep is not there yet
                self->tell(problem, true);
            if (std::exchange(self->stale_, false))
                self->readResults();
        });
    }).detach();
}

void SweepWindow::take(std::shared_ptr<const SweepResults> results) {
    const bool sameShape =
        results_ && results_->axes == results->axes && results_->metrics == results->metrics;
    results_ = std::move(results);
    progress_->setMaximum(static_cast<int>(results_->plan->taskCount()));
    progress_->setValue(static_cast<int>(results_->tasks.size()));
    if (!sameShape)
        fillChoices();
    if (!sameShape || facetValues() != facets_)
        rebuildViews();
    else
        updateViews();
    Q_EMIT resultsShown();
}

void SweepWindow::tell(const QString& sentence, bool isProblem) {
    const QColor back = isProblem ? theme_.failure : theme_.accent;
    message_->setStyleSheet(QString("QLabel { background: %1; color: %2; padding: 6px; }")
                                .arg(back.name(), theme_.dark ? "#101010" : "#ffffff"));
    message_->setText(sentence);
    message_->setVisible(!sentence.isEmpty());
}

void SweepWindow::setTheme(const Theme& theme) {
    theme_ = theme;
    for (const Shown& shown : views_)
        shown.view->setTheme(theme);
    checkDesign();
}

} // namespace convergence
