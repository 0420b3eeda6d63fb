#include "widgets/minus_signs.h"

#include <QRegularExpression>

namespace convergence {

QString withMinusSigns(QString text) {
    static const QRegularExpression sign("(?<![\\p{L}\\p{N}_.)-])-(?=[.]?\\d|∞|inf)"
                                         "|(?<=\\d[eE])-(?=\\d)",
                                         QRegularExpression::UseUnicodePropertiesOption);
    return text.replace(sign, "−");
}

QString withMinusSigns(const std::string& text) {
    return withMinusSigns(QString::fromStdString(text));
}

QString withHyphens(QString text) {
    return text.replace(u'−', u'-');
}

} // namespace convergence
