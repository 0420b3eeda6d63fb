#pragma once

#include <QDialog>

namespace convergence {

/// A dialog that holds nothing up and is deleted when it is closed.
QDialog* modelessDialog(QWidget* parent, const QString& title, QSize size);

} // namespace convergence
