#pragma once

#include <optional>

class QKeyEvent;
class QWidget;

namespace convergence {

/// What a key does on stage.
enum class StageKey {
    view,     ///< 1 … 9: that view alone
    mainView, ///< 0: the main views again
    next,     ///< Right, Page Down, N: of the lesson's steps, or of the run's moments
    previous, ///< Left, Page Up, P
    first,    ///< Home
    last,     ///< End
    play,     ///< Space
    stepOnce, ///< Shift+.
    restart,  ///< Ctrl+R
    black,    ///< B or .
    white,    ///< W
    help,     ///< F1 or ?
    escape,   ///< Esc
    leave,    ///< F5
};

/// What was pressed: the key and, of a view, its number.
struct PressedStageKey {
    StageKey key;
    int number = 0;
};

/// What a key press means on stage while `focus` has the focus (null: nothing has). None: it is for
/// whoever has the focus: letters and digits in a field that one is typing in, Space and type-ahead
/// in lists and buttons, and arrows, Home and End in a view or control that was clicked or tabbed
/// into.
std::optional<PressedStageKey> stageKey(const QKeyEvent& event, const QWidget* focus);

/// Whether letters that are typed go into this widget as text.
bool takesText(const QWidget* focus);
/// Whether this widget has a use of its own for Space and letters: buttons, boxes, lists, legends.
bool takesSpace(const QWidget* focus);

} // namespace convergence
