#include "app/sweeps/designer.h"

#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <fmt/format.h>

#include "core/error.h"
#include "widgets/minus_signs.h"

namespace convergence {

namespace {

enum DesignColumn { columnName, columnKind, columnValues };

const QStringList axisKinds = {"fixed",   "list",        "linear", "log",
                               "uniform", "log_uniform", "normal"};

bool isNumber(const Parameter& parameter) {
    return parameter.kind == ParameterKind::real || parameter.kind == ParameterKind::integer;
}

/// As people name the ways in which a parameter varies.
QString wordsFor(const QString& kind) {
    if (kind == "list")
        return SweepDesigner::tr("a list");
    if (kind == "linear")
        return SweepDesigner::tr("equal steps");
    if (kind == "log")
        return SweepDesigner::tr("equal factors");
    if (kind == "uniform")
        return SweepDesigner::tr("drawn evenly");
    if (kind == "log_uniform")
        return SweepDesigner::tr("drawn by factors");
    if (kind == "normal")
        return SweepDesigner::tr("drawn normally");
    return SweepDesigner::tr("fixed");
}

QString kindOf(const QComboBox* box) {
    return box->currentData().toString();
}

QString hintFor(const QString& kind) {
    if (kind == "list")
        return SweepDesigner::tr("values, e.g. 1, 2, 4");
    if (kind == "linear" || kind == "log")
        return SweepDesigner::tr("from, to, count");
    if (kind == "uniform" || kind == "log_uniform")
        return SweepDesigner::tr("from, to");
    if (kind == "normal")
        return SweepDesigner::tr("mean, deviation");
    return {};
}

/// A line of the design as the axis of a sweep file.
nlohmann::json axisJson(const Parameter& parameter, const QString& kind, const QString& text) {
    const QStringList parts = withHyphens(text).split(',', Qt::SkipEmptyParts);
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

SweepDesigner::SweepDesigner(const Registry& registry, const Theme& theme, QWidget* parent)
    : QWidget(parent), registry_(registry), theme_(theme), title_(new QLabel(this)),
      parameters_(new QTableWidget(0, 3, this)) {
    auto* layout = new QVBoxLayout(this);
    title_->setWordWrap(true);
    layout->addWidget(title_);
    parameters_->setObjectName("parameters");
    parameters_->setHorizontalHeaderLabels({tr("Parameter"), tr("Vary"), tr("Values")});
    parameters_->verticalHeader()->hide();
    parameters_->horizontalHeader()->setSectionResizeMode(columnName, QHeaderView::Stretch);
    parameters_->horizontalHeader()->setSectionResizeMode(columnValues, QHeaderView::Stretch);
    parameters_->setAccessibleName(tr("Parameters and how each is varied"));
    layout->addWidget(parameters_, 1);
    buildOptions(*layout);
    buildButtons(*layout);
}

void SweepDesigner::buildOptions(QVBoxLayout& layout) {
    auto* form = new QFormLayout;
    const auto spin = [&](const QString& label, const QString& tip, int minimum, int maximum) {
        auto* box = new QSpinBox(this);
        box->setRange(minimum, maximum);
        box->setToolTip(tip);
        box->setAccessibleName(label);
        form->addRow(label, box);
        connect(box, &QSpinBox::valueChanged, this, &SweepDesigner::checkDesign);
        return box;
    };
    seeds_ = spin(tr("Seeds"), tr("Runs of each combination, with seeds 0, 1, ..."), 1, 100000);
    draws_ = spin(tr("Draws"), tr("How often the random axes are drawn"), 1, 1000000);
    draws_->setValue(20);
    processes_ = spin(tr("Processes"), tr("Worker processes; 0 is one a core"), 0, 1024);
    claims_ = new QCheckBox(tr("Judge the claims of every run"), this);
    recordings_ = new QCheckBox(tr("Keep whole recordings"), this);
    form->addRow(claims_);
    form->addRow(recordings_);
    layout.addLayout(form);
    verdict_ = new QLabel(this);
    verdict_->setWordWrap(true);
    verdict_->setObjectName("verdict");
    layout.addWidget(verdict_);
}

void SweepDesigner::buildButtons(QVBoxLayout& layout) {
    auto* buttons = new QHBoxLayout;
    run_ = new QPushButton(tr("&Run"), this);
    stop_ = new QPushButton(tr("S&top"), this);
    stop_->setEnabled(false);
    auto* suggestion = new QPushButton(tr("S&uggest"), this);
    suggestion->setObjectName("suggestSweep");
    suggestion->setToolTip(tr("Varies the main number of this experiment over a decade, three "
                              "seeds each"));
    connect(suggestion, &QPushButton::clicked, this, &SweepDesigner::suggest);
    buttons->addWidget(suggestion);
    connect(run_, &QPushButton::clicked, this, &SweepDesigner::runWanted);
    connect(stop_, &QPushButton::clicked, this, &SweepDesigner::stopWanted);
    buttons->addWidget(run_);
    buttons->addWidget(stop_);
    layout.addLayout(buttons);
    progress_ = new QProgressBar(this);
    progress_->setFormat("%v / %m");
    progress_->setAccessibleName(tr("Tasks with a result"));
    layout.addWidget(progress_);
}

void SweepDesigner::design(std::shared_ptr<const ExperimentType> type, const Overrides& overrides) {
    type_ = std::move(type);
    overrides_ = overrides;
    title_->setText(tr("<b>%1</b>: choose what varies; everything else keeps the values of the "
                       "parameter form.")
                        .arg(QString::fromStdString(type_->description.title).toHtmlEscaped()));
    fillParameters();
    checkDesign();
}

void SweepDesigner::fillParameters() {
    parameters_->setRowCount(0);
    for (const Parameter& parameter : type_->description.parameters)
        if (parameter.kind != ParameterKind::seed && parameter.kind != ParameterKind::seedList)
            addParameter(parameter);
    parameters_->resizeColumnToContents(columnKind);
}

void SweepDesigner::addParameter(const Parameter& parameter) {
    const int row = parameters_->rowCount();
    parameters_->insertRow(row);
    auto* name = new QTableWidgetItem(QString::fromStdString(
        parameter.symbol.empty() ? parameter.label : parameter.label + " " + parameter.symbol));
    name->setData(Qt::UserRole, QString::fromStdString(parameter.name));
    name->setToolTip(
        tr("%1 Accepted: %2.")
            .arg(QString::fromStdString(parameter.help), withMinusSigns(acceptedRange(parameter))));
    name->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    parameters_->setItem(row, columnName, name);
    auto* kind = new QComboBox(parameters_);
    for (const QString& id : isNumber(parameter) ? axisKinds : axisKinds.mid(0, 2))
        kind->addItem(wordsFor(id), id);
    kind->setAccessibleName(tr("How %1 varies").arg(name->text()));
    parameters_->setCellWidget(row, columnKind, kind);
    auto* values = new QLineEdit(parameters_);
    values->setAccessibleName(tr("Values of %1").arg(name->text()));
    parameters_->setCellWidget(row, columnValues, values);
    const auto fill = [this, &parameter, kind, values] {
        const auto own = overrides_.find(parameter.name);
        values->setText(withMinusSigns(
            startFor(parameter, kindOf(kind),
                     own == overrides_.end() ? parameter.defaultValue : own->second)));
        values->setEnabled(kindOf(kind) != "fixed");
        values->setToolTip(hintFor(kindOf(kind)));
        values->setPlaceholderText(hintFor(kindOf(kind)));
        checkDesign();
    };
    fill();
    connect(kind, &QComboBox::currentIndexChanged, values, fill);
    connect(values, &QLineEdit::textEdited, this, &SweepDesigner::checkDesign);
}

void SweepDesigner::setAxis(const QString& parameter, const QString& kind, const QString& numbers) {
    for (int row = 0; row < parameters_->rowCount(); ++row)
        if (parameters_->item(row, columnName)->data(Qt::UserRole) == parameter) {
            auto* box = qobject_cast<QComboBox*>(parameters_->cellWidget(row, columnKind));
            box->setCurrentIndex(box->findData(kind));
            qobject_cast<QLineEdit*>(parameters_->cellWidget(row, columnValues))->setText(numbers);
            checkDesign();
        }
}

void SweepDesigner::suggest() {
    for (const std::string& name : type_->description.mainParameters) {
        const Parameter& parameter = findParameter(type_->description.parameters, name);
        const ParameterValues values(type_->description.parameters, overrides_);
        const auto* real = std::get_if<double>(&values.value(name));
        if (!real || !(*real > 0.0) ||
            !applies(parameter, values.numericView(type_->description.parameters)))
            continue;
        const double half = std::sqrt(10.0);
        const bool isBounded =
            parameter.minimum.expression.empty() && parameter.maximum.expression.empty();
        const double low =
            isBounded ? std::max(*real / half, parameter.minimum.value) : *real / half;
        const double high =
            isBounded ? std::min(*real * half, parameter.maximum.value) : *real * half;
        if (!(low > 0.0) || !(low < high))
            continue;
        setAxis(QString::fromStdString(name), "log",
                QString("%1, %2, 5").arg(low, 0, 'g', 3).arg(high, 0, 'g', 3));
        return setSeeds(3);
    }
}

void SweepDesigner::setSeeds(int count) {
    seeds_->setValue(count);
}

nlohmann::json SweepDesigner::plan() const {
    nlohmann::json axes = nlohmann::json::array();
    nlohmann::json fixed = nlohmann::json::object();
    for (const auto& [name, value] : overrides_)
        fixed[name] = toJson(value);
    bool random = false;
    for (int row = 0; row < parameters_->rowCount(); ++row) {
        const auto* kind = qobject_cast<QComboBox*>(parameters_->cellWidget(row, columnKind));
        if (kindOf(kind) == "fixed")
            continue;
        const auto* values = qobject_cast<QLineEdit*>(parameters_->cellWidget(row, columnValues));
        const Parameter& parameter = findParameter(
            type_->description.parameters,
            parameters_->item(row, columnName)->data(Qt::UserRole).toString().toStdString());
        axes.push_back(axisJson(parameter, kindOf(kind), values->text()));
        fixed.erase(parameter.name);
        random |= axisKinds.indexOf(kindOf(kind)) > axisKinds.indexOf("log");
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

void SweepDesigner::checkDesign() {
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
    run_->setEnabled(valid && sweep_ == Sweep::none);
    stop_->setEnabled(sweep_ == Sweep::underWay);
}

int SweepDesigner::processes() const {
    return processes_->value();
}

void SweepDesigner::setSweep(Sweep sweep) {
    sweep_ = sweep;
    checkDesign();
}

void SweepDesigner::setProgress(int tasksDone, int tasks) {
    progress_->setMaximum(tasks);
    progress_->setValue(tasksDone);
}

void SweepDesigner::setTheme(const Theme& theme) {
    theme_ = theme;
    checkDesign();
}

void SweepDesigner::openFile(const QString& path) {
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
}

} // namespace convergence
