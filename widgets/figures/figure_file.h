#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include "widgets/figures/figure_page.h"
#include "widgets/figures/figure_reading.h"

namespace convergence {

/// Suffixes of the files that a figure can be written as, without dots.
QStringList figureFormats();

/// The page as a file of one of the formats. All but CSV carry the figure itself, so that
/// figureIn() finds it again; nothing in them tells of the machine. Throws InputError for another
/// suffix.
QByteArray figureBytes(const FigurePage& page, const Figure& figure, const QString& suffix);

/// Writes them by the suffix of `path`; with .py also the CSV files that it reads, beside it.
/// Throws InputError naming the file that cannot be written.
void writeFigure(const FigurePage& page, const Figure& figure, const QString& path);

/// Whether a file looks as if it carried one: by its suffix, a JSON file by its beginning.
bool mayCarryFigure(const QString& path);

} // namespace convergence
