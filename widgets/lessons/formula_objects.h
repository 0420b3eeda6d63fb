#pragma once

#include <memory>

#include <QColor>
#include <QObject>
#include <QTextObjectInterface>

#include "widgets/lessons/formulas.h"

class QTextDocument;

#ifdef Q_MOC_RUN // which does not read Qt's own headers
Q_DECLARE_INTERFACE(QTextObjectInterface, "org.qt-project.Qt.QTextObjectInterface")
#endif

namespace convergence {

/// Formulas in a text that is printed: drawn as lines, not as pictures, so that paper shows them as
/// sharp as its letters. What was not typeset stands there as TeX.
class FormulaObjects : public QObject, public QTextObjectInterface {
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)

public:
    /// Puts Markdown with $formulas$ into a document of this font, in which no formula is wider
    /// than `room`. The document draws with `formulas`, which outlive it.
    static void setText(QTextDocument& document, const QString& markdown, const Formulas& formulas,
                        const QColor& color, double room);

    QSizeF intrinsicSize(QTextDocument* document, int position, const QTextFormat& format) override;
    void drawObject(QPainter* painter, const QRectF& area, QTextDocument* document, int position,
                    const QTextFormat& format) override;

private:
    FormulaObjects(QTextDocument& document, const Formulas& formulas, const QColor& color,
                   double room);

    const Formulas& formulas_;
    QColor color_;
    double room_;
};

} // namespace convergence
