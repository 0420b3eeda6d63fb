#include "widgets/lessons/formula_objects.h"

#include <algorithm>

#include <QAbstractTextDocumentLayout>
#include <QFontMetricsF>
#include <QPainter>
#include <QTextCursor>
#include <QTextDocument>

namespace convergence {

namespace {

constexpr int formulaObject = QTextFormat::UserObject + 1;
constexpr int texProperty = QTextFormat::UserProperty + 1;
/// Stands for a formula while Markdown is read: of the private use area, in no text.
constexpr char16_t placeholder = 0xE000;

/// Formulas replaced by placeholders, in order.
QString withPlaceholders(const QString& markdown) {
    QString text = Formulas::withImages(markdown);
    for (qsizetype i = Formulas::formulasIn(markdown).size() - 1; i >= 0; --i)
        text.replace(QString("![formula](formula:%1)").arg(i), QString(QChar(placeholder)));
    return text;
}

} // namespace

FormulaObjects::FormulaObjects(QTextDocument& document, const Formulas& formulas,
                               const QColor& color, double room)
    : QObject(&document), formulas_(formulas), color_(color), room_(room) {
    document.documentLayout()->registerHandler(formulaObject, this);
}

void FormulaObjects::setText(QTextDocument& document, const QString& markdown,
                             const Formulas& formulas, const QColor& color, double room) {
    new FormulaObjects(document, formulas, color, room); // the document's
    QString text = markdown;
    text.remove(QChar(placeholder));
    document.setMarkdown(withPlaceholders(text));
    for (const QString& tex : Formulas::formulasIn(text)) {
        QTextCursor at = document.find(QString(QChar(placeholder)));
        QTextCharFormat format = at.charFormat();
        if (formulas.size(tex).isEmpty()) {
            at.insertText("$" + tex + "$", format);
            continue;
        }
        format.setObjectType(formulaObject);
        format.setProperty(texProperty, tex);
        format.setVerticalAlignment(formulas.depth(tex) > 0.12 ? QTextCharFormat::AlignMiddle
                                                               : QTextCharFormat::AlignBaseline);
        at.insertText(QString(QChar::ObjectReplacementCharacter), format);
    }
}

QSizeF FormulaObjects::intrinsicSize(QTextDocument* document, int /*position*/,
                                     const QTextFormat& format) {
    const QFontMetricsF type(document->defaultFont(), document->documentLayout()->paintDevice());
    constexpr double exPerEm = 0.442; // the x-heights of text and formulas agree
    const QSizeF size =
        type.xHeight() / exPerEm * formulas_.size(format.property(texProperty).toString());
    return size * std::min(1.0, room_ / size.width());
}

void FormulaObjects::drawObject(QPainter* painter, const QRectF& area, QTextDocument* /*document*/,
                                int /*position*/, const QTextFormat& format) {
    formulas_.paint(*painter, area, format.property(texProperty).toString(), color_);
}

} // namespace convergence
