#pragma once

#include <QRegularExpression>
#include <QString>

namespace convergence {

/// Numbers of a text with the minus sign of charts, −, in the place of a hyphen: "-2 ± 0.1" becomes
/// "−2 ± 0.1", while "log-log", "1e-3" and "3-4" stay as they are.
inline QString withMinusSigns(QString text) {
    static const QRegularExpression hyphen(R"((?<![\w.)\]])-(?=\.?\d))");
    return text.replace(hyphen, QString(QChar(0x2212)));
}

} // namespace convergence
