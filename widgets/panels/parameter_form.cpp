#include "widgets/panels/parameter_form.h"

#include <QComboBox>
#include <QGridLayout>
#include <QGroupBox>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QUndoCommand>
#include <QUndoStack>
#include <QVBoxLayout>

#include "core/error.h"
#include "widgets/panels/parameter_editors.h"

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
    QString range = QString::fromStdString(acceptedRange(parameter)).toHtmlEscaped();
    if (!parameter.unit.empty())
        range = ParameterForm::tr("%1, in %2").arg(range, QString::fromStdString(parameter.unit));
    html +=
        "<p>" +
        ParameterForm::tr("%1; default %2.<br>Name on the command line: %3.")
            .arg(range, QString::fromStdString(formatValue(parameter.defaultValue)).toHtmlEscaped(),
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

} // namespace

ParameterForm::ParameterForm(std::shared_ptr<const ExperimentType> type, QUndoStack& undo,
                             QWidget* parent)
    : QWidget(parent), type_(std::move(type)), undo_(undo), preset_(new QComboBox(this)),
      message_(new QLabel(this)) {
    const Description& description = type_->description;
    auto* outer = new QVBoxLayout(this);
    auto* top = new QHBoxLayout;
    auto* presetLabel = new QLabel(tr("&Preset"), this);
    presetLabel->setBuddy(preset_);
    preset_->setPlaceholderText(tr("own values"));
    for (const Preset& preset : description.presets) {
        preset_->addItem(QString::fromStdString(preset.label), QString::fromStdString(preset.id));
        preset_->setItemData(preset_->count() - 1, QString::fromStdString(preset.help),
                             Qt::ToolTipRole);
    }
    preset_->setCurrentIndex(-1);
    preset_->setAccessibleName(tr("Preset"));
    preset_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    preset_->setMinimumContentsLength(6);
    auto* reset = new QPushButton(tr("Reset all"), this);
    reset->setToolTip(tr("Every parameter back to its default"));
    top->addWidget(presetLabel);
    top->addWidget(preset_, 1);
    top->addWidget(reset);
    outer->addLayout(top);

    message_->setWordWrap(true);
    message_->setObjectName("parameterMessage");
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message_->setStyleSheet("QLabel { color: #ffffff; background: #b3261e; padding: 6px; "
                            "border-radius: 4px; }");
    message_->hide();
    outer->addWidget(message_);

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Parameters"));
    scroll->setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget(scroll);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 4, 0);
    std::vector<std::string> groups;
    for (const Parameter& parameter : description.parameters)
        if (std::find(groups.begin(), groups.end(), parameter.group) == groups.end())
            groups.push_back(parameter.group);
    for (const std::string& group : groups)
        addGroup(*layout, group);
    layout->addStretch(1);
    scroll->setWidget(content);
    outer->addWidget(scroll, 1);

    connect(preset_, &QComboBox::activated, this, &ParameterForm::choosePreset);
    connect(reset, &QPushButton::clicked, this, [this] { push({}, tr("reset all parameters")); });
    show({});
}

void ParameterForm::addGroup(QVBoxLayout& layout, const std::string& group) {
    auto* box = new QGroupBox(QString::fromStdString(group), this);
    auto* grid = new QGridLayout(box);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    int line = 0;
    for (const Parameter& parameter : type_->description.parameters) {
        if (parameter.group != group)
            continue;
        const QString name = QString::fromStdString(parameter.name);
        Row row;
        row.editor = ParameterEditor::create(parameter, box);
        row.editor->setObjectName(name);
        auto* label = new QLabel(labelText(parameter), box);
        label->setWordWrap(true);
        label->setBuddy(row.editor);
        row.label = label;
        auto* reset = new QToolButton(box);
        reset->setText("↺");
        reset->setAutoRaise(true);
        reset->setToolTip(tr("Back to the default, %1")
                              .arg(QString::fromStdString(formatValue(parameter.defaultValue))));
        reset->setAccessibleName(tr("Reset %1").arg(QString::fromStdString(parameter.label)));
        row.reset = reset;
        for (QWidget* widget : {static_cast<QWidget*>(row.editor), row.label}) {
            widget->setToolTip(describe(parameter));
            widget->setWhatsThis(describe(parameter));
        }
        // The label stands above its control, so that narrow panels cut off neither.
        grid->addWidget(row.label, line, 0);
        grid->addWidget(row.reset, line++, 1, Qt::AlignRight);
        grid->addWidget(row.editor, line++, 0, 1, 2);
        connect(row.editor, &ParameterEditor::edited, this,
                [this, name](const QString& text) { edit(name, text); });
        connect(reset, &QToolButton::clicked, this, [this, name] {
            Overrides changed = overrides_;
            changed.erase(name.toStdString());
            push(changed, tr("reset %1").arg(name));
        });
        rows_.emplace(parameter.name, row);
    }
    layout.addWidget(box);
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
    if (const auto row = rows_.find(name.toStdString()); row != rows_.end())
        row->second.editor->setRefused(true);
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
        const bool active = applies(parameter, context);
        row.editor->setEnabled(active);
        row.label->setEnabled(active);
        row.reset->setVisible(values.value(parameter.name) !=
                              ParameterValues(parameters, {}).value(parameter.name));
    }
    message_->hide();
    int matching = -1;
    for (int i = 0; i < preset_->count(); ++i)
        if (ParameterValues(parameters,
                            type_->description.presets[static_cast<std::size_t>(i)].overrides) ==
            values)
            matching = i;
    preset_->setCurrentIndex(matching);
}

} // namespace convergence
