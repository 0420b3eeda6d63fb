#include "app/window/appearance.h"

#include <QApplication>
#include <QFont>

namespace convergence {

void useTheme(const Theme& theme) {
    QApplication::setPalette(theme.palette());
    QFont font = QApplication::font();
    font.setPointSizeF(theme.fontPointSize);
    QApplication::setFont(font);
    for (const char* kind : {"QDockWidgetTitle", "QMenuBar", "QMenu", "QStatusBar", "QToolTip"})
        QApplication::setFont(font, kind);
}

} // namespace convergence
