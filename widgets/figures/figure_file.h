#pragma once

#include <string>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include "widgets/figures/figure_page.h"

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

/// The figure that a file (PDF, SVG, PNG, LaTeX, Python or JSON) carries. Throws InputError, naming
/// the file, if there is none, if it is damaged or of a later version.
Figure figureIn(const QString& path);

/// Whether a file looks as if it carried one: by its suffix, a JSON file by its beginning.
bool mayCarryFigure(const QString& path);

/// Text in one line with its checksum, for files that keep text only; and back. The latter throws
/// InputError, naming `source`, if it is damaged.
QByteArray sealed(const std::string& text);
std::string unsealed(const QByteArray& seal, const std::string& source);

} // namespace convergence
