#pragma once

#include <utility>
#include <vector>

#include "widgets/figures/figure_page.h"

namespace convergence {

/// The figure for LaTeX with PGFPlots 1.18, as wide as the column, in the document's fonts. The
/// file compiles by itself, and can be \input where pgfplots and amssymb are loaded. Curves have
/// the points that the size shows, to a tenth of a point. Throws InputError for several views of
/// which one is no line chart.
QString figureLatex(const FigurePage& page, const Figure& figure);

/// A script for matplotlib and the tables that it reads.
struct PythonFigure {
    QString script;
    std::vector<std::pair<QString, QByteArray>> tables; ///< names of files beside it
};
/// `name`: of the script, without suffix. Throws InputError for a view that is no line chart.
PythonFigure figurePython(const FigurePage& page, const Figure& figure, const QString& name);

} // namespace convergence
