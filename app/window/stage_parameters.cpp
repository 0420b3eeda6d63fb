#include "app/window/stage_parameters.h"

#include <QVBoxLayout>

#include "widgets/panels/parameter_form.h"

namespace convergence {

StageParameters::StageParameters(std::shared_ptr<const ExperimentType> type, ParameterForm& form,
                                 std::vector<std::string> names, QWidget* parent)
    : QWidget(parent), type_(std::move(type)), form_(&form),
      few_(new ParameterForm(type_, undo_, this)) {
    few_->setOverrides(form.overrides());
    few_->showOnly(std::move(names));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(few_);
    connect(few_, &ParameterForm::restartNeeded, this, &StageParameters::handOn);
    connect(few_, &ParameterForm::liveChanged, this, &StageParameters::handOn);
}

void StageParameters::handOn() {
    if (!form_)
        return;
    const ParameterValues wanted = few_->values();
    for (const Parameter& parameter : type_->description.parameters)
        if (wanted.value(parameter.name) != form_->values().value(parameter.name))
            form_->edit(QString::fromStdString(parameter.name),
                        QString::fromStdString(formatValue(wanted.value(parameter.name))));
}

} // namespace convergence
