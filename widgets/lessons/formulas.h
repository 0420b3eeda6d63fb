#pragma once

#include <map>

#include <QByteArray>
#include <QColor>
#include <QImage>
#include <QRectF>
#include <QString>
#include <QStringList>

class QPainter;

namespace convergence {

/// Formulas typeset ahead of time: resources/lessons/formulas holds one SVG file for each, named
/// after its TeX (formulaFile), drawn in the text's color and to its size.
class Formulas {
public:
    explicit Formulas(QString folder) : folder_(std::move(folder)) {}

    /// A typeset formula, `emPixels` pixels to the em of the text around it, at a device's pixel
    /// ratio. Null if it was not typeset.
    [[nodiscard]] QImage image(const QString& tex, const QColor& color, double emPixels,
                               double pixelRatio) const;
    /// How large a formula is, in em of the text around it; empty if it was not typeset.
    [[nodiscard]] QSizeF size(const QString& tex) const;
    /// Draws a formula as large as the area, which is as wide for its height as size() says.
    void paint(QPainter& painter, const QRectF& area, const QString& tex,
               const QColor& color) const;
    /// How far below the line of the text a formula reaches, in em.
    [[nodiscard]] double depth(const QString& tex) const;

    /// File name of a formula: the hash of its TeX.
    static QString fileName(const QString& tex);
    /// All formulas of a text, without their dollar signs, in order.
    static QStringList formulasIn(const QString& markdown);
    /// The text with every formula replaced by an image with the address formula:<n>.
    static QString withImages(const QString& markdown);

private:
    [[nodiscard]] QByteArray svg(const QString& tex) const;
    QString folder_;
    mutable std::map<QString, QByteArray> read_; ///< files by TeX
};

} // namespace convergence
