// What tests that drive a window share.

#pragma once

#include <QAction>
#include <QWidget>
#include <QtTest>

#include "tests/core/experiment/quadratic_experiment.h"

namespace convergence::testing {

constexpr int patience = 60000; ///< milliseconds until something counts as never happening

/// The quadratic experiment with a chart and a text to look at.
inline ExperimentType watchedQuadratic() {
    ExperimentType type = quadratic();
    type.description.views = {
        {.id = "distance",
         .title = "Distance",
         .x = {.column = "iteration", .label = "iteration t"},
         .y = {.label = "|x|", .scale = Scale::logarithmic},
         .series = {{"x", ""}},
         .isMain = true},
        {.id = "state", .title = "State", .kind = ViewKind::text, .frames = {"x"}}};
    return type;
}

/// The action of a menu or button of that text.
inline QAction* actionOf(const QWidget& window, const QString& text) {
    for (auto* candidate : window.findChildren<QAction*>())
        if (candidate->text().remove('&') == text)
            return candidate;
    qFatal("%s", qPrintable("no action " + text));
}

} // namespace convergence::testing
