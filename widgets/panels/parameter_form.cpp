#include "widgets/panels/parameter_form.h"

#include <algorithm>

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QUndoCommand>
#include <QUndoStack>
#include <QVBoxLayout>

#include "core/error.h"
#include "widgets/minus_signs.h"
#include "widgets/panels/parameter_editors.h"
#include "widgets/panels/parameter_section.h"

namespace convergence {

/// One edit; moving a slider makes many, which undo as one.
class EditCommand final : public QUndoCommand {
public:
    EditCommand(ParameterForm& form, Overrides before, Overrides after, const QString& what)
        : QUndoCommand(what), form_(&form), before_(std::move(before)), after_(std::move(after)) {}

    void undo() override {
        if (form_)
            form_->apply(before_);
    }
    void redo() override {
        if (form_)
            form_->apply(after_);
    }
    [[nodiscard]] int id() const override { return 1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = dynamic_cast<const EditCommand*>(other);
        if (!next || next->text() != text() || next->form_ != form_)
            return false;
        after_ = next->after_;
        return true;
    }

private:
    QPointer<ParameterForm> form_;
    Overrides before_;
    Overrides after_;
};

namespace {

QString describe(const Parameter& parameter) {
    QString html =
        QString("<p><b>%1</b>%2</p><p>%3</p>")
            .arg(QString::fromStdString(parameter.label).toHtmlEscaped(),
                 parameter.symbol.empty() ? ""
                                          : " (" + QString::fromStdString(parameter.symbol) + ")",
                 QString::fromStdString(parameter.help).toHtmlEscaped());
    QString range = withMinusSigns(acceptedRange(parameter)).toHtmlEscaped();
    if (!parameter.unit.empty())
        range = ParameterForm::tr("%1, in %2").arg(range, QString::fromStdString(parameter.unit));
    html +=
        "<p>" + ParameterForm::tr("%1; default %2.<br>Name on the command line: %3.")
                    .arg(range, withMinusSigns(formatValue(parameter.defaultValue)).toHtmlEscaped(),
                         QString::fromStdString(parameter.name));
    if (parameter.effect != LiveEffect::restartsRun)
        html += " " + ParameterForm::tr("May change during a run.");
    return html + "</p>";
}

QString labelText(const Parameter& parameter) {
    QString text = QString::fromStdString(parameter.label);
    if (!parameter.symbol.empty())
        text += " " + QString::fromStdString(parameter.symbol);
    if (!parameter.unit.empty())
        text += " [" + QString::fromStdString(parameter.unit) + "]";
    return text;
}

/// Whether every word stands somewhere in what is said of the parameter.
bool isFound(const Parameter& parameter, const QString& search) {
    const std::string said = parameter.label + " " + parameter.name + " " + parameter.symbol + " " +
                             parameter.group + " " + parameter.help;
    const QString text = QString::fromStdString(said);
    const QStringList words = search.split(' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&](const QString& word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

/// Labels of the parameters that decide whether one of these applies.
QStringList deciders(const std::vector<Parameter>& all,
                     const std::vector<const Parameter*>& hidden) {
    QStringList labels;
    for (const Parameter& parameter : all) {
        // As a name of its own, or with a choice: "problem_is_simplex".
        const QRegularExpression name(
            QString("\\b%1(_is_\\w+)?\\b").arg(QString::fromStdString(parameter.name)));
        if (std::any_of(hidden.begin(), hidden.end(), [&](const Parameter* one) {
                return QString::fromStdString(one->appliesIf).contains(name);
            }))
            labels << QString::fromStdString(parameter.label);
    }
    return labels;
}

} // namespace

ParameterForm::ParameterForm(std::shared_ptr<const ExperimentType> type, QUndoStack& undo,
                             QWidget* parent)
    : QWidget(parent), type_(std::move(type)), undo_(undo), presets_(new QComboBox(this)),
      shows_(new QLabel(this)), search_(new QLineEdit(this)), hidden_(new QLabel(this)),
      message_(new QLabel(this)) {
    auto* outer = new QVBoxLayout(this);
    outer->addWidget(top_ = buildTop());
    buildMessage(*outer);
    outer->addWidget(buildRows(), 1);
    hidden_->setObjectName("hiddenParameters");
    hidden_->setWordWrap(true);
    hidden_->setForegroundRole(QPalette::PlaceholderText);
    outer->addWidget(hidden_);
    show({});
}

QWidget* ParameterForm::buildTop() {
    auto* top = new QWidget(this);
    auto* layout = new QGridLayout(top);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setColumnStretch(1, 1);
    auto* presetLabel = new QLabel(tr("&Preset"), top);
    presetLabel->setBuddy(presets_);
    presets_->setPlaceholderText(tr("own values"));
    for (const Preset& preset : type_->description.presets) {
        presets_->addItem(QString::fromStdString(preset.label), QString::fromStdString(preset.id));
        presets_->setItemData(
            presets_->count() - 1,
            QString::fromStdString(preset.shows.empty() ? preset.help : preset.shows),
            Qt::ToolTipRole);
    }
    presets_->setCurrentIndex(-1);
    presets_->setAccessibleName(tr("Preset"));
    presets_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    presets_->setMinimumContentsLength(6);
    auto* reset = new QPushButton(tr("Reset all"), top);
    reset->setToolTip(tr("Every parameter back to its default"));
    shows_->setObjectName("presetShows");
    shows_->setWordWrap(true);
    search_->setObjectName("parameterSearch");
    search_->setPlaceholderText(tr("Find a parameter"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    layout->addWidget(presetLabel, 0, 0);
    layout->addWidget(presets_, 0, 1);
    layout->addWidget(reset, 0, 2);
    layout->addWidget(shows_, 1, 0, 1, 3);
    layout->addWidget(search_, 2, 0, 1, 3);
    connect(presets_, &QComboBox::activated, this, &ParameterForm::choosePreset);
    connect(reset, &QPushButton::clicked, this, [this] { push({}, tr("reset all parameters")); });
    connect(search_, &QLineEdit::textChanged, this, &ParameterForm::showRows);
    return top;
}

void ParameterForm::buildMessage(QVBoxLayout& layout) {
    message_->setWordWrap(true);
    message_->setObjectName("parameterMessage");
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message_->setStyleSheet("QLabel { color: #ffffff; background: #b3261e; padding: 6px; "
                            "border-radius: 4px; }");
    message_->hide();
    layout.addWidget(message_);
}

/// Those of first rank, then what is left, group by group.
QWidget* ParameterForm::buildRows() {
    const Description& description = type_->description;
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Parameters"));
    scroll->setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget(scroll);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 4, 0);
    std::vector<const Parameter*> first;
    for (const std::string& name : description.mainParameters)
        first.push_back(&findParameter(description.parameters, name));
    const auto isFirst = [&](const Parameter& parameter) {
        return std::find(first.begin(), first.end(), &parameter) != first.end();
    };
    addSection(*layout, {}, first);
    std::vector<std::string> groups;
    for (const Parameter& parameter : description.parameters)
        if (!isFirst(parameter) &&
            std::find(groups.begin(), groups.end(), parameter.group) == groups.end())
            groups.push_back(parameter.group);
    for (const std::string& group : groups) {
        std::vector<const Parameter*> members;
        for (const Parameter& parameter : description.parameters)
            if (parameter.group == group && !isFirst(parameter))
                members.push_back(&parameter);
        addSection(*layout, group.empty() ? tr("Further") : QString::fromStdString(group), members);
    }
    layout->addStretch(1);
    scroll->setWidget(content);
    return scroll;
}

void ParameterForm::addSection(QVBoxLayout& layout, const QString& title,
                               const std::vector<const Parameter*>& parameters) {
    if (parameters.empty())
        return;
    auto* section = new ParameterSection(title, this);
    for (const Parameter* parameter : parameters)
        addRow(*section, *parameter);
    sections_.push_back(section);
    layout.addWidget(section);
}

void ParameterForm::addRow(ParameterSection& section, const Parameter& parameter) {
    QWidget* box = &section.body();
    const QString name = QString::fromStdString(parameter.name);
    Row row{.section = &section};
    row.editor = ParameterEditor::create(parameter, box);
    row.editor->setObjectName(name);
    auto* label = new QLabel(labelText(parameter), box);
    label->setWordWrap(true);
    label->setBuddy(row.editor);
    row.label = label;
    auto* reset = new QToolButton(box);
    reset->setText("↺");
    reset->setAutoRaise(true);
    reset->setAccessibleName(tr("Reset %1").arg(QString::fromStdString(parameter.label)));
    row.reset = reset;
    for (QWidget* widget : {static_cast<QWidget*>(row.editor), row.label}) {
        widget->setToolTip(describe(parameter));
        widget->setWhatsThis(describe(parameter));
    }
    // The label stands above its control, so that narrow panels cut off neither.
    const int line = section.grid().rowCount();
    section.grid().addWidget(row.label, line, 0);
    section.grid().addWidget(row.reset, line, 1, Qt::AlignRight);
    section.grid().addWidget(row.editor, line + 1, 0, 1, 2);
    connect(row.editor, &ParameterEditor::edited, this,
            [this, name](const QString& text) { edit(name, text); });
    connect(reset, &QToolButton::clicked, this, [this, name] {
        Overrides changed = overrides_;
        const auto before = preset_.find(name.toStdString());
        if (before == preset_.end())
            changed.erase(name.toStdString());
        else
            changed.insert_or_assign(before->first, before->second);
        push(changed, tr("reset %1").arg(name));
    });
    rows_.emplace(parameter.name, row);
}

void ParameterForm::showOnly(std::vector<std::string> names) {
    only_ = std::move(names);
    top_->hide();
    showRows();
}

void ParameterForm::showRows() {
    const auto& parameters = type_->description.parameters;
    const ParameterValues values(parameters, overrides_), before(parameters, preset_);
    const auto context = values.numericView(parameters);
    const QString search = search_->text().trimmed();
    std::map<ParameterSection*, std::pair<int, int>> counts; // rows, and changed ones
    std::vector<const Parameter*> hidden;
    for (const Parameter& parameter : parameters) {
        const Row& row = rows_.at(parameter.name);
        const bool active = applies(parameter, context);
        const bool changed = values.value(parameter.name) != before.value(parameter.name);
        // What a search finds is shown even where it has no effect, so that one learns that.
        const bool shown =
            only_ ? std::find(only_->begin(), only_->end(), parameter.name) != only_->end()
                  : (search.isEmpty() ? active : isFound(parameter, search));
        if (!active)
            hidden.push_back(&parameter);
        row.editor->setEnabled(active);
        row.label->setEnabled(active);
        row.editor->setVisible(shown);
        row.label->setVisible(shown);
        row.reset->setVisible(shown && changed);
        counts[row.section].first += shown ? 1 : 0;
        counts[row.section].second += shown && changed ? 1 : 0;
    }
    for (ParameterSection* section : sections_) {
        section->setCounts(counts[section].first, counts[section].second);
        section->setSearched(!search.isEmpty() || only_);
    }
    showHiddenCount(hidden);
}

void ParameterForm::showHiddenCount(const std::vector<const Parameter*>& hidden) {
    hidden_->setVisible(!hidden.empty() && !only_);
    QStringList names;
    for (const Parameter* parameter : hidden)
        names << QString::fromStdString(parameter->label);
    const QString why = deciders(type_->description.parameters, hidden).join(", ");
    hidden_->setText(
        hidden.size() == 1
            ? tr("1 parameter has no effect at these values and is hidden: it depends on %1.")
                  .arg(why)
            : tr("%1 parameters have no effect at these values and are hidden: they depend on %2.")
                  .arg(hidden.size())
                  .arg(why));
    hidden_->setToolTip(names.join("\n"));
}

void ParameterForm::validate(const Overrides& overrides) const {
    static_cast<void>(resolveValues(*type_, "", overrides));
}

void ParameterForm::setOverrides(const Overrides& overrides) {
    validate(overrides);
    undo_.clear();
    overrides_ = overrides;
    show(overrides_);
}

void ParameterForm::edit(const QString& name, const QString& text) {
    try {
        const Parameter& parameter =
            findParameter(type_->description.parameters, name.toStdString());
        Overrides changed = overrides_;
        changed.insert_or_assign(parameter.name, parseValue(parameter, text.toStdString()));
        validate(changed);
        push(changed, tr("change of %1").arg(name));
    } catch (const InputError& error) {
        refuse(name, text, QString::fromUtf8(error.what()));
    }
}

void ParameterForm::choosePreset(int index) {
    const Preset& preset = type_->description.presets[static_cast<std::size_t>(index)];
    push(preset.overrides, tr("preset %1").arg(QString::fromStdString(preset.label)));
}

void ParameterForm::refuse(const QString& name, const QString& /*text*/, const QString& sentence) {
    if (const auto row = rows_.find(name.toStdString()); row != rows_.end()) {
        row->second.editor->setRefused(true);
        row->second.section->setOpen(true);
    }
    message_->setText(sentence);
    message_->show();
}

void ParameterForm::push(const Overrides& overrides, const QString& what) {
    try {
        validate(overrides);
    } catch (const InputError& error) {
        refuse({}, {}, QString::fromUtf8(error.what()));
        return;
    }
    if (overrides == overrides_) {
        show(overrides_);
        return;
    }
    undo_.push(new EditCommand(*this, overrides_, overrides, what));
}

void ParameterForm::apply(const Overrides& overrides) {
    const auto& parameters = type_->description.parameters;
    const ParameterValues before(parameters, overrides_);
    const ParameterValues after(parameters, overrides);
    overrides_ = overrides;
    show(overrides_);
    bool restart = false;
    std::vector<const Parameter*> live;
    for (const Parameter& parameter : parameters) {
        if (before.value(parameter.name) == after.value(parameter.name))
            continue;
        if (parameter.effect != LiveEffect::restartsRun)
            live.push_back(&parameter);
        else
            restart = true;
    }
    if (restart)
        Q_EMIT restartNeeded();
    else
        for (const Parameter* parameter : live)
            Q_EMIT liveChanged(QString::fromStdString(parameter->name),
                               after.value(parameter->name));
}

void ParameterForm::show(const Overrides& overrides) {
    const auto& parameters = type_->description.parameters;
    const ParameterValues values(parameters, overrides);
    const auto context = values.numericView(parameters);
    for (const Parameter& parameter : parameters) {
        const Row& row = rows_.at(parameter.name);
        row.editor->setRefused(false);
        row.editor->setContext(context);
        row.editor->setValue(values.value(parameter.name));
    }
    message_->hide();
    showPreset(values);
    showRows();
}

/// The preset whose values these are, if they are one's; what differs from it is marked from now
/// on.
void ParameterForm::showPreset(const ParameterValues& values) {
    const auto& parameters = type_->description.parameters;
    const auto& presets = type_->description.presets;
    const auto match = std::find_if(presets.begin(), presets.end(), [&](const Preset& preset) {
        return ParameterValues(parameters, preset.overrides) == values;
    });
    const bool isPreset = match != presets.end();
    if (isPreset)
        preset_ = match->overrides;
    else if (values == ParameterValues(parameters, {}))
        preset_.clear();
    presets_->setCurrentIndex(isPreset ? static_cast<int>(match - presets.begin()) : -1);
    shows_->setVisible(isPreset && !match->shows.empty());
    if (isPreset)
        shows_->setText(QString::fromStdString(match->shows));
    const ParameterValues before(parameters, preset_);
    for (const Parameter& parameter : parameters)
        rows_.at(parameter.name)
            .reset->setToolTip(
                tr("Back to %1").arg(withMinusSigns(formatValue(before.value(parameter.name)))));
}

} // namespace convergence
