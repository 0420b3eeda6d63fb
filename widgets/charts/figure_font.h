#pragma once

#include <QFont>
#include <QString>

class QWidget;

namespace convergence {

/// A font that is measured in units of 1/96 inch whatever the screen's resolution, without hinting:
/// text that is laid out with it has the same width in every file.
QFont fontAt96(const QString& family, double points);

/// From now on a view writes in such a font of that family (once its theme is set again), as
/// figures do; empty: in the application's.
void setPlotFamily(QWidget& view, const QString& family);
QString plotFamily(const QWidget& view);

} // namespace convergence
