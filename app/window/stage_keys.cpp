#include "app/window/stage_keys.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMainWindow>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTextEdit>
#include <QToolButton>

namespace convergence {

namespace {

/// Whether arrows do something in this widget that was clicked or tabbed into.
bool takesArrows(const QWidget* focus) {
    return focus && !qobject_cast<const QMainWindow*>(focus) &&
           (focus->focusPolicy() & Qt::TabFocus || focus->focusPolicy() & Qt::ClickFocus) &&
           !qobject_cast<const QPushButton*>(focus) && !qobject_cast<const QToolButton*>(focus);
}

std::optional<StageKey> arrowKey(int key) {
    switch (key) {
    case Qt::Key_Right:
    case Qt::Key_Down:
        return StageKey::next;
    case Qt::Key_Left:
    case Qt::Key_Up:
        return StageKey::previous;
    case Qt::Key_Home:
        return StageKey::first;
    case Qt::Key_End:
        return StageKey::last;
    default:
        return std::nullopt;
    }
}

std::optional<StageKey> letterKey(int key) {
    switch (key) {
    case Qt::Key_N:
        return StageKey::next;
    case Qt::Key_P:
        return StageKey::previous;
    case Qt::Key_B:
    case Qt::Key_Period:
        return StageKey::black;
    case Qt::Key_W:
        return StageKey::white;
    default:
        return std::nullopt;
    }
}

} // namespace

bool takesText(const QWidget* focus) {
    if (const auto* edit = qobject_cast<const QTextEdit*>(focus))
        return !edit->isReadOnly();
    if (const auto* edit = qobject_cast<const QPlainTextEdit*>(focus))
        return !edit->isReadOnly();
    const auto* box = qobject_cast<const QComboBox*>(focus);
    return qobject_cast<const QLineEdit*>(focus) || qobject_cast<const QAbstractSpinBox*>(focus) ||
           (box && box->isEditable());
}

bool takesSpace(const QWidget* focus) {
    return qobject_cast<const QAbstractButton*>(focus) || qobject_cast<const QComboBox*>(focus) ||
           qobject_cast<const QAbstractItemView*>(focus) || qobject_cast<const QTabBar*>(focus);
}

std::optional<PressedStageKey> stageKey(const QKeyEvent& event, const QWidget* focus) {
    const int key = event.key();
    const bool plain = !(event.modifiers() & ~Qt::KeypadModifier);
    const bool shifted = (event.modifiers() & ~Qt::KeypadModifier) == Qt::ShiftModifier;
    if (plain && key == Qt::Key_Escape)
        return PressedStageKey{StageKey::escape};
    if (plain && key == Qt::Key_F5)
        return PressedStageKey{StageKey::leave};
    if (plain && key == Qt::Key_F1)
        return PressedStageKey{StageKey::help};
    if (event.modifiers() == Qt::ControlModifier && key == Qt::Key_R)
        return PressedStageKey{StageKey::restart};
    if (takesText(focus))
        return std::nullopt;
    if (plain && key == Qt::Key_PageDown)
        return PressedStageKey{StageKey::next};
    if (plain && key == Qt::Key_PageUp)
        return PressedStageKey{StageKey::previous};
    if (event.text() == "?")
        return PressedStageKey{StageKey::help};
    // Shift+. is another letter, which one depends on the keyboard.
    if (shifted && (key == Qt::Key_Period || key == Qt::Key_Greater || key == Qt::Key_Colon))
        return PressedStageKey{StageKey::stepOnce};
    if (!plain)
        return std::nullopt;
    if (key >= Qt::Key_1 && key <= Qt::Key_9)
        return PressedStageKey{StageKey::view, key - Qt::Key_0};
    if (key == Qt::Key_0)
        return PressedStageKey{StageKey::mainView};
    if (key == Qt::Key_Space)
        return takesSpace(focus) ? std::nullopt : std::optional(PressedStageKey{StageKey::play});
    if (const auto arrow = arrowKey(key))
        return takesArrows(focus) ? std::nullopt : std::optional(PressedStageKey{*arrow});
    const auto letter = letterKey(key);
    const bool typesAhead =
        qobject_cast<const QComboBox*>(focus) || qobject_cast<const QAbstractItemView*>(focus);
    return letter && !(typesAhead && key != Qt::Key_Period)
               ? std::optional(PressedStageKey{*letter})
               : std::nullopt;
}

} // namespace convergence
