#pragma once

#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "widgets/figures/figure.h"

namespace convergence {

/// A figure as it is typed at a terminal.
struct FigureChoices {
    std::vector<std::string> views;
    std::string style = "screen";
    std::string width, height; ///< with units; empty: as the style says
    std::string legend, companion, family;
    double textSize = 0.0;            ///< pt; 0: as the style says
    std::string panels;               ///< "2x1": rows and columns
    std::vector<std::string> limits;  ///< "error:y=1e-15..10", "error:fit=10..0"
    std::vector<std::string> scales;  ///< "error:y=log"
    std::vector<std::string> arms;    ///< "error:s_over,a_over"
    std::vector<std::string> hidden;  ///< "error:theory"
    std::vector<std::string> choices; ///< "matrices:arm=S-over"
    std::vector<std::string> looks;   ///< "field:TEXT", as a window writes it
    bool hasTitle = false, hasNoTitle = false, hasNoGrid = false, hasNoFits = false,
         hasNoLetters = false;
};

/// The figure of a run that they amount to. Throws InputError, one sentence that says what would be
/// accepted, with the nearest name for a style, view, arm or word that is unknown.
Figure figureFrom(const FigureChoices& choices, const Description& description, FigureRun run);

/// The command that makes this figure, for a POSIX shell: `convergence-lab export ID …`, with what
/// differs from the defaults. `values` are those of the run.
std::string figureCommand(const Figure& figure, const Description& description,
                          const ParameterValues& values, const std::string& out);

} // namespace convergence
