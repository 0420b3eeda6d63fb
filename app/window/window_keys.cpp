#include "app/window/window_keys.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QCursor>
#include <QKeyEvent>

#include "app/window/stage_keys.h"
#include "widgets/view_widget.h"

namespace convergence {

namespace {

bool typesAhead(const QWidget* focus) {
    return qobject_cast<const QAbstractItemView*>(focus) || qobject_cast<const QComboBox*>(focus);
}

/// Where a view that lies below the pointer is drawn; null where there is none.
QWidget* canvasBelowPointer(const QWidget& window) {
    QWidget* at = QApplication::widgetAt(QCursor::pos());
    if (!at || at->window() != &window)
        return nullptr;
    for (QWidget* widget = at; widget; widget = widget->parentWidget())
        if (auto* view = qobject_cast<ViewWidget*>(widget))
            return view->findChild<QWidget*>("canvas");
    return nullptr;
}

} // namespace

WindowKeys::WindowKeys(QWidget& window) : QObject(&window), window_(window) {
    qApp->installEventFilter(this);
}

bool WindowKeys::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return false;
    auto* widget = qobject_cast<QWidget*>(watched);
    if (sending_ || !widget || widget->window() != &window_)
        return false;
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier))
        return false;
    QWidget* focus = QApplication::focusWidget();
    if (event->type() == QEvent::ShortcutOverride) {
        const bool isKept = (key->key() == Qt::Key_Space && takesSpace(focus)) ||
                            (typesAhead(focus) && !key->text().trimmed().isEmpty());
        if (isKept)
            event->accept(); // comes as a key press then
        return isKept;
    }
    return isForPointer(*key);
}

bool WindowKeys::isForPointer(const QKeyEvent& key) {
    QWidget* focus = QApplication::focusWidget();
    if ((key.key() != Qt::Key_X && key.key() != Qt::Key_Y) || key.modifiers() != Qt::NoModifier ||
        takesText(focus) || typesAhead(focus))
        return false;
    QWidget* canvas = canvasBelowPointer(window_);
    if (!canvas || canvas == focus)
        return false;
    QKeyEvent copy(QEvent::KeyPress, key.key(), key.modifiers(), key.text());
    sending_ = true;
    QApplication::sendEvent(canvas, &copy);
    sending_ = false;
    return copy.isAccepted();
}

} // namespace convergence
