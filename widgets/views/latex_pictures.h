#pragma once

#include <vector>

#include <QImage>
#include <QString>

namespace convergence {

struct CaptionedPicture {
    QString caption;
    QImage image;
};

/// A LaTeX document of pictures side by side, `columns` in a row, each `width` wide (in
/// centimetres) under its caption. The pixels are in the document itself, so that it compiles
/// alone; with pdflatex or lualatex.
QString latexPictures(const QString& title, const std::vector<CaptionedPicture>& pictures,
                      int columns, double width);

} // namespace convergence
