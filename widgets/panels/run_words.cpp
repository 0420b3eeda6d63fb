#include "widgets/panels/run_words.h"

#include <array>

#include <QCoreApplication>

namespace convergence {

QString stateInWords(const QString& state) {
    static constexpr std::array names{
        QT_TRANSLATE_NOOP("States", "ready"),       QT_TRANSLATE_NOOP("States", "playing"),
        QT_TRANSLATE_NOOP("States", "paused"),      QT_TRANSLATE_NOOP("States", "finished"),
        QT_TRANSLATE_NOOP("States", "stopped"),     QT_TRANSLATE_NOOP("States", "diverged"),
        QT_TRANSLATE_NOOP("States", "failed"),      QT_TRANSLATE_NOOP("States", "running"),
        QT_TRANSLATE_NOOP("States", "interrupted"), QT_TRANSLATE_NOOP("States", "pending")};
    for (const char* name : names)
        if (state == QLatin1String(name))
            return QCoreApplication::translate("States", name);
    return state;
}

} // namespace convergence
