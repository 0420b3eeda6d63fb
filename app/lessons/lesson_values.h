#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <QString>

#include "core/experiment/registry.h"
#include "widgets/lessons/lesson.h"

namespace convergence {

/// Applies settings as a lesson writes them on top of other values. Throws InputError for a
/// parameter that there is not, or a value that it cannot have.
void applySettings(const Description& description,
                   const std::vector<std::pair<QString, QString>>& settings, Overrides& values);

/// The values of an experiment that a step opens: its preset and its settings. Throws InputError
/// for an unknown preset, too.
Overrides openedValues(const ExperimentType& type, const QString& preset,
                       const std::vector<std::pair<QString, QString>>& settings);

/// What is open in a lesson, which its steps open and change one after another.
struct OpenExperiment {
    std::shared_ptr<const ExperimentType> type; ///< null before the first
    Overrides values;

    /// As a step leaves it. Throws InputError for what there is not, or cannot be.
    void goTo(const LessonStep& step, const Registry& registry);
};

} // namespace convergence
