#include "app/lessons/lesson_values.h"

namespace convergence {

void applySettings(const Description& description,
                   const std::vector<std::pair<QString, QString>>& settings, Overrides& values) {
    for (const auto& [name, text] : settings) {
        const Parameter& parameter = findParameter(description.parameters, name.toStdString());
        values.insert_or_assign(parameter.name, parseValue(parameter, text.toStdString()));
    }
}

Overrides openedValues(const ExperimentType& type, const QString& preset,
                       const std::vector<std::pair<QString, QString>>& settings) {
    Overrides values;
    if (!preset.isEmpty()) {
        static_cast<void>(resolveValues(type, preset.toStdString(), {}));
        values = type.description.findPreset(preset.toStdString())->overrides;
    }
    applySettings(type.description, settings, values);
    return values;
}

void OpenExperiment::goTo(const LessonStep& step, const Registry& registry) {
    if (!step.experiment.isEmpty()) {
        type = registry.find(step.experiment.toStdString());
        values = openedValues(*type, step.preset, step.settings);
    } else if (type) {
        applySettings(type->description, step.settings, values);
    }
}

} // namespace convergence
