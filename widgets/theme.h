#pragma once

#include <QColor>
#include <QPalette>
#include <QString>
#include <QStringList>
#include <QVector>

namespace convergence {

/// Colors, type and line sizes of the whole program, read from resources/themes/<id>.json.
struct Theme {
    QString id; ///< "light", "dark", "projector"
    QString label;
    bool dark = false;
    QColor window;  ///< behind everything
    QColor surface; ///< panels, plots
    QColor text;
    QColor mutedText; ///< secondary text, still at least 4.5:1 against `surface`
    QColor grid;
    QColor accent;
    QColor success, warning, failure;
    /// Colors of arms, in order: told apart with any color vision, at least 3:1 against `surface`.
    QVector<QColor> series;
    double fontPointSize = 10.0;
    double lineWidth = 1.6; ///< of curves, logical pixels

    /// Throws InputError naming theme and what there is.
    static Theme load(const QString& id);
    static QStringList available();

    /// Color of the i-th arm (wraps around).
    [[nodiscard]] QColor seriesColor(int index) const;
    [[nodiscard]] QPalette palette() const;
};

/// Folder of the installed or in-tree resources ("themes", "papers", ...): beside the build tree,
/// relative to the program, or CONVERGENCE_RESOURCES.
QString resourceFolder(const QString& name);

} // namespace convergence
