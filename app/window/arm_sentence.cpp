#include "app/window/arm_sentence.h"

#include <QStringList>

#include "widgets/charts/trial_selection.h"

namespace convergence {

namespace {

/// Of a private area of Unicode, so that no text has it.
const QChar markedBegin(0xE000), markedEnd(0xE001);

/// Text and, after every piece but the last, an arm.
template <typename Text, typename Name>
QString assembled(const QString& marked, Text ofText, Name ofArm) {
    QString whole;
    for (const QString& piece : marked.split(markedBegin)) {
        const qsizetype end = piece.indexOf(markedEnd);
        if (end >= 0)
            whole += ofArm(piece.left(end).toStdString());
        whole += ofText(piece.mid(end + 1));
    }
    return whole;
}

} // namespace

std::string ArmSentence::mark(const std::string& arm) {
    return (markedBegin + QString::fromStdString(arm) + markedEnd).toStdString();
}

QString ArmSentence::plain(const Description& description) const {
    return assembled(
        text_, [](const QString& text) { return text; },
        [&](const std::string& arm) { return QString::fromStdString(armLabel(description, arm)); });
}

QString ArmSentence::rich(const Description& description, const Theme& theme) const {
    return assembled(
        text_, [](const QString& text) { return text.toHtmlEscaped(); },
        [&](const std::string& arm) {
            return QString("<a href=\"arm:%1\" style=\"text-decoration: none; color: %2; "
                           "background-color: %3;\">&nbsp;<span style=\"color: %4;\">▬</span>"
                           "&nbsp;%5&nbsp;</a>")
                .arg(QString::fromStdString(arm).toHtmlEscaped(), theme.text.name(),
                     theme.surface.name(), theme.seriesColor(armIndex(description, arm)).name(),
                     QString::fromStdString(armLabel(description, arm))
                         .toHtmlEscaped()
                         .replace(' ', "&nbsp;"));
        });
}

} // namespace convergence
