#include "app/window/dialogs.h"

#include <QKeySequence>
#include <QShortcut>

namespace convergence {

QDialog* modelessDialog(QWidget* parent, const QString& title, QSize size) {
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->resize(size);
    // By its keys, since one that is bound to "close" may have others too.
    auto* close = new QShortcut(QKeySequence("Ctrl+W"), dialog);
    QObject::connect(close, &QShortcut::activated, dialog, &QWidget::close);
    return dialog;
}

} // namespace convergence
